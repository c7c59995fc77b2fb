/** Errors of builder files as problems. */
import { pathToFileURL } from 'node:url';
import type { Span } from '../../dsl/ast.ts';
import { spanOfPosition } from '../../dsl/builder/place.ts';
import type { BuilderProblem, SideEffect, Thrown } from '../../dsl/builder/problems.ts';
import { type FailedImports, isForeign } from './builder-modules.ts';

export interface Known {
  pathOf(url: string): string;
  textOf(path: string): string | null;
  readonly failedImports: FailedImports;
}

/** Why loading `path` failed, at the line of the user's that failed. */
export function failureOf(error: unknown, path: string, { pathOf, textOf, failedImports }: Known): BuilderProblem {
  const imported = failedImports.get(error);
  if (imported !== undefined) {
    const file = pathOf(imported.parent);
    const text = textOf(file) ?? '';
    const written = [`'${imported.specifier}'`, `"${imported.specifier}"`].map((quoted) => text.indexOf(quoted));
    const start = Math.max(...written, 0);
    const line = text.slice(0, start).split('\n').length;
    const span = { file, line, start, end: start + imported.specifier.length + 2 };
    return { kind: 'builder throws', thrown: { why: 'no module', module: imported.specifier }, span };
  }
  const span = placeOfError(error, pathOf, textOf) ?? { file: path, line: 1, start: 0, end: 0 };
  const what = refusedAccess(error);
  return what === null
    ? { kind: 'builder throws', thrown: thrownBy(error), span }
    : { kind: 'builder reaches', what, span };
}

/** What `process.exit` throws in a builder file. */
export class ExitCalled extends Error {}

function thrownBy(error: unknown): Thrown {
  if (error instanceof ExitCalled) return { why: 'exit' };
  if (!(error instanceof Error)) return { why: 'throws', said: String(error) };
  const said = error.message || error.name;
  // A function of the builder that was given `undefined`, say, by an import that goes in a circle.
  const [, innermost = ''] = (error.stack ?? '').split(/\n\s+at /);
  const isOurs = error.constructor === TypeError && isForeign(/file:[^\s()]*/.exec(innermost)?.[0] ?? '');
  return { why: isOurs ? 'bad call' : 'throws', said };
}

function refusedAccess(error: unknown): SideEffect | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED')) return null;
  const permission = 'permission' in error ? String(error.permission) : '';
  if (permission === 'FileSystemWrite') return 'write';
  return permission === 'ChildProcess' ? 'process' : 'other';
}

/** The innermost line of the user's in an error's stack; syntax errors name it first. */
function placeOfError(error: unknown, pathOf: Known['pathOf'], textOf: Known['textOf']): Span | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const first = /^(\/.*):(\d+)\n/.exec(stack);
  const named = first === null ? stack : `${pathToFileURL(first[1]!).href}:${first[2]}\n`;
  for (const [, url, line, column] of named.matchAll(/(file:\/\/[^\s()]*?):(\d+)(?::(\d+))?(?=[)\s]|$)/gm)) {
    if (isForeign(url!)) continue;
    const path = pathOf(url!);
    const text = textOf(path);
    if (column !== undefined) return spanOfPosition(path, text, Number(line), Number(column));
    const start = spanOfPosition(path, text, Number(line), 1).start;
    const written = text?.slice(start).split('\n')[0] ?? '';
    const indent = written.length - written.trimStart().length;
    return {
      file: path,
      line: Number(line),
      start: start + indent,
      end: start + Math.max(written.trimEnd().length, 1),
    };
  }
  return null;
}
