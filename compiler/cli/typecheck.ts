import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeFolder, packageFolder } from '../../runtime/package-files.ts';
import { messageOf, UserError } from '../../runtime/user-error.ts';
import { generatedTsconfig } from '../tsconfig-generated.ts';

/** From this many files on, the two sides are checked one after the other: memory is that of the larger one. */
const separatelyFrom = 1000;

/**
 * Type-checks `<workspace>/generated` with our own TypeScript, strictly. What Temporal bundles and what the activities load
 * have nothing in common but types of the package, so a large workspace is checked in two halves.
 * @throws UserError with the compiler's first lines: generated code that does not type-check is a mistake of flowc.
 */
export async function typecheckGenerated(workspace: string): Promise<void> {
  const all = `${workspace}/generated/**/*.ts`;
  const workflows = [`${workspace}/generated/**/*.workflow.ts`, `${workspace}/generated/workflows.ts`];
  if (numberOfFiles(join(workspace, 'generated')) < separatelyFrom) {
    await typecheck(workspace, 'tsconfig.json', { include: [all] });
    return;
  }
  await typecheck(workspace, 'tsconfig.workflow.json', { include: workflows });
  await typecheck(workspace, 'tsconfig.data.json', { include: [all], exclude: workflows });
}

function numberOfFiles(folder: string): number {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).length : 0;
}

interface Part {
  readonly include: readonly string[];
  readonly exclude?: readonly string[];
}

async function typecheck(workspace: string, name: string, part: Part): Promise<void> {
  const state = join(workspace, '.flowc');
  mkdirSync(state, { recursive: true });
  const file = join(state, name);
  const from = codeFolder === packageFolder ? 'source' : 'dist';
  const config = { ...generatedTsconfig({ packageFolder, workspaceFolder: workspace, from }), ...part };
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
      // Several checkers each learn the same types: one takes half the processor time.
      [program, '-p', config, '--pretty', 'false', '--singleThreaded'],
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
