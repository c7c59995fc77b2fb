/**
 * The process builder files run in: loads them, tells the parent what they declare, and ends. It may read files; writing, other
 * processes (both refused by Node's permissions) and the network are refused.
 */
import { readFileSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Span } from '../../dsl/ast.ts';
import { placeOfSites, spanOfPosition } from '../../dsl/builder/place.ts';
import type { BuilderProblem } from '../../dsl/builder/problems.ts';
import { type BuiltFile, beginCollecting, collected } from '../../dsl/builder/registry.ts';
import { packageFile } from '../../runtime/package-files.ts';
import { refuseNetwork } from './builder-network.ts';

/** What the parent asks for. */
export interface LoadRequest {
  /** Absolute path of the workspace. */
  readonly folder: string;
  /** Builder files, relative to it. */
  readonly paths: readonly string[];
  /** Text of generated/refs.ts; null: as it is on disk. */
  readonly refs: string | null;
}
/** What it is told: before each file its path, at the end everything. */
export type LoadReport = { readonly loading: string } | { readonly built: readonly BuiltFile[] };

process.once('message', (request: LoadRequest) => {
  process.channel?.unref();
  void load(request);
});

async function load({ folder: asked, paths, refs }: LoadRequest): Promise<void> {
  const folder = realpathSync(asked);
  const texts = new Map<string, string | null>();
  const pathOf = (url: string) => relative(folder, fileURLToPath(url)).split(sep).join('/');
  const textOf = (path: string): string | null => {
    if (!texts.has(path)) texts.set(path, readText(join(folder, path)));
    return texts.get(path) ?? null;
  };
  const ours = pathToFileURL(packageFile('x')).href.replace(/[^/]*$/, '');
  beginCollecting({ pathOf: (url) => (url.startsWith(ours) && !isInside(folder, url) ? null : pathOf(url)), textOf });

  const problems = new Map<string, BuilderProblem[]>();
  let current = paths[0]!;
  const report = (problem: BuilderProblem): void => {
    const known = problems.get(current) ?? [];
    if (!known.some(({ kind, span }) => kind === problem.kind && span.line === problem.span.line))
      problems.set(current, [...known, problem]);
  };
  const here = (): Span => placeOfSites(sites()) ?? { file: current, line: 1, start: 0, end: 0 };
  const end = process.exit.bind(process);
  process.exit = () => {
    throw new Error('it calls process.exit');
  };
  const failedImports = useModules(folder, refs);
  watchOutput((text) => report({ kind: 'builder prints', text, span: here() }));
  refuseNetwork((what) => report({ kind: 'builder reaches', what, span: here() }));

  const thrown = new Set<unknown>();
  for (const path of paths) {
    current = path;
    process.send?.({ loading: path } satisfies LoadReport);
    try {
      await import(pathToFileURL(join(folder, path)).href);
    } catch (error) {
      // The module that failed fails again for each that imports it.
      const problem = thrown.has(error) ? repeated : failureOf(error, path, { pathOf, textOf, failedImports });
      thrown.add(error);
      failed.add(path);
      if (problem !== repeated && !(problems.get(path) ?? []).some(({ kind }) => kind === 'builder reaches'))
        report(problem);
    }
  }
  const built = collected(paths).map(({ file, problems: own }) => {
    const found = problems.get(file.path) ?? [];
    // Why a file failed explains what it could not declare.
    const isLost = failed.has(file.path);
    return {
      file: isLost ? { ...file, declarations: [] } : file,
      problems: isLost ? found : [...found, ...own],
      lost: isLost,
    };
  });
  process.send?.({ built } satisfies LoadReport, () => end(0));
}

const failed = new Set<string>();
const repeated: BuilderProblem = { kind: 'builder throws', message: '', span: { file: '', line: 1, start: 0, end: 0 } };

interface Known {
  pathOf(url: string): string;
  textOf(path: string): string | null;
  readonly failedImports: ReadonlyMap<unknown, { readonly parent: string; readonly specifier: string }>;
}

