/** Our own TypeScript on files of a workspace. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeFolder, packageFolder } from '../../runtime/package-files.ts';
import { messageOf, UserError } from '../../runtime/user-error.ts';
import { type GeneratedTsconfigInput, generatedTsconfig } from '../tsconfig-generated.ts';

/** What a tsconfig says beyond `generatedTsconfig`. */
export interface TscConfig {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly include: readonly string[];
}

/**
 * Checks types under the name of a config in `.flowc`, where it stays for whoever wants to repeat it, with what was found:
 * files that have not changed are not checked again.
 * @throws UserError when the compiler does not start.
 */
export function runTsc(
  workspace: string,
  name: string,
  { options, include }: TscConfig,
): Promise<{ readonly code: number; readonly output: string }> {
  const state = join(workspace, '.flowc');
  mkdirSync(state, { recursive: true });
  const from: GeneratedTsconfigInput['from'] = codeFolder === packageFolder ? 'source' : 'dist';
  const { compilerOptions } = generatedTsconfig({ packageFolder, workspaceFolder: workspace, from });
  const remembers = { incremental: true, tsBuildInfoFile: join(state, `${name}.tsbuildinfo`) };
  const config = join(state, `${name}.json`);
  // Linked files belong to where their link is.
  const links = { preserveSymlinks: true };
  const content = { compilerOptions: { ...compilerOptions, ...links, ...options, ...remembers }, include };
  writeFileSync(config, `${JSON.stringify(content, null, 2)}\n`);
  const program = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  // Several checkers each learn the same types: one takes half the processor time.
  const args = [program, '-p', config, '--pretty', 'false', '--checkers', '1'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: workspace, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') {
        const message = `The TypeScript compiler of flowc does not start (${messageOf(error)}): install flowc again.`;
        reject(new UserError('environment', message));
      } else resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}
