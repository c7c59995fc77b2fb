import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Client } from '@temporalio/client';
import { environmentOf, readConfig } from '../../runtime/config.ts';
import type { Fields } from '../../runtime/model/values.ts';
import { type OpenWorkspace, openStoreOf } from '../../runtime/open-store.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import { connectClient } from '../../runtime/temporal/connect.ts';
import { startTemporal, type TemporalServer } from '../../runtime/temporal/server.ts';
import { flowc, type Outcome, repository } from '../cli/flowc.ts';
import { Bundles, expectReplayed } from './replayed.ts';

/** A workspace that really runs: its own Temporal server, its own Postgres, workers as processes of their own. */
export interface World {
  readonly folder: string;
  readonly workspace: OpenWorkspace;
  readonly client: Client;
  readonly temporal: TemporalServer;
  /** Runs the command line in the workspace. */
  flowc(...args: string[]): Promise<Outcome>;
  /** Writes a file of the workspace. */
  write(path: string, text: string): void;
  worker(): Promise<WorkerProcess>;
  /** Creates or updates one participant, as an API would. */
  change(campaign: string, externalId: string, fields: Fields): Promise<void>;
  /** Ends everything. Before that, every history the server holds has to replay with the bundle that made it. */
  /** What each worker ran. */
  readonly bundles: Bundles;
  close(): Promise<void>;
}

export interface WorkerProcess {
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, as whoever runs services ends them; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Texts by path, relative to the workspace. */
export type Files = Readonly<Record<string, string>>;

export async function startWorld(files: Files): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'flowc-world-'));
  // The user that Postgres runs as has to reach it: else the data lies elsewhere and stays.
  chmodSync(folder, 0o755);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const call = (...args: string[]) => flowc(folder, args);
  const built = await call('build');
  if (built.code !== 0) throw new Error(`flowc build: ${built.stdout}${built.stderr}`);
  const closing: (() => Promise<unknown>)[] = [];
  const log = (): void => {};
  const close = async () => {
    for (const end of closing.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  const bundles = new Bundles();
  try {
    const state = join(folder, '.flowc');
    const temporal: TemporalServer = await startTemporal({ folder: state, headless: 'headless', log });
    closing.push(() => temporal.stop());
    const workspace = await openStoreOf(folder, environmentOf(readConfig(folder), 'dev'), log);
    closing.push(() => workspace.close());
    const client = await connectClient({ options: { address: temporal.address }, namespace: temporal.namespace });
    closing.push(() => client.connection.close());
    const worker = async () => {
      const started = await startWorker(folder);
      closing.push(() => started.kill());
      bundles.keep(state, started.pid);
      return started;
    };
    const change = async (campaign: string, externalId: string, fields: Fields) => {
      const find = (name: string) => workspace.campaigns.find((one) => one.name === name);
      const given = {
        campaign: find(campaign)!,
        externalId,
        fields,
        cause: { kind: 'api' as const },
        at: workspace.now(),
      };
      const outcome = await workspace.store.db.transaction().execute((tx) => applyChange(tx, given, find));
      if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.problems));
    };
    const closeReplayed = async () => {
      try {
        await expectReplayed(client, (history) => bundles.of(history), state);
      } finally {
        await close();
      }
    };
    return { folder, workspace, client, temporal, flowc: call, write, worker, change, bundles, close: closeReplayed };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A worker as a process of its own. `environment` is added to this process's; `hear` gets what it says to people. */
export async function startWorker(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
  hear: (words: string) => void = () => {},
): Promise<WorkerProcess> {
  // Straight to the source: what is killed is the worker itself, not a launcher before it.
  const child = spawn(
    process.execPath,
    ['--conditions=flowc-source', join(repository, 'compiler', 'cli', 'main.ts'), 'worker'],
    { cwd: folder, env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stderr.on('data', (chunk) => hear(String(chunk)));
  await says(child, 'worker runs');
  return {
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

/** A command that runs beside the test. */
export interface RunningCommand {
  readonly pid: number;
  /** All it has written so far, to either stream. */
  said(): string;
  ended(): boolean;
  /** The exit code; null after a signal. */
  readonly code: Promise<number | null>;
  interrupt(): void;
}

/** Starts the command line in a folder, straight from its source: signals reach the command itself. */
export function runningFlowc(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const main = join(repository, 'compiler', 'cli', 'main.ts');
  const child = spawn(process.execPath, ['--conditions=flowc-source', main, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  let over = false;
  const code = new Promise<number | null>((resolve) =>
    child.once('close', (ended) => {
      over = true;
      resolve(ended);
    }),
  );
  return { pid: child.pid!, said: () => text, ended: () => over, code, interrupt: () => void child.kill('SIGINT') };
}

/** Resolves once the process has printed the words. */
export function says(child: ChildProcess, words: string): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk;
      if (text.includes(words)) resolve(text);
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said "${words}":\n${text}`)));
  });
}

/** Looks until `done` gives something, for at most `seconds`. */
export async function eventually<T>(what: string, seconds: number, done: () => Promise<T | null | false>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await done();
    if (found !== null && found !== false) return found as T;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** CSV of a head line and rows. */
export function csv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, ...rows].map((row) => row.join(',')).join('\n');
}

/** A workspace whose e-mail goes to `port`, settings of the environment added. */
export function mailWorkspace(
  port: number,
  { channel = {}, ...environment }: { readonly channel?: object; readonly test?: true; readonly clock?: object } = {},
) {
  const billing = { smtp: `smtp://127.0.0.1:${port}`, ...channel };
  return {
    'flowc.json': JSON.stringify({ environments: { dev: { ...environment, channels: { billing } } } }),
    'workspace.flow': `workspace acme {
  timezone: "Europe/Berlin"
}

channel billing: email

agent concierge {
  channels: billing
  task: "Answer questions."
}
`,
  };
}
