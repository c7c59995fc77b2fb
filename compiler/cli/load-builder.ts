/** Loads builder files in a process of their own. */
import { fork } from 'node:child_process';
import type { BuilderProblem } from '../../dsl/builder/problems.ts';
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
    let how: string | null = null;
    let built: readonly BuiltFile[] | null = null;
    const endAfter = (ms: number, reason: string) =>
      afterWork(child, ms, () => {
        how = reason;
        child.kill('SIGKILL');
      });
    // What the process needs to start, and what the files before it took, is not the file's fault.
    let timer = endAfter(startLimitMs, `its process did not start within ${startLimitMs / 1000} seconds`);
    child.on('message', (report: LoadReport) => {
      clearTimeout(timer);
      if ('loading' in report) {
        loading = report.loading;
        timer = endAfter(limitMs, `it was still busy after ${limitMs / 1000} seconds`);
      } else built = report.built;
    });
    child.on('error', () => child.kill('SIGKILL'));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(built ?? unfinished(request.paths, loading, how ?? reasonOf(code, signal)));
    });
    child.send(request);
  });
}

function reasonOf(code: number | null, signal: string | null): string {
  // Nothing was left to do before an `await` was settled.
  if (code === 0 || code === 13) return 'it awaits what never comes';
  if (signal === 'SIGABRT' || code === 134) return `it needs more than ${memoryMb} MB of memory`;
  return code === null ? `its process was ended by ${signal}` : `it ended its process with code ${code}`;
}

function unfinished(paths: readonly string[], loading: string, how: string): readonly BuiltFile[] {
  const span = { file: loading, line: 1, start: 0, end: 0 };
  const problem: BuilderProblem = { kind: 'builder endless', how, span };
  return paths.map((path) => ({
    file: { path, declarations: [], comments: [] },
    problems: path === loading ? [problem] : [],
    lost: true,
  }));
}
