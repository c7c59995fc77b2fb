import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../emit.ts';
import { foreignFiles } from './generated.ts';

/**
 * Runs `use` on the workspace as it would be with these generated files, in a temporary folder: everything else is linked, and
 * the workspace itself stays untouched.
 */
export async function inScratchWorkspace<T>(
  workspace: string,
  generated: readonly GeneratedFile[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'flowc-scratch-'));
  try {
    for (const name of readdirSync(workspace))
      if (!['.flowc', '.git', 'generated'].includes(name)) symlinkSync(join(workspace, name), join(folder, name));
    for (const { path, text } of [...foreignFiles(workspace), ...generated]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
