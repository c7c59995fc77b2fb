/** What TypeScript says of builder files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spanOfPosition } from '../../dsl/builder/place.ts';
import type { BuilderProblem } from '../../dsl/builder/problems.ts';
import { runTsc } from './tsc.ts';

/** Type errors of builder files and of what they import in the workspace; paths relative to it. */
export async function typecheckBuilders(folder: string, paths: readonly string[]): Promise<readonly BuilderProblem[]> {
  if (paths.length === 0) return [];
  const { output } = await runTsc(folder, 'tsconfig.builder', {
    // Unused names are the author's affair.
    options: { noUnusedLocals: false, noUnusedParameters: false },
    include: paths.map((path) => join(folder, path)),
  });
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
