import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PythonOutcome } from './port.ts';

/** A call as the harness reads it: one JSON line. */
export interface HarnessRequest {
  readonly kind: 'run' | 'evaluate';
  readonly file?: string;
  readonly code?: string;
  /** The script's name in messages: `score.py`. */
  readonly name: string;
  /** Seconds. */
  readonly timeout: number;
  readonly [more: string]: unknown;
}

/** One `python3` that forks a process for each call; one call at a time. */
export interface Zygote {
  readonly alive: boolean;
  call(request: HarnessRequest, signal?: AbortSignal): Promise<PythonOutcome>;
  /** Ends it and whatever call is running. */
  end(): Promise<void>;
}

type Failed = Extract<PythonOutcome, { kind: 'failed' }>;

/** The harness ends a call by itself; this long after its time the harness counts as stuck. */
const graceMs = 5000;
const startMs = 20_000;
const killMs = 1500;

const harness = fileURLToPath(new URL('./harness.py', import.meta.url));

/** Starts at once; the first call waits until it is ready. */
export function startZygote(interpreter: string, env: Readonly<Record<string, string>>): Zygote {
  const child = spawn(interpreter, ['-I', '-B', '-X', 'utf8', harness, ...Object.keys(env)], {
    // A session of its own: Ctrl-C at a terminal ends us first, and we end it.
    detached: true,
    stdio: 'pipe',
    env: { ...env },
  });
  let alive = true;
  let count = 0;
  let complaint = '';
  let taker: ((line: HarnessLine | 'gone') => void) | null = null;
  const untaken: HarnessLine[] = [];
  const hand = (line: HarnessLine | 'gone') => {
    const take = taker;
    taker = null;
    if (take) take(line);
    else if (line !== 'gone') untaken.push(line);
  };
  const nextLine = (ms: number) =>
    new Promise<HarnessLine | 'gone' | 'late'>((resolve) => {
      const line = untaken.shift();
      if (line) return resolve(line);
      if (!alive) return resolve('gone');
      const timer = setTimeout(() => {
        taker = null;
        resolve('late');
      }, ms);
      taker = (taken) => {
        clearTimeout(timer);
        resolve(taken);
      };
    });
  const ended = new Promise<void>((resolve) => {
    const gone = () => {
      alive = false;
      hand('gone');
      resolve();
    };
    // `close`, not `exit`: what it said last is read before.
    child.once('close', gone);
    child.once('error', (error) => {
      complaint = error.message;
      gone();
    });
  });
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  createInterface({ input: child.stdout }).on('line', (text) => hand(parseLine(text)));
  const ready = nextLine(startMs);

  return {
    get alive() {
      return alive;
    },
    async call(request, signal) {
      const first = await ready;
      if (typeof first === 'object' && first.fatal) return failed('missing', `${first.fatal}.`);
      if (typeof first === 'string' || !alive) {
        kill(child);
        return failed('killed', startFailure(interpreter, complaint));
      }
      if (signal?.aborted) return failed('killed', `${request.name}: canceled before it began`);
      const abort = () => kill(child);
      signal?.addEventListener('abort', abort, { once: true });
      const id = ++count;
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      const line = await nextLine(request.timeout * 1000 + graceMs);
      signal?.removeEventListener('abort', abort);
      if (typeof line === 'object' && line.id === id) return outcomeOf(line);
      kill(child);
      await ended;
      if (signal?.aborted) return failed('killed', `${request.name}: canceled while it ran`);
      if (line === 'late') return failed('timeout', `${request.name}: did not end within ${request.timeout} seconds`);
      return failed('killed', `${request.name}: the Python process ended while it ran`);
    },
    async end() {
      if (alive) kill(child);
      await ended;
    },
  };
}

interface HarnessLine {
  readonly id?: number;
  readonly fatal?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly fault?: Failed['fault'];
  readonly message?: string;
  readonly line?: number | null;
  readonly log?: readonly (readonly [level: PythonOutcome['log'][number]['level'], text: string])[];
}

/** Only the harness writes there; a line it did not write makes the zygote be thrown away. */
function parseLine(text: string): HarnessLine {
  try {
    return JSON.parse(text) as HarnessLine;
  } catch {
    return {};
  }
}

function outcomeOf(line: HarnessLine): PythonOutcome {
  const log = (line.log ?? []).map(([level, text]) => ({ level, text }));
  if (line.fields) return { kind: 'returned', fields: line.fields, log };
  return { kind: 'failed', fault: line.fault ?? 'killed', message: line.message ?? '', line: line.line ?? null, log };
}

function failed(fault: Failed['fault'], message: string): Failed {
  return { kind: 'failed', fault, message, line: null, log: [] };
}

function startFailure(interpreter: string, complaint: string): string {
  const words = complaint.trim().split('\n').at(-1) ?? '';
  return `${interpreter} could not be started${words ? `: ${words}` : ''}`;
}

/** Politely first: the harness then takes everything with it that the call started. */
function kill(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), killMs);
  child.once('exit', () => clearTimeout(timer));
}
