import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { isRunning, processStatus } from '../processes.ts';
import { messageOf, UserError } from '../user-error.ts';
import { type Log, temporalBinary } from './binary.ts';
import { answers } from './reach.ts';
import { versionsAttribute } from './signal.ts';

export interface TemporalServer {
  /** host:port of the gRPC service. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | null;
  /** Ends the server and waits for it. */
  stop(): Promise<void>;
}

/** What `temporal-address` holds, so that other commands find the running dev server. */
export interface ServerNote {
  readonly address: string;
  readonly uiUrl: string | null;
  readonly pid: number;
}

const readyWithinMs = 60_000;

/**
 * Starts Temporal's dev server for a workspace: kept in `temporal.db` of that folder (in memory it once wedged for good and lost
 * everything), on free ports of 127.0.0.1, its words in `temporal.log`. A server that an earlier run left behind
 * is taken over.
 * @param folder the workspace's `.flowc` folder.
 * @param headless `'headless'` leaves the web interface out.
 * @param signal gives up while the `temporal` program is fetched.
 * @throws UserError (environment) when no server can be had or it does not come up.
 */
export async function startTemporal(options: {
  folder: string;
  log: Log;
  headless?: 'headless';
  signal?: AbortSignal;
}): Promise<TemporalServer> {
  const state = options.folder;
  mkdirSync(state, { recursive: true });
  const left = runningServer(options.folder);
  if (left && (await answers(left.address))) return serverOf(left, state);
  if (left) await end(left.pid);
  const binary = await temporalBinary(options.log, options.signal);
  const note = await launch(binary, state, options.headless);
  writeFileSync(join(state, 'temporal-address'), `${JSON.stringify(note)}\n`);
  return serverOf(note, state);
}

/** The dev server noted in a workspace's `.flowc` folder, if its process lives. */
export function runningServer(folder: string): ServerNote | null {
  try {
    const note = JSON.parse(readFileSync(join(folder, 'temporal-address'), 'utf8')) as ServerNote;
    return isTemporal(note.pid) ? note : null;
  } catch {
    return null;
  }
}

async function launch(binary: string, state: string, headless: 'headless' | undefined): Promise<ServerNote> {
  const port = await freePort();
  const uiPort = await freePort();
  const logFile = join(state, 'temporal.log');
  const output = openSync(logFile, 'w');
  const surface = headless ? ['--headless'] : ['--ui-port', String(uiPort)];
  // Detached: Ctrl-C at the terminal reaches flowc alone, which ends the worker first and the server last.
  const child = spawn(
    binary,
    [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), ...surface],
      ...['--db-filename', join(state, 'temporal.db'), '--search-attribute', `${versionsAttribute.name}=KeywordList`],
      ...['--log-level', 'warn', '--log-format', 'json'],
    ],
    { stdio: ['ignore', output, output], detached: true },
  );
  closeSync(output);
  child.unref();
  const address = `127.0.0.1:${port}`;
  let ended: string | null = null;
  child.on('error', (error) => {
    ended = messageOf(error);
  });
  child.on('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `exit code ${code}`}`;
  });
  const deadline = Date.now() + readyWithinMs;
  while (!(await answers(address))) {
    if (ended || Date.now() > deadline) {
      if (!ended && child.pid) await end(child.pid);
      throw new UserError(
        'environment',
        `The Temporal dev server did not come up: ${ended ?? `no answer after ${readyWithinMs / 1000} s`}. Its words are in ${logFile}.`,
      );
    }
    await pause(100);
  }
  return { address, uiUrl: headless ? null : `http://127.0.0.1:${uiPort}`, pid: child.pid! };
}

function serverOf(note: ServerNote, state: string): TemporalServer {
  return {
    address: note.address,
    namespace: 'default',
    uiUrl: note.uiUrl,
    async stop() {
      await end(note.pid);
      rmSync(join(state, 'temporal-address'), { force: true });
    },
  };
}

/** SIGTERM, and SIGKILL for one that has not ended after ten seconds. */
async function end(pid: number): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (!isRunning(pid)) return;
      await pause(50);
    }
  }
}

/** A pid in a file may belong to another program by now. Where the system does not tell, alive is enough. */
function isTemporal(pid: number): boolean {
  const status = processStatus(pid);
  return isRunning(pid) && (status === '' || /^Name:\s+temporal/m.test(status));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
