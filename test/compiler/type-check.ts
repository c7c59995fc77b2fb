/** Type-checks generated code as `flowc build` does. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { GeneratedFile } from '../../compiler/build.ts';
import { generatedTsconfig } from '../../compiler/tsconfig-generated.ts';

const root = resolve(import.meta.dirname, '../..');

/** What `tsc` says of the generated code of these workspaces; empty when it has nothing to say. */
export function complaints(folders: readonly string[]): string {
  const temporary = mkdtempSync(join(tmpdir(), 'flowc-types-'));
  const config = join(temporary, 'tsconfig.json');
  const configs = folders.map((workspaceFolder) => {
    return generatedTsconfig({ packageFolder: root, workspaceFolder, from: 'source' });
  });
  writeFileSync(config, JSON.stringify({ ...configs[0], include: configs.flatMap((each) => each.include) }));
  const run = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', config], { encoding: 'utf8' });
  rmSync(temporary, { recursive: true });
  return run.status === 0 ? '' : run.stdout + run.stderr;
}

export function write(folder: string, files: readonly GeneratedFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
