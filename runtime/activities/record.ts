/** One participant as the activities load them: record, run and communications in one query. */
import { sql } from 'kysely';
import type { CampaignData, Reader } from '../data/types.ts';
import type { Fields } from '../model/values.ts';
import { createReader } from '../rules/reader.ts';
import type { CommunicationRow } from '../store/communications.ts';
import type { Db, Tx } from '../store/database.ts';
import { lockParticipant } from '../store/participants.ts';
import { insertRun, type RunRow } from '../store/runs.ts';
import type { RunRef, Who } from './port.ts';

export interface LoadedRecord {
  readonly id: number;
  readonly externalId: string;
  readonly participant: Fields;
  readonly profile: Fields;
  readonly exited: boolean;
  readonly lastEvent: number;
  readonly run: RunRow | null;
  /** In the order they were planned. */
  readonly communications: readonly CommunicationRow[];
}

/** Who it is in the store. Throws a plain Error when there is no such participant. */
export async function participantOf(
  db: Db | Tx,
  who: Who,
): Promise<{ readonly id: number; readonly externalId: string }> {
  const row = await db
    .selectFrom('participant')
    .select(['id', 'external_id as externalId'])
    .where('campaign', '=', who.campaign)
    .where('key', '=', who.participant)
    .executeTakeFirst();
  return row ?? missing(who);
}

function missing(who: Who): never {
  throw new Error(`The store holds no participant of the workflow's name in ${who.campaign}.`);
}

/** Throws a plain Error when there is no such participant. */
export async function loadRecord(db: Db | Tx, who: Who, run: string | null): Promise<LoadedRecord> {
  const { rows } = await sql<LoadedRecord>`
    select p.id, p.external_id as "externalId", p.fields as participant, profile.fields as profile, p.exited,
      p.last_event as "lastEvent",
      (select to_jsonb(r) from run r where r.participant_id = p.id and r.id = ${run}) as run,
      coalesce((
        select jsonb_agg(to_jsonb(c) order by c.seq) from (
          select * from communication where participant_id = p.id order by seq desc limit 200) c
      ), '[]') as communications
    from participant p join profile on profile.id = p.profile_id
    where p.campaign = ${who.campaign} and p.key = ${who.participant}
  `.execute(db);
  return rows[0] ?? missing(who);
}

/**
 * The record of a run; its first effect writes the run's row. `already`: another incarnation of the workflow began it, or the
 * participant has left the campaign.
 */
export async function beginRun(db: Db, who: Who, run: RunRef, now: number): Promise<LoadedRecord | 'already'> {
  const record = await loadRecord(db, who, run.id);
  if (record.run) return record.run.incarnation === run.incarnation ? record : 'already';
  return db.transaction().execute((tx) => beginRunIn(tx, record.id, who, run, now));
}

/**
 * In a transaction: the participant's row is locked first, so that whoever changes the record after this read sees the run and
 * tells its workflow.
 */
export async function beginRunIn(
  tx: Tx,
  participantId: number,
  who: Who,
  run: RunRef,
  now: number,
): Promise<LoadedRecord | 'already'> {
  await lockParticipant(tx, participantId);
  const before = await loadRecord(tx, who, run.id);
  if (before.run) return before.run.incarnation === run.incarnation ? before : 'already';
  if (before.exited) return 'already';
  const { id, flow, hash, incarnation } = run;
  await insertRun(tx, participantId, run, now);
  return { ...before, run: { id, flow, hash, incarnation, state: 'running', last_step: 0 } };
}

/** The record as generated expressions read it. */
export function readerOf(data: CampaignData, record: LoadedRecord, own: string | undefined, now: number): Reader {
  return createReader({
    now,
    externalId: record.externalId,
    participant: record.participant,
    profile: record.profile,
    timezone: data.timezone,
    communications: record.communications,
    own: own ?? null,
  });
}
