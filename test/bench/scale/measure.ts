/** Runs a command as a user would and says what it took, its children included. Linux only: it reads /proc. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  readonly seconds: number;
  /** Processor time of the process and its children: what a busy machine does not change. */
  readonly processorSeconds: number;
  /** Resident memory of the process and its children together, highest of the samples. */
  readonly megabytes: number;
  readonly exitCode: number | null;
  readonly output: string;
}

const sampleEveryMs = 50;
const ticksPerSecond = 100;

export function measure(command: string, args: readonly string[], cwd: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const processorBefore = processorSecondsOfChildren();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let peak = 0;
    let output = '';
    const sample = (): void => {
      if (child.pid !== undefined) peak = Math.max(peak, residentKilobytes(child.pid));
    };
    const timer = setInterval(sample, sampleEveryMs);
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.on('close', (exitCode) => {
      clearInterval(timer);
      const processorSeconds = processorSecondsOfChildren() - processorBefore;
      const seconds = (performance.now() - started) / 1000;
      resolve({ seconds, processorSeconds, megabytes: peak / 1024, exitCode, output });
    });
  });
}

/** Of a process and all below it; a process that has just ended counts nothing. */
function residentKilobytes(pid: number): number {
  try {
    const own = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map((child) => residentKilobytes(Number(child)));
    return below.reduce((sum, each) => sum + each, Number(own ?? 0));
  } catch {
    return 0;
  }
}

/** User and system time of all children of this process that have ended, theirs included. */
function processorSecondsOfChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}
