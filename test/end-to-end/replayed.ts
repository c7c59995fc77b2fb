/** Replays every history a server holds with the bundle that made it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { temporal } from '@temporalio/proto';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { connectClient } from '../../runtime/temporal/connect.ts';
import { startTemporal } from '../../runtime/temporal/server.ts';

export type History = temporal.api.history.v1.IHistory;

/** One run of a workflow; a chain of continue-as-new has several. */
export interface Kept {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: string;
  readonly history: History;
}

export interface NotReplayed {
  readonly workflowId: string;
  readonly runId: string;
  readonly error: string;
  /** Temporal's JSON, as its own tools read it. */
  readonly json: string;
}

export interface Replays {
  readonly replayed: number;
  readonly failures: readonly NotReplayed[];
}

/** What each worker ran, by the pid that its histories name. */
export class Bundles {
  readonly #byHash = new Map<string, string>();
  readonly #byPid = new Map<number, string>();

  /** Keeps the bundle a worker has just started with: the next build removes its file. */
  keep(state: string, pid: number): void {
    const { name, code } = bundleIn(state);
    this.#byHash.set(name, code);
    this.#byPid.set(pid, name);
  }

  /** The code that took a history's last step; undefined when no worker took one. */
  of(history: History): string | undefined {
    const identity = history.events?.findLast((event) => event.workflowTaskCompletedEventAttributes)
      ?.workflowTaskCompletedEventAttributes?.identity;
    if (!identity) return undefined;
    const name = this.#byPid.get(Number.parseInt(identity, 10));
    if (!name) throw new Error(`no bundle is known of the worker ${identity}`);
    return this.#byHash.get(name);
  }
}

/** All runs of all workflows, open ones included. */
export async function histories(client: Client, query?: string): Promise<Kept[]> {
  const found: Kept[] = [];
  const fetching = client.workflow.list(query ? { query } : {})[Symbol.asyncIterator]();
  const lanes = Array.from({ length: 8 }, async () => {
    for (;;) {
      const next = await fetching.next();
      if (next.done) return;
      const { workflowId, runId, status } = next.value;
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      found.push({ workflowId, runId, status: status.name, history });
    }
  });
  await Promise.all(lanes);
  return found;
}

/** Replays each history; those that no worker has worked at have nothing to repeat. */
export async function replay(
  kept: readonly Kept[],
  bundleOf: (history: History) => string | undefined,
): Promise<Replays> {
  quiet();
  const failures: NotReplayed[] = [];
  let replayed = 0;
  const worked = kept.filter(({ history }) =>
    history.events?.some((event) => event.workflowTaskCompletedEventAttributes),
  );
  for (const [code, group] of Map.groupBy(worked, ({ history }) => bundleOf(history))) {
    if (code === undefined) continue;
    const options = { workflowBundle: { code } };
    for await (const { workflowId, runId, error } of Worker.runReplayHistories(options, group)) {
      replayed += 1;
      if (!error) continue;
      const one = group.find((other) => other.workflowId === workflowId && other.runId === runId)!;
      failures.push({ workflowId, runId, error: `${error.name}: ${error.message}`, json: historyToJSON(one.history) });
    }
  }
  return { replayed, failures };
}

/**
 * How an end-to-end test ends: every history the server holds replays with the bundle that made it, and no worker has met one
 * that did not fit its code.
 * @param state the workspace's `.flowc` folder.
 */
export async function expectReplayed(
  client: Client,
  bundleOf: (history: History) => string | undefined,
  state: string,
): Promise<number> {
  const { replayed, failures } = await replay(await histories(client), bundleOf);
  const lines = nondeterminism(join(state, 'worker.log'));
  const wrong = [...failures.map(({ workflowId, runId, error }) => `${workflowId} ${runId}: ${error}`), ...lines];
  if (wrong.length > 0) throw new Error(`${failures.length} of ${replayed} do not replay:\n${wrong.join('\n')}`);
  return replayed;
}

/** The same for a workspace that has ended: its server is started once more. All its histories were made with one bundle. */
export async function expectReplayedAfterwards(state: string): Promise<number> {
  const server = await startTemporal({ folder: state, headless: 'headless', log: () => {} });
  try {
    const client = await connectClient({ options: { address: server.address }, namespace: server.namespace });
    try {
      const code = bundleIn(state).code;
      return await expectReplayed(client, () => code, state);
    } finally {
      await client.connection.close();
    }
  } finally {
    await server.stop();
  }
}

function bundleIn(state: string): { readonly name: string; readonly code: string } {
  const name = readdirSync(state).find((file) => /^bundle-[0-9a-f]+\.js$/.test(file));
  if (!name) throw new Error(`a worker ran, and there is no bundle in ${state}`);
  return { name, code: readFileSync(join(state, name), 'utf8') };
}

/** Lines of workers' logs that tell of a history that does not fit its code. */
export function nondeterminism(log: string): string[] {
  let text: string;
  try {
    text = readFileSync(log, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').filter((line) => /TMPRL1100|[Nn]ondeterminis/.test(line));
}

let silenced = false;

/** A replay that fails is told by its result. */
function quiet(): void {
  if (silenced) return;
  silenced = true;
  try {
    const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => {}),
      telemetryOptions: { logging: { forward: {}, filter } },
    });
  } catch {
    // Somebody chose a log before.
  }
}
