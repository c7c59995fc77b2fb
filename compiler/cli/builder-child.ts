/**
 * The process builder files run in: loads them, tells the parent what they declare, and ends. It may read files; writing, other
 * processes (both refused by Node's permissions) and the network are refused.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Span } from '../../dsl/ast.ts';
import { placeOfSites } from '../../dsl/builder/place.ts';
import type { BuilderProblem } from '../../dsl/builder/problems.ts';
import { type BuiltFile, beginCollecting, collected } from '../../dsl/builder/registry.ts';
import { ExitCalled, failureOf } from './builder-failure.ts';
import { isForeign, useModules } from './builder-modules.ts';
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
  beginCollecting({ pathOf: (url) => (isForeign(url) ? null : pathOf(url)), textOf });

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
    throw new ExitCalled();
  };
  const failedImports = useModules(folder, refs);
  watchOutput((text) => report({ kind: 'builder prints', text, span: here() }));
  refuseNetwork(() => report({ kind: 'builder reaches', what: 'network', span: here() }));

  const thrown = new Set<unknown>();
  const failed = new Set<string>();
  const fail = (error: unknown): void => {
    failed.add(current);
    // The module that failed fails again for each that imports it, and who was refused the network has been told so.
    const isTold = thrown.has(error) || problems.get(current)?.some(({ kind }) => kind === 'builder reaches');
    thrown.add(error);
    if (!isTold) report(failureOf(error, current, { pathOf, textOf, failedImports }));
  };
  // Also what nobody awaited.
  process.on('uncaughtException', (error) => {
    const { span } = failureOf(error, current, { pathOf, textOf, failedImports });
    if (paths.includes(span.file)) current = span.file;
    fail(error);
  });
  // What the text declares says which names are taken, imported or not.
  if (refs !== null) await import(pathToFileURL(join(folder, 'generated', 'refs.ts')).href).catch(() => {});
  for (const path of paths) {
    current = path;
    process.send?.({ loading: path } satisfies LoadReport);
    await import(pathToFileURL(join(folder, path)).href).catch(fail);
  }
  // What the files left running goes on to its end, and counts.
  process.once('beforeExit', () => {
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
  });
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

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