function failureOf(error: unknown, path: string, { pathOf, textOf, failedImports }: Known): BuilderProblem {
  const imported = failedImports.get(error);
  if (imported !== undefined) {
    const file = pathOf(imported.parent);
    const text = textOf(file) ?? '';
    const written = [`'${imported.specifier}'`, `"${imported.specifier}"`].map((quoted) => text.indexOf(quoted));
    const start = Math.max(...written, 0);
    const line = text.slice(0, start).split('\n').length;
    const span = { file, line, start, end: start + imported.specifier.length + 2 };
    const ending = /^\.{1,2}\/[^.]*$/.test(imported.specifier) ? ' Imports of files end in .ts' : '';
    return { kind: 'builder throws', message: `there is no module "${imported.specifier}".${ending}`, span };
  }
  const message = error instanceof Error ? error.message || error.name : `it throws ${String(error)}`;
  const span = placeOfError(error, pathOf, textOf) ?? { file: path, line: 1, start: 0, end: 0 };
  const what = refusedAccess(error);
  return what === null ? { kind: 'builder throws', message, span } : { kind: 'builder reaches', what, span };
}

function refusedAccess(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED')) return null;
  const permission = 'permission' in error ? String(error.permission) : '';
  if (permission === 'FileSystemWrite') return 'a file to write';
  return permission === 'ChildProcess' ? 'another process' : 'what it may not use';
}

/** The innermost line of the user's in an error's stack; syntax errors name it first. */
function placeOfError(error: unknown, pathOf: Known['pathOf'], textOf: Known['textOf']): Span | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const own = pathToFileURL(packageFile('x')).href.replace(/[^/]*$/, '');
  const first = /^(\/.*):(\d+)\n/.exec(stack);
  const named = first === null ? stack : `${pathToFileURL(first[1]!).href}:${first[2]}\n`;
  for (const [, url, line, column] of named.matchAll(/(file:\/\/[^\s()]*?):(\d+)(?::(\d+))?(?=[)\s]|$)/gm)) {
    if (url!.startsWith(`${own}dsl/`) || url!.startsWith(`${own}compiler/`)) continue;
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

/** `flowc` is the running package's builder, and generated/refs.ts what the text says now. */
function useModules(folder: string, refs: string | null): Known['failedImports'] {
  const builder = pathToFileURL(packageFile('dsl/builder/index')).href;
  const refsUrl = pathToFileURL(join(folder, 'generated', 'refs.ts')).href;
  const failures = new Map<unknown, { parent: string; specifier: string }>();
  module.registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'flowc') return { url: builder, shortCircuit: true };
      const parent = context.parentURL;
      const isRelative = /^\.{1,2}\//.test(specifier);
      if (refs !== null && parent && isRelative && new URL(specifier, parent).href === refsUrl)
        return { url: refsUrl, format: 'module-typescript', shortCircuit: true };
      try {
        return next(specifier, context);
      } catch (error) {
        if (parent) failures.set(error, { parent, specifier });
        throw error;
      }
    },
    load(url, context, next) {
      if (refs !== null && url === refsUrl) return { format: 'module-typescript', source: refs, shortCircuit: true };
      // Modules all the same, whatever a package.json around the workspace says.
      const isOwn = url.startsWith('file:') && url.endsWith('.ts') && isInside(folder, url);
      return next(url, isOwn ? { ...context, format: 'module-typescript' } : context);
    },
  });
  return failures;
}

/** Whatever the files print is told instead. */
function watchOutput(tell: (text: string) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((text: string | Uint8Array): boolean => {
      const [first = ''] = String(text).split('\n');
      tell(first.length > 60 ? `${first.slice(0, 59)}…` : first);
      return true;
    }) as typeof stream.write;
  }
}

function sites(): readonly NodeJS.CallSite[] {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_error, found) => found;
    return new Error().stack as unknown as readonly NodeJS.CallSite[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function isInside(folder: string, url: string): boolean {
  return fileURLToPath(url).startsWith(folder + sep);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
