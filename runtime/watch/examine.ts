/** Looks at participants one by one: what the store says of each, and what Temporal says of their workflow. */
import type { Client } from '@temporalio/client';
import { inParallel } from '../in-parallel.ts';
import { type Clock, virtualNow } from '../model/clock.ts';
import {
  type Execution,
  type Finding,
  findingOf,
  needsHistoryEnd,
  type Situation,
  type WatchTimes,
} from '../rules/stuck.ts';
import type { Db } from '../store/database.ts';
import type { Silence } from '../store/overdue.ts';
import { situationsOf } from '../store/situation.ts';
import { executionOf, historyEnd } from '../temporal/execution.ts';

export interface Examining {
  readonly db: Db;
  readonly client: Client;
  readonly clock: Clock | undefined;
  readonly silences: readonly Silence[];
  readonly times: WatchTimes;
}

export interface Examined {
  readonly situation: Situation;
  readonly execution: Execution;
  /** Null: nothing stands still. */
  readonly finding: Finding | null;
}

/** Describes at a time: the server has other things to do. */
const width = 10;

/** Participants that are no more are left out. */
export async function examine(examining: Examining, ids: readonly number[]): Promise<readonly Examined[]> {
  const before = await situations(examining, ids);
  const executions = new Map<number, Execution>();
  await inParallel([...before.values()], width, async ({ participantId, campaign, key }) => {
    executions.set(participantId, await executionOf(examining.client, `${campaign}/${key}`));
  });
  const { times } = examining;
  // Read again: what was written, or ended, while the workflow was described is no sign of anything.
  const after = await situations(examining, [...before.keys()]);
  const examined: Examined[] = [];
  await inParallel([...after.values()], width, async (now) => {
    const situation = inBoth(before.get(now.participantId)!, now);
    const execution = await withEnd(examining, situation, executions.get(now.participantId)!);
    examined.push({ situation, execution, finding: findingOf(situation, execution, times) });
  });
  return examined;
}

/** Asks for the history only of those whose delay nothing else explains. */
async function withEnd({ client, times }: Examining, situation: Situation, execution: Execution): Promise<Execution> {
  if (execution.kind !== 'running' || !needsHistoryEnd(situation, execution, times)) return execution;
  return { ...execution, end: await historyEnd(client, `${situation.campaign}/${situation.key}`) };
}

function situations({ db, clock, silences, times }: Examining, ids: readonly number[]) {
  const now = virtualNow(clock, Date.now());
  const since = (instant: number) => (now - instant) / (clock?.scale ?? 1);
  return situationsOf(db, ids, { silences, graceMs: times.graceMs, since });
}

function inBoth(before: Situation, now: Situation): Situation {
  const runs = new Set(before.runs.map(({ id }) => id));
  const communications = new Map(before.communications.map(({ id, incarnation }) => [id, incarnation]));
  const untaken = new Set(before.untaken);
  return {
    ...now,
    relayed: before.relayed,
    runs: now.runs.filter(({ id }) => runs.has(id)),
    communications: now.communications.filter((one) => communications.get(one.id) === one.incarnation),
    untaken: now.untaken.filter((number) => untaken.has(number)),
  };
}
