// Files that are no TypeScript but belong to the compiled package.
import { cpSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
for (const folder of ['dsl', 'compiler', 'runtime']) {
  let entries = [];
  try {
    entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  } catch {
    continue;
  }
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.endsWith('.ts') || entry.parentPath.includes('__pycache__')) continue;
    const file = join(entry.parentPath, entry.name);
    cpSync(file, file.replace(join(root, folder), join(root, 'dist', folder)));
  }
}
