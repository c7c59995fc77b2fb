import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { importedByGenerated } from '../../runtime/package-files.ts';
import { messageOf, UserError } from '../../runtime/user-error.ts';

/**
 * Type-checks `<workspace>/generated` with our own TypeScript, strictly.
 * @throws UserError with the compiler's first lines: generated code that does not type-check is a mistake of flowc.
 */
export async function typecheckGenerated(workspace: string): Promise<void> {
  const state = join(workspace, '.flowc');
  mkdirSync(state, { recursive: true });
  const config = join(state, 'tsconfig.json');
  writeFileSync(config, `${JSON.stringify(tsconfig(), null, 2)}\n`);
  const { code, output } = await tsc(workspace, config);
  if (code === 0) return;
  const lines = output.split('\n').filter(Boolean);
  const shown = lines.slice(0, 5).join('\n  ');
  throw new UserError(
    'problem',
    `The generated code does not type-check, which is a mistake of flowc and not of your flows:\n  ${shown}`,
  );
}

function tsconfig(): object {
  return {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      moduleDetection: 'force',
      strict: true,
      noUncheckedIndexedAccess: true,
      noFallthroughCasesInSwitch: true,
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
      // The running package's own files, wherever the workspace lies.
      paths: Object.fromEntries(Object.entries(importedByGenerated).map(([name, file]) => [name, [file]])),
    },
    files: ['../generated/workflows.ts', '../generated/data.ts'],
  };
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
