import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { PythonOutcome } from './port.ts';

/** A call as the harness reads it: one frame. */
export interface HarnessRequest {
  readonly kind: 'run' | 'evaluate';
  readonly code: string;
  /** Absolute path of the script and its folder, if it is a file. */
  readonly file?: string;
  readonly folder?: string;
  /** The script's name in messages: `score.py`. */
  readonly name: string;
  readonly zoneFile: string;
  /** Seconds. */
  readonly timeout: number;
  readonly [more: string]: unknown;
}

/** One Python that keeps a process waiting for the next call; one call at a time. */
export interface Zygote {
  readonly alive: boolean;
  /** Null as soon as it can take calls, else why it cannot. */
  readonly ready: Promise<string | null>;
  call(request: HarnessRequest, signal?: AbortSignal): Promise<PythonOutcome>;
  /** Ends it and whatever call is running. */
  end(): Promise<void>;
}

export interface ZygoteCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How it is ended: `SIGTERM` lets the harness take everything with it, a sandbox goes as a whole. */
  readonly endedBy: 'SIGTERM' | 'SIGKILL';
}

type Failed = Extract<PythonOutcome, { kind: 'failed' }>;

/** The harness ends a call by itself; this long after its time the harness counts as stuck. */
const graceMs = 5000;
const startMs = 20_000;
const killMs = 1500;

/** Starts at once; the first call waits until it is ready. */
export function startZygote(command: ZygoteCommand): Zygote {
  const child = spawn(command.program, command.arguments, {
    // A session of its own: Ctrl-C at a terminal ends us first, and we end it.
    detached: true,
    stdio: 'pipe',
    env: { ...command.env },
  });
  const lines = answersOf(child);
  const kill = () => killChild(child, command.endedBy);
  const ready = lines.next(startMs).then((first) => {
    if (typeof first === 'object' && first.ready) return null;
    kill();
    if (typeof first === 'object' && first.fatal) return first.fatal;
    return lines.complaint() || (first === 'late' ? `no answer within ${startMs / 1000} seconds` : 'it ended at once');
  });
  let count = 0;

  return {
    get alive() {
      return lines.open();
    },
    ready,
    async call(request, signal) {
      const problem = await ready;
      if (problem !== null || !lines.open())
        return failed('killed', `${request.name}: Python could not be started: ${problem ?? 'it ended'}`);
      if (signal?.aborted) return failed('killed', `${request.name}: canceled before it began`);
      signal?.addEventListener('abort', kill, { once: true });
      const id = ++count;
      child.stdin.write(frameOf({ id, ...request }));
      const line = await lines.next(request.timeout * 1000 + graceMs);
      signal?.removeEventListener('abort', kill);
      if (typeof line === 'object' && line.id === id) return outcomeOf(line);
      kill();
      await lines.ended;
      if (signal?.aborted) return failed('killed', `${request.name}: canceled while it ran`);
      if (line === 'late') return failed('timeout', `${request.name}: did not end within ${request.timeout} seconds`);
      const words = lines.complaint();
      return failed('killed', `${request.name}: the Python process ended while it ran${words ? `: ${words}` : ''}`);
    },
    async end() {
      if (lines.open()) kill();
      await lines.ended;
    },
  };
}

interface HarnessLine {
  readonly id?: number;
  readonly ready?: boolean;
  readonly fatal?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly fault?: Failed['fault'];
  readonly message?: string;
  readonly line?: number | null;
  readonly log?: readonly (readonly [level: PythonOutcome['log'][number]['level'], text: string])[];
}

/** The lines of a child's stdout, taken one by one. */
function answersOf(child: ChildProcessWithoutNullStreams) {
  let open = true;
  let complaint = '';
  let taker: ((line: HarnessLine | 'gone') => void) | null = null;
  const untaken: HarnessLine[] = [];
  const hand = (line: HarnessLine | 'gone') => {
    const take = taker;
    taker = null;
    if (take) take(line);
    else if (line !== 'gone') untaken.push(line);
  };
  const ended = new Promise<void>((resolve) => {
    const gone = () => {
      open = false;
      hand('gone');
      resolve();
    };
    // `close`, not `exit`: what it said last is read before, and processes that outlive it hold its stdout.
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
  return {
    ended,
    open: () => open,
    /** What it said last on stderr. */
    complaint: () => complaint.trim().split('\n').at(-1) ?? '',
    next: (ms: number) =>
      new Promise<HarnessLine | 'gone' | 'late'>((resolve) => {
        const line = untaken.shift();
        if (line) return resolve(line);
        if (!open) return resolve('gone');
        const timer = setTimeout(() => {
          taker = null;
          resolve('late');
        }, ms);
        taker = (taken) => {
          clearTimeout(timer);
          resolve(taken);
        };
      }),
  };
}

/** Its length before it: the process that reads it takes not a byte of the next one. */
function frameOf(request: object): string {
  const text = JSON.stringify(request);
  return Buffer.byteLength(text).toString(16).padStart(8, '0') + text;
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

function killChild(child: ChildProcessWithoutNullStreams, by: 'SIGTERM' | 'SIGKILL'): void {
  child.kill(by);
  if (by === 'SIGKILL') return;
  const timer = setTimeout(() => child.kill('SIGKILL'), killMs);
  child.once('exit', () => clearTimeout(timer));
}
