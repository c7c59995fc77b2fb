/** One participant as the activities load them: record, run and communications in one query. */
import { sql } from 'kysely';
import type { CampaignData, Reader } from '../data/types.ts';
import type { Fields } from '../model/values.ts';
import { createReader } from '../rules/reader.ts';
import { type CommunicationRow, openStatuses } from '../store/communications.ts';
import type { Db, Tx } from '../store/database.ts';
import type { RunRow } from '../store/runs.ts';
import type { Who } from './port.ts';

export interface LoadedRecord {
  readonly id: number;
  readonly externalId: string;
  readonly participant: Fields;
  readonly profile: Fields;
  /** `exit when` holds. */
  readonly exited: boolean;
  /** The campaign runs. */
  readonly active: boolean;
  readonly lastEvent: number;
  /** Number of the newest event the workflow must get. */
  readonly lastPending: number;
  /** Something of the participant is held. */
  readonly holds: boolean;
  readonly run: RunRow | null;
  /** In the order they were planned. */
  readonly communications: readonly CommunicationRow[];
}

/** Communications that ended are read up to this many: expressions ask for the newest of a name. */
const endedAtMost = 200;

/** Whose profile it is. Throws a plain Error when there is no such participant. */
export async function externalIdOf(tx: Tx, who: Who): Promise<string> {
  const row = await tx
    .selectFrom('participant')
    .select('external_id')
    .where('campaign', '=', who.campaign)
    .where('key', '=', who.participant)
    .executeTakeFirst();
  return row?.external_id ?? missing(who);
}

export function missing(who: Who): never {
  throw new Error(`The store holds no participant of the workflow's name in ${who.campaign}.`);
}

/** Throws a plain Error when there is no such participant. */
export async function loadRecord(db: Db | Tx, who: Who, run: string | null): Promise<LoadedRecord> {
  const { rows } = await sql<LoadedRecord>`
    select p.id, p.external_id as "externalId", p.fields as participant, profile.fields as profile, p.exited,
      p.last_event as "lastEvent", p.last_pending as "lastPending",
      exists (select from campaign where name = p.campaign and campaign.state = 'active') as active,
      exists (select from hold where participant_id = p.id) as holds,
      (select to_jsonb(r) from run r where r.participant_id = p.id and r.id = ${run}) as run,
      coalesce((
        select jsonb_agg(to_jsonb(c) order by c.seq) from (
          select * from communication where participant_id = p.id
          order by status not in ${openStatuses}, seq desc
          limit ${endedAtMost}) c
      ), '[]') as communications
    from participant p join profile on profile.id = p.profile_id
    where p.campaign = ${who.campaign} and p.key = ${who.participant}
  `.execute(db);
  return rows[0] ?? missing(who);
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
