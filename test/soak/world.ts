/** What a soak runs on: the real servers and workers, each reached through proxies that can be slow, stuck or away. */
import { appendFileSync, chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { environmentOf, readConfig } from '../../runtime/config.ts';
import { type OpenWorkspace, openStoreOf } from '../../runtime/open-store.ts';
import { connectClient } from '../../runtime/temporal/connect.ts';
import { runningServer, startTemporal, type TemporalServer } from '../../runtime/temporal/server.ts';
import { flowc, type Outcome } from '../cli/flowc.ts';
import { Bundles } from '../end-to-end/replayed.ts';
import { startWorker, type WorkerProcess } from '../end-to-end/world.ts';
import { type SmtpPeer, startSmtpPeer } from '../peers/smtp-peer.ts';
import { startProxy, type Target, type TcpProxy } from './proxy.ts';

/** An hour takes a second. */
export const scale = 3600;
/** Two days before the clocks of Europe go forward. */
export const begins = '2026-03-27T05:00:00Z';

/** A worker that was told to end gives what runs 20 seconds; a busy machine takes its time. */
const endsWithinMs = 180_000;

export interface SoakWorker {
  readonly name: string;
  /** Between this worker and the database. */
  readonly store: TcpProxy;
  readonly process: WorkerProcess;
}

export interface SoakWorld {
  readonly folder: string;
  readonly workspace: OpenWorkspace;
  readonly client: Client;
  readonly bundles: Bundles;
  readonly peer: SmtpPeer;
  readonly workers: readonly SoakWorker[];
  /** Workers that were told to end and still ran three minutes later. */
  readonly neverEnded: readonly string[];
  flowc(...args: string[]): Promise<Outcome>;
  /** Ends the worker at this place as `signal` says and starts another one there. */
  restartWorker(place: number, signal: 'SIGTERM' | 'SIGKILL', between: () => Promise<void>): Promise<void>;
  restartTemporal(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  close(): Promise<void>;
}

export async function startSoakWorld(workers: number): Promise<SoakWorld> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.reverse()) await end().catch(() => {});
  };
  try {
    return await open(workers, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  count: number,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<SoakWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'flowc-soak-'));
  // The user that Postgres runs as has to reach it: else the data lies elsewhere and stays.
  chmodSync(folder, 0o755);
  closing.push(async () => rmSync(folder, { recursive: true, force: true }));
  const peer = await startSmtpPeer({ dotDelayMs: 20 });
  closing.push(() => peer.stop());
  cpSync(join(import.meta.dirname, 'workspace'), folder, { recursive: true });
  writeFileSync(join(folder, 'flowc.json'), JSON.stringify({ environments: { dev: environment(peer.port) } }));
  const built = await flowc(folder, ['build']);
  if (built.code !== 0) throw new Error(`flowc build: ${built.stdout}${built.stderr}`);

  const state = join(folder, '.flowc');
  const launch = () => startTemporal({ folder: state, headless: 'headless', log: () => {} });
  let temporal: TemporalServer = await launch();
  closing.push(() => temporal.stop());
  const toTemporal = await startProxy(targetOf(temporal.address));
  closing.push(() => toTemporal.stop());
  const address = `127.0.0.1:${toTemporal.port}`;
  const workspace = await openStoreOf(folder, environmentOf(readConfig(folder), 'dev'), () => {});
  closing.push(() => workspace.close());
  const client = await connectClient({ options: { address }, namespace: temporal.namespace });
  closing.push(() => client.connection.close());

  const bundles = new Bundles();
  const through = (store: TcpProxy) => {
    const url = new URL(workspace.store.url);
    url.port = String(store.port);
    return { DATABASE_URL: url.href, TEMPORAL_ADDRESS: address };
  };
  const start = async (name: string, store: TcpProxy): Promise<SoakWorker> => {
    const hear = (text: string) =>
      appendFileSync(join(state, 'words.log'), `${new Date().toISOString()} ${name}: ${text}`);
    const process = await untilItStarts(() => startWorker(folder, through(store), hear));
    bundles.keep(state, process.pid);
    closing.push(() => process.kill());
    return { name, store, process };
  };
  const workers: SoakWorker[] = [];
  const neverEnded: string[] = [];
  for (let i = 0; i < count; i++) {
    const store = await startProxy(targetOf(new URL(workspace.store.url).host));
    closing.push(() => store.stop());
    workers.push(await start(`worker ${i + 1}`, store));
  }

  return {
    folder,
    workspace,
    client,
    bundles,
    peer,
    workers,
    neverEnded,
    flowc: (...args) => flowc(folder, args),
    async restartWorker(place, signal, between) {
      const { name, store, process } = workers[place]!;
      const ended = signal === 'SIGKILL' ? process.kill() : process.stop();
      if (!(await within(ended, endsWithinMs))) {
        neverEnded.push(name);
        await process.kill();
      }
      await between();
      workers[place] = await start(name, store);
    },
    async restartTemporal(signal) {
      if (signal === 'SIGKILL') process.kill(runningServer(state)!.pid, 'SIGKILL');
      await temporal.stop();
      temporal = await launch();
      toTemporal.aim(targetOf(temporal.address));
      toTemporal.cut();
    },
    close,
  };
}

/** A worker that finds its database or its server away ends with a sentence; whoever runs services starts it again. */
async function untilItStarts(start: () => Promise<WorkerProcess>): Promise<WorkerProcess> {
  for (const deadline = Date.now() + 900_000; ; ) {
    try {
      return await start();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(1000);
    }
  }
}

function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  return Promise.race([work.then(() => true), sleep(ms, false, { ref: false })]);
}

function environment(smtpPort: number) {
  return {
    test: true,
    clock: { start: begins, scale },
    channels: { post: { smtp: `smtp://127.0.0.1:${smtpPort}`, pool: 4 } },
  };
}

function targetOf(address: string): Target {
  const [host, port] = address.split(':');
  return { host: host!, port: Number(port) };
}
