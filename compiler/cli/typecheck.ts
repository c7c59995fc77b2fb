import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeFolder, packageFolder } from '../../runtime/package-files.ts';
import { messageOf, UserError } from '../../runtime/user-error.ts';
import { generatedTsconfig } from '../tsconfig-generated.ts';

/**
 * Type-checks `<workspace>/generated` with our own TypeScript, strictly.
 * @throws UserError with the compiler's first lines: generated code that does not type-check is a mistake of flowc.
 */
export async function typecheckGenerated(workspace: string): Promise<void> {
  const state = join(workspace, '.flowc');
  mkdirSync(state, { recursive: true });
  const file = join(state, 'tsconfig.json');
  const from = codeFolder === packageFolder ? 'source' : 'dist';
  const config = generatedTsconfig({ packageFolder, workspaceFolder: workspace, from });
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
  const { code, output } = await tsc(workspace, file);
  if (code === 0) return;
  const lines = output.split('\n').filter(Boolean);
  const shown = lines.slice(0, 5).join('\n  ');
  throw new UserError(
    'problem',
    `The generated code does not type-check, which is a mistake of flowc and not of your flows:\n  ${shown}`,
  );
}

function tsc(cwd: string, config: string): Promise<{ code: number; output: string }> {
  const program = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, '-p', config, '--pretty', 'false'],
      { cwd, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') {
          reject(
            new UserError(
              'environment',
              `The TypeScript compiler of flowc does not start (${messageOf(error)}): install flowc again.`,
            ),
          );
        } else resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
      },
    );
  });
}
