import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { createPlaces } from '../places.ts';
import { lookAtHost, networkProblem, type PythonHost, type PythonSettings, zygoteFor } from './host.ts';
import type { PythonCall, PythonOutcome, PythonRunner } from './port.ts';
import { scriptFolders } from './script-folders.ts';
import { zoneFile } from './zone-file.ts';
import type { HarnessRequest, Zygote } from './zygote.ts';

export interface PythonOptions extends PythonSettings {
  /** Calls that can run at the same time. Default: one a processor, four at least, for many wait for a server. */
  readonly size?: number;
}

export interface PythonPool extends PythonRunner {
  /** What scripts run in here; a sentence if they cannot run. Looked at once. */
  look(): Promise<PythonHost | { readonly problem: string }>;
}

/**
 * Runs scripts in processes of their own: `size` sandboxes wait, each with a process ready for the next call, with bounds
 * on processor time, memory, files, processes and output, and a clock outside it that ends it. Never throws; nothing is
 * started before the first call.
 */
export function pythonPool(options: PythonOptions = {}): PythonPool {
  const idle: Sandboxed[] = [];
  const all = new Set<Sandboxed>();
  const places = createPlaces(options.size ?? Math.max(4, availableParallelism()));
  const folders = scriptFolders();
  let host: PythonHost | null = null;
  let looking: Promise<PythonHost | { readonly problem: string }> | null = null;
  let closed = false;

  const look = async () => {
    if (host) return host;
    looking ??= lookAtHost(options);
    const seen = await looking;
    looking = null;
    if (!('problem' in seen)) host = seen;
    return seen;
  };
  const start = (on: PythonHost): Sandboxed => {
    const started = { zygote: zygoteFor(on, options, folders.all()), shows: folders.version() };
    all.add(started);
    return started;
  };
  const leave = (each: Sandboxed) => {
    all.delete(each);
    return each.zygote.end();
  };
  /** One that shows every script folder as it is now. */
  const take = (on: PythonHost): Sandboxed => {
    for (let each = idle.pop(); each; each = idle.pop()) {
      if (each.zygote.alive && each.shows === folders.version()) return each;
      void leave(each);
    }
    return start(on);
  };
  const perform = async (prepared: HarnessRequest, signal?: AbortSignal): Promise<PythonOutcome> => {
    const on = await look();
    if ('problem' in on) return ended('missing', on.problem);
    const problem = networkProblem(on, options.network ?? 'host');
    if (problem !== null) return ended('missing', problem);
    if (closed) return ended('killed', `${prepared.name}: not run, Python was shut down`);
    if (prepared.folder !== undefined) await folders.add(prepared.folder);
    const taken = take(on);
    const outcome = await taken.zygote.call(prepared, signal);
    if (taken.zygote.alive && !closed) idle.push(taken);
    else void leave(taken);
    return outcome;
  };
  const request = async (call: HarnessRequest | PythonOutcome, signal?: AbortSignal): Promise<PythonOutcome> => {
    if (!('code' in call)) return call;
    const canceled = ended('killed', `${call.name}: canceled before it began`);
    try {
      await places.take(signal);
    } catch {
      return canceled;
    }
    try {
      if (closed) return ended('killed', `${call.name}: not run, Python was shut down`);
      return signal?.aborted ? canceled : await perform(call, signal);
    } finally {
      places.free();
    }
  };

  return {
    call: async (call, signal) => request(await orOutcome(() => runRequest(call)), signal),
    evaluate: async (expression, call, signal) => {
      const name = `python ${JSON.stringify(expression)}`;
      const prepared = async () => ({ kind: 'evaluate', code: expression, name, ...common(call) }) as const;
      return request(await orOutcome(prepared), signal);
    },
    look,
    async close() {
      closed = true;
      places.open();
      await Promise.all([...all].map(leave));
    },
  };
}

interface Sandboxed {
  readonly zygote: Zygote;
  /** Which state of the script folders it shows. */
  readonly shows: number;
}

/** Read here, where the workspace lies; the sandbox shows the script's folder for what the script imports. */
async function runRequest(call: PythonCall): Promise<HarnessRequest | PythonOutcome> {
  const rest = { ...common(call), communication: call.communication, params: call.params };
  if ('code' in call.script) return { kind: 'run', code: call.script.code, name: call.script.name, ...rest };
  const file = resolve(call.script.file);
  const name = basename(file);
  try {
    return { kind: 'run', code: await readFile(file, 'utf8'), file, folder: dirname(file), name, ...rest };
  } catch (error) {
    return ended('missing', `${name}: the script ${file} cannot be read: ${wordsOf(error as NodeJS.ErrnoException)}`);
  }
}

function wordsOf({ errno, message }: NodeJS.ErrnoException): string {
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}

/** Throws RangeError for an unknown timezone: every way into the store refuses one. */
function common(call: Omit<PythonCall, 'script' | 'communication' | 'params'>) {
  const { participant, types, zone, timeoutMs } = call;
  return { participant, types, zone, zoneFile: zoneFile(zone), timeout: timeoutMs / 1000 };
}

/** What is wrong with a call is its outcome. */
async function orOutcome(
  prepare: () => Promise<HarnessRequest | PythonOutcome>,
): Promise<HarnessRequest | PythonOutcome> {
  try {
    return await prepare();
  } catch (error) {
    return ended('missing', (error as Error).message);
  }
}

function ended(fault: 'killed' | 'missing', message: string): PythonOutcome {
  return { kind: 'failed', fault, message, line: null, log: [] };
}
