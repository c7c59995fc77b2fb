/** What TypeScript says of builder files. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { spanOfPosition } from '../../dsl/builder/place.ts';
import type { BuilderProblem } from '../../dsl/builder/problems.ts';
import { codeFolder, packageFolder } from '../../runtime/package-files.ts';
import { generatedTsconfig } from '../tsconfig-generated.ts';

/** Type errors of builder files and of what they import in the workspace; paths relative to it. */
export async function typecheckBuilders(folder: string, paths: readonly string[]): Promise<readonly BuilderProblem[]> {
  if (paths.length === 0) return [];
  const state = join(folder, '.flowc');
  mkdirSync(state, { recursive: true });
  const file = join(state, 'tsconfig.builder.json');
  const from = codeFolder === packageFolder ? 'source' : 'dist';
  const { compilerOptions } = generatedTsconfig({ packageFolder, workspaceFolder: folder, from });
  // Unused names are the author's affair.
  const options = { ...compilerOptions, noUnusedLocals: false, noUnusedParameters: false };
  writeFileSync(file, JSON.stringify({ compilerOptions: options, files: paths.map((path) => join(folder, path)) }));
  const output = await tsc(folder, file);
  const texts = new Map<string, string>();
  const found = output.split('\n').flatMap((line, index, lines): BuilderProblem[] => {
    const [, path, row, column, message] = /^(\S.*?)\((\d+),(\d+)\): error TS\d+: (.*)$/.exec(line) ?? [];
    if (path === undefined || path.startsWith('..')) return [];
    if (!texts.has(path)) texts.set(path, readFileSync(join(folder, path), 'utf8'));
    const span = spanOfPosition(path, texts.get(path)!, Number(row), Number(column));
    const inner = lines.slice(
      index + 1,
      lines.findIndex((next, at) => at > index && !next.startsWith(' ')),
    );
    const last = inner.at(-1)?.trim();
    const whole = last === undefined ? message! : `${message} ${last}`;
    return [{ kind: 'typescript', message: shortened(whole), span }];
  });
  // At one place the last is about the innermost of what stands there.
  return found.filter(
    ({ span }, index) =>
      !found.slice(index + 1).some((later) => later.span.file === span.file && later.span.start === span.start),
  );
}

/** Without the members of long object types. */
function shortened(message: string): string {
  const shorter = message.replace(/\{ [^{}]{40,} \}/g, '{ … }');
  return shorter === message ? message : shortened(shorter);
}

function tsc(cwd: string, config: string): Promise<string> {
  const program = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const args = [program, '-p', config, '--pretty', 'false'];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 1 << 26 }, (_error, stdout) => resolve(stdout));
  });
}
