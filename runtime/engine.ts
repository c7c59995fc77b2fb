import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createActivities } from './activities/create.ts';
import { campaignFiles } from './campaign-files.ts';
import { openChannels } from './channels/open.ts';
import type { CampaignData } from './data/types.ts';
import type { OpenWorkspace } from './open-store.ts';
import { isAlive } from './processes.ts';
import { pythonPool } from './python/pool.ts';
import { preparePython, usesPython } from './python/prepare.ts';
import type { Db } from './store/database.ts';
import { startRelay } from './store/relay.ts';
import { liveWorkers, registeredWorkers, registerWorker, removeWorker } from './store/releases.ts';
import { bundleWorkflows } from './temporal/bundle.ts';
import { connectClient, connectNative, type TemporalTarget } from './temporal/connect.ts';
import { registerSearchAttributes } from './temporal/search-attributes.ts';
import { signalParticipant } from './temporal/signal.ts';
import { runWorker } from './temporal/worker.ts';
import { advance, isSetBack } from './watch/generation.ts';
import { startWatch, type WatchOptions } from './watch/watch.ts';
import { ownVersions, versionDifferences, type WorkerVersions } from './worker-versions.ts';

export interface Engine {
  /** Sentences about channels that cannot send with the settings they have. */
  readonly channelProblems: readonly string[];
  /** Rejects when the worker broke; settles after `stop`. */
  readonly ended: Promise<void>;
  /** Ends relay and worker, lets what is being sent finish, closes connections. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly workspace: OpenWorkspace;
  readonly temporal: TemporalTarget;
  readonly log: (line: string) => void;
  /** Settings used instead of those of `flowc.json`, by kind of channel. */
  readonly channelOverrides?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** How often and after how long it is looked for who stands still. */
  readonly watchTimes?: WatchOptions['times'];
}

/** Renewed well before the store takes a silent worker for dead. */
const registrationMs = 20_000;

/** Runs a worker and a relay for a built workspace in this process. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { workspace, temporal, log, channelOverrides, watchTimes } = options;
  const { store, campaigns, environment, folder, state, clock } = workspace;
  const byName = new Map(campaigns.map((campaign) => [campaign.name, campaign]));
  const closing: (() => Promise<unknown>)[] = [];
  const stop = once(async () => {
    for (const close of closing.toReversed()) await close();
  });
  try {
    const bundle = await bundleWorkflows(folder);
    const client = await connectClient(temporal);
    closing.push(() => client.connection.close());
    await registerSearchAttributes(client, temporal, log);
    // Before anything is sent or signalled from it.
    const generations = { db: store.db, client, workspace: campaigns[0]!.workspace };
    if (!(await isSetBack(generations))) await advance(generations);
    const connection = await connectNative(temporal, join(state, 'worker.log'));
    closing.push(() => connection.close());
    const channels = openChannels(campaigns, environment, channelOverrides);
    closing.push(() => channels.close());
    // Not waited for: a server that says nothing would hold up everything else.
    channels.unreachable().then(
      (problems) => problems.map((problem) => `warning: ${problem}`).forEach(log),
      () => {},
    );
    const python = pythonPool({ ...environment.python, hidden: [join(folder, 'flowc.json'), state] });
    closing.push(() => python.close());
    const scripts = usesPython(campaigns) ? await preparePython(python, environment.python.network, log) : null;

    const activities = createActivities({
      store,
      campaigns: (name) => byName.get(name),
      channels: channels.adapter,
      python,
      files: campaignFiles(folder, byName),
      log,
    });
    const worker = await runWorker({
      connection,
      namespace: temporal.namespace,
      bundle,
      activities,
      memoryMb: environment.worker.memoryMb,
    });
    closing.push(async () => {
      worker.shutdown();
      await worker.run.catch(() => {});
    });
    closing.push(await register(workspace, ownVersions(scripts), log));
    const relay = startRelay({
      store,
      campaigns: (name) => byName.get(name),
      signal: signalParticipant(client),
      ...(clock ? { clock } : {}),
      channelUp: async (name) => (await channels.adapter(name).check()).ok,
      log,
    });
    closing.push(() => relay.stop());
    const watch = startWatch({
      ...generations,
      campaigns,
      ...(clock ? { clock } : {}),
      log,
      ...(watchTimes ? { times: watchTimes } : {}),
    });
    closing.push(() => watch.stop());
    return { channelProblems: channels.problems, ended: worker.run, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Tells the store which versions this worker holds, for as long as it lives, and says where it differs from others. */
async function register(
  { store, campaigns }: OpenWorkspace,
  versions: WorkerVersions,
  log: (line: string) => void,
): Promise<() => Promise<void>> {
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const holds = campaigns.flatMap(versionsOf);
  await forgetKilled(store.db);
  for (const sentence of versionDifferences(versions, await liveWorkers(store.db))) log(`note: ${sentence}`);
  await registerWorker(store.db, id, holds, versions);
  // A renewal that fails is made up for by the next one; sends and signals notice an unreachable store themselves.
  const timer = setInterval(() => registerWorker(store.db, id, holds, versions).catch(() => {}), registrationMs);
  return async () => {
    clearInterval(timer);
    await removeWorker(store.db, id).catch(() => {});
  };
}

/** A worker of this machine that was killed would keep a new build from being published until its registration lapses. */
async function forgetKilled(db: Db): Promise<void> {
  for (const id of await registeredWorkers(db)) {
    const pid = id.startsWith(`${hostname()}-`) ? Number(id.slice(hostname().length + 1).split('-')[0]) : 0;
    if (pid > 0 && !isAlive(pid)) await removeWorker(db, id);
  }
}

function versionsOf({ name, versions }: CampaignData): string[] {
  return versions.map((version) => `${name}/${version.name}@${version.hash}`);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}
