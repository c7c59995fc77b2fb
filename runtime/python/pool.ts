import { basename, resolve } from 'node:path';
import { createPlaces } from '../places.ts';
import { findInterpreter } from './interpreter.ts';
import type { PythonCall, PythonOutcome, PythonRunner } from './port.ts';
import { type HarnessRequest, startZygote, type Zygote } from './zygote.ts';

export interface PythonOptions {
  /** Name on the PATH or path, also of a venv's python. Default `python3`. */
  readonly interpreter?: string;
  /** Calls that can run at the same time. Default 2. */
  readonly size?: number;
  /** The only environment variables that reach a script, by name. Default none. */
  readonly env?: readonly string[];
  /** Where the values of `env` and the PATH to look the interpreter up come from. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs scripts in processes of their own: `size` interpreters wait, each forks one process per call, with bounds on
 * processor time, memory, files, processes and output, and a clock outside it that ends it. Never throws; nothing is
 * started before the first call.
 */
export function pythonPool(options: PythonOptions = {}): PythonRunner {
  const environment = options.environment ?? process.env;
  const interpreter = options.interpreter ?? 'python3';
  const env = Object.fromEntries(
    (options.env ?? []).flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  const idle: Zygote[] = [];
  const all = new Set<Zygote>();
  const places = createPlaces(options.size ?? 2);
  let closed = false;

  const request = async (call: HarnessRequest, signal?: AbortSignal): Promise<PythonOutcome> => {
    const canceled = ended('killed', `${call.name}: canceled before it began`);
    try {
      await places.take(signal);
    } catch {
      return canceled;
    }
    try {
      if (closed) return ended('killed', `${call.name}: not run, Python was shut down`);
      if (signal?.aborted) return canceled;
      const zygote = takeAlive(idle) ?? start();
      if (typeof zygote === 'string') return ended('missing', zygote);
      const outcome = await zygote.call(call, signal);
      if (zygote.alive && !closed) idle.push(zygote);
      else all.delete(zygote);
      return outcome;
    } finally {
      places.free();
    }
  };
  const start = (): Zygote | string => {
    const found = findInterpreter(interpreter, environment.PATH);
    if (found === null) return missing(interpreter);
    const zygote = startZygote(found, env);
    all.add(zygote);
    return zygote;
  };

  return {
    call: (call, signal) =>
      request(
        { kind: 'run', ...sourceOf(call), ...common(call), communication: call.communication, params: call.params },
        signal,
      ),
    evaluate: (expression, call, signal) =>
      request(
        { kind: 'evaluate', code: expression, name: `python ${JSON.stringify(expression)}`, ...common(call) },
        signal,
      ),
    async close() {
      closed = true;
      places.open();
      await Promise.all([...all].map((zygote) => zygote.end()));
    },
  };
}

function takeAlive(idle: Zygote[]): Zygote | null {
  for (;;) {
    const zygote = idle.pop();
    if (!zygote) return null;
    if (zygote.alive) return zygote;
  }
}

function sourceOf(call: PythonCall): { file: string; name: string } | { code: string; name: string } {
  if ('code' in call.script) return { code: call.script.code, name: call.script.name };
  const file = resolve(call.script.file);
  return { file, name: basename(file) };
}

function common(call: Omit<PythonCall, 'script' | 'communication' | 'params'>) {
  return { participant: call.participant, types: call.types, zone: call.zone, timeout: call.timeoutMs / 1000 };
}

function missing(interpreter: string): string {
  return `Python was not found as ${JSON.stringify(interpreter)}: install Python 3.9 or newer, or name another one in flowc.json: "python": { "interpreter": "/path/to/python3" }.`;
}

function ended(fault: 'killed' | 'missing', message: string): PythonOutcome {
  return { kind: 'failed', fault, message, line: null, log: [] };
}
