/** CPU seconds and memory of processes from /proc: the same for Node, Go, Rust and Postgres. Linux only. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';

const ticksPerSecond = 100;

export interface WorkerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a module of `workers/` as a process of its own; resolves when it says that it is ready. */
export async function startWorker(
  script: string,
  configuration: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['--no-warnings', '--conditions=flowc-source', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...environment, BENCH_WORKER: JSON.stringify(configuration) },
  });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the worker ended with code ${code} before it was ready`)));
  });
  return {
    pid: child.pid!,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.send('stop');
        setTimeout(() => child.kill('SIGKILL'), 15_000).unref();
      }),
  };
}

/** CPU seconds since their start. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (stat(pid)?.own ?? 0), 0);
}

/** CPU seconds of a server and all its children, those that ended included (Postgres and its backends). */
export function familyCpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const found = stat(pid);
    return found ? sum + found.own + found.ended + cpuSeconds(childrenOf(pid)) : sum;
  }, 0);
}

/** CPU seconds of all that a process started, however deep, those that ended included; not its own. */
export function descendantsCpuSeconds(pids: readonly number[]): number {
  return pids.flatMap(childrenOf).reduce((sum, pid) => {
    const found = stat(pid);
    return sum + (found ? found.own + found.ended : 0) + descendantsCpuSeconds([pid]);
  }, 0);
}

export function childrenOf(pid: number): number[] {
  return allPids().filter((other) => stat(other)?.parent === pid);
}

/** Who listens on a TCP port of this machine. */
export function pidOfPort(port: number): number | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      (read(file) ?? '')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((columns) => columns[3] === '0A' && columns[1]?.endsWith(`:${hex}`))
        .map((columns) => `socket:[${columns[9]}]`),
    ),
  );
  return allPids().find((pid) => linksOf(pid).some((link) => sockets.has(link)));
}

export function resetPeak(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // Another user's process keeps its peak since its start.
    }
  }
}

/** Peak of resident memory since `resetPeak`, in MiB. */
export function peakMiB(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0));
  return Math.round(kilobytes.reduce((sum, each) => sum + each, 0) / 1024);
}

/** Resident memory now, in MiB. */
export function residentMiB(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) / 1024);
}

function stat(pid: number): { parent: number; own: number; ended: number } | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (!text) return undefined;
  const columns = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (a: number, b: number) => (columns[a]! + columns[b]!) / ticksPerSecond;
  return { parent: columns[1]!, own: seconds(11, 12), ended: seconds(13, 14) };
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function linksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
