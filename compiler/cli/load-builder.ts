/** Loads builder files in a process of their own. */
import { fork } from 'node:child_process';
import type { BuilderProblem, Unfinished } from '../../dsl/builder/problems.ts';
import type { BuiltFile } from '../../dsl/builder/registry.ts';
import { codeFolder, packageFile, packageFolder } from '../../runtime/package-files.ts';
import type { LoadReport, LoadRequest } from './builder-child.ts';
import { afterWork } from './work-timer.ts';

export interface LoadInput extends LoadRequest {
  /** How long one file may work; default 10 seconds. */
  readonly limitMs?: number;
}

const memoryMb = 512;
/** Only a machine with no time for it needs so long. */
const startLimitMs = 60_000;

/** What the files declare, and what is wrong with them: a file that throws or never ends is a problem, never an error of ours. */
export function loadBuilders({ limitMs = 10_000, ...request }: LoadInput): Promise<readonly BuiltFile[]> {
  if (request.paths.length === 0) return Promise.resolve([]);
  return new Promise((resolve) => {
    const child = fork(packageFile('compiler/cli/builder-child'), [], {
      cwd: request.folder,
      execArgv: [
        ...(codeFolder === packageFolder ? ['--conditions=flowc-source'] : []),
        '--permission',
        '--allow-fs-read=*',
        `--max-old-space-size=${memoryMb}`,
        '--no-warnings',
      ],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let loading = request.paths[0]!;
    let unfinishedBy: Unfinished | null = null;
    let built: readonly BuiltFile[] | null = null;
    const endAfter = (ms: number, why: 'time' | 'start') =>
      afterWork(child, ms, () => {
        unfinishedBy = { why, seconds: ms / 1000 };
        child.kill('SIGKILL');
      });
    // What the process needs to start, and what the files before it took, is not the file's fault.
    let timer = endAfter(startLimitMs, 'start');
    child.on('message', (report: LoadReport) => {
      clearTimeout(timer);
      if ('loading' in report) {
        loading = report.loading;
        timer = endAfter(limitMs, 'time');
      } else built = report.built;
    });
    child.on('error', () => child.kill('SIGKILL'));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(built ?? unfinished(request.paths, loading, unfinishedBy ?? reasonOf(code, signal)));
    });
    child.send(request);
  });
}

function reasonOf(code: number | null, signal: string | null): Unfinished {
  // Nothing was left to do before an `await` was settled.
  if (code === 0 || code === 13) return { why: 'await' };
  if (signal === 'SIGABRT' || code === 134) return { why: 'memory', megabytes: memoryMb };
  return code === null ? { why: 'signal', signal: signal ?? 'SIGKILL' } : { why: 'exit', code };
}

function unfinished(paths: readonly string[], loading: string, why: Unfinished): readonly BuiltFile[] {
  const span = { file: loading, line: 1, start: 0, end: 0 };
  const problem: BuilderProblem = { kind: 'builder endless', unfinished: why, span };
  return paths.map((path) => ({
    file: { path, declarations: [], comments: [] },
    problems: path === loading ? [problem] : [],
    lost: true,
  }));
}
