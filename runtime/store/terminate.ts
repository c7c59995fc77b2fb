/** Ends what no workflow will ever end. Nothing of it can be sent afterwards. */
import { sql } from 'kysely';
import { answerGraceMs } from '../activities/deps.ts';
import type { CampaignData } from '../data/types.ts';
import { isFinal } from '../model/statuses.ts';
import { findCommunication, moveCommunication } from './communications.ts';
import type { Db, Tx } from './database.ts';
import { wakeRelay } from './events.ts';
import { unhold } from './holds.ts';
import { cancelSend, settle } from './outbox.ts';

export interface Rows {
  readonly runs: readonly string[];
  readonly communications: readonly string[];
}

export interface Ending {
  readonly participantId: number;
  readonly data: CampaignData;
  /** Virtual epoch milliseconds. */
  readonly now: number;
  /** Plans that opened before this virtual instant may have gone out, though the store does not know it. */
  readonly mayBeSentBefore?: number;
}

export interface Ended {
  readonly runs: number;
  readonly canceled: number;
  /** Handed over without an answer. */
  readonly unknown: number;
  /** Handed over a moment ago: the answer may still come. */
  readonly waiting: number;
}

/** Ends these runs and communications as terminated, those that are still open. Starts no flow. */
export async function endAsTerminated(db: Db, { runs, communications }: Rows, ending: Ending): Promise<Ended> {
  return db.transaction().execute(async (tx) => {
    await lock(tx, ending.participantId);
    const counts = { canceled: 0, unknown: 0, waiting: 0 };
    for (const id of communications) {
      const became = await endCommunication(tx, id, ending);
      if (became) counts[became] += 1;
    }
    return { runs: await endRuns(tx, runs, ending), ...counts };
  });
}

/** Every transaction locks the participant before it touches the outbox. */
async function lock(tx: Tx, participantId: number): Promise<void> {
  await tx.selectFrom('participant').select('id').where('id', '=', participantId).forNoKeyUpdate().execute();
}

async function endCommunication(
  tx: Tx,
  id: string,
  { data, now, mayBeSentBefore }: Ending,
): Promise<'canceled' | 'unknown' | 'waiting' | null> {
  const row = await findCommunication(tx, id);
  if (!row || isFinal(row.status)) return null;
  const step = { id, cause: { kind: 'repair' as const }, at: now };
  const unknown = async () => {
    await moveCommunication(tx, { ...step, status: 'Failed', reason: 'unknown' }, data);
    return 'unknown' as const;
  };
  const state = await cancelSend(tx, id);
  if (row.status === 'Planned' && state === 'HANDED_OFF') {
    const settled = await settle(tx, id, { state: 'UNKNOWN' }, { silentForMs: answerGraceMs });
    return settled ? unknown() : 'waiting';
  }
  if (row.status === 'Planned' && mayBeSentBefore !== undefined && (row.opens ?? 0) <= mayBeSentBefore)
    return unknown();
  await moveCommunication(tx, { ...step, status: 'Canceled', reason: 'terminated' }, data);
  return 'canceled';
}

async function endRuns(tx: Tx, ids: readonly string[], { participantId, now }: Ending): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    update run set state = 'ended', ended_as = 'terminated', segment = null, waits_for = null, until = null, line = null,
      watches = null, changed = ${now}
    where participant_id = ${participantId} and id = any(${ids}::text[]) and state <> 'ended'
    returning id
  `.execute(tx);
  for (const { id } of rows) await unhold(tx, participantId, id);
  return rows.length;
}

/**
 * Events that were signalled to a workflow which never took them go to the next one, in their order. Gives their number; null while
 * newer events are on their way: they would be counted as relayed together with those.
 */
export async function signalAgain(db: Db, participantId: number, numbers: readonly number[]): Promise<number | null> {
  if (numbers.length === 0) return 0;
  return db.transaction().execute(async (tx) => {
    await lock(tx, participantId);
    const { rows } = await sql<{ number: number }>`
      update event set state = 'pending' from participant as p
      where p.id = ${participantId} and p.last_pending <= p.relayed
        and event.participant_id = p.id and event.number = any(${numbers}::int[]) and event.state = 'signalled'
      returning event.number
    `.execute(tx);
    if (rows.length === 0) return null;
    const upTo = Math.min(...rows.map((row) => row.number)) - 1;
    await sql`
      update participant set relayed = least(relayed, ${upTo}), pending_since = now() where id = ${participantId}
    `.execute(tx);
    await wakeRelay(tx);
    return rows.length;
  });
}

/** Which events are not handled any more: those signalled in vain, or all that the workflow has not taken. */
export type Dropped = 'signalled' | 'all';

/** Gives the number of events that nobody will handle. */
export async function dropEvents(db: Db, participantId: number, which: Dropped): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await lock(tx, participantId);
    const { rows } = await sql`
      update event set state = 'handled' from participant as p
      where p.id = ${participantId} and event.participant_id = p.id and event.number > p.taken
        and (event.state = 'signalled' or (event.state = 'pending' and ${which === 'all'}))
      returning event.number
    `.execute(tx);
    const upTo = which === 'all' ? sql`last_pending` : sql`relayed`;
    await sql`
      update participant set relayed = greatest(relayed, ${upTo}), taken = greatest(taken, ${upTo})
      where id = ${participantId}
    `.execute(tx);
    return rows.length;
  });
}
