/** The relay's statements: leasing participants with pending events, reading the events, writing what became of them. */
import { sql } from 'kysely';
import type { EventType } from '../activities/port.ts';
import type { Db } from './database.ts';
import type { StoredCause, StoredCommunication } from './schema.ts';

export interface Leased {
  readonly id: number;
  readonly campaign: string;
  readonly key: string;
}

export interface PendingEvent {
  readonly participant_id: number;
  readonly number: number;
  readonly id: string;
  readonly type: EventType;
  readonly touched: readonly string[];
  readonly starts: readonly string[];
  readonly exits: boolean;
  readonly communication: StoredCommunication | null;
  readonly cause: StoredCause;
  readonly at: number;
}

export interface Relayed {
  readonly id: number;
  /** Number up to which all is done; null when the first one failed. */
  readonly upTo: number | null;
  readonly signalled: readonly number[];
  /** Try the rest again after this time. */
  readonly retryAfterMs: number | null;
}

/** A lease outlives every signal; when its relay dies, another goes on after it. */
const leaseSeconds = 60;
const eventsPerParticipant = 100;

/** Takes up to `limit` participants of a campaign, those waiting longest first. No other relay gets them meanwhile. */
export async function lease(db: Db, campaign: string, limit: number): Promise<readonly Leased[]> {
  const { rows } = await sql<Leased>`
    update participant set leased_until = now() + make_interval(secs => ${leaseSeconds})
    where id in (
      select id from participant
      where campaign = ${campaign} and last_pending > relayed and (leased_until is null or leased_until < now())
      order by pending_since limit ${limit}
      for no key update skip locked)
    returning id, campaign, key
  `.execute(db);
  return rows;
}

/** Pending events of the participants, each participant's in order and never more than a bounded number. */
export async function pendingEvents(db: Db, ids: readonly number[]): Promise<Map<number, PendingEvent[]>> {
  const { rows } = await sql<PendingEvent>`
    select event.* from unnest(${ids}::bigint[]) as given(id)
    join participant on participant.id = given.id
    cross join lateral (
      select participant_id, number, id, type, touched, starts, exits, communication, cause, at from event
      where participant_id = given.id and number > participant.relayed and state = 'pending'
      order by number limit ${eventsPerParticipant}) as event
    order by event.participant_id, event.number
  `.execute(db);
  return Map.groupBy(rows, (row) => row.participant_id);
}

/** Marks the events and gives the participants back. */
export async function markRelayed(db: Db, relayed: readonly Relayed[]): Promise<void> {
  const rows = relayed.map(({ id, upTo, signalled, retryAfterMs }) => ({
    id,
    up_to: upTo ?? -1,
    signalled,
    retry: retryAfterMs,
  }));
  await sql`
    with row as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as row(id bigint, up_to integer, signalled jsonb, retry integer)),
    events as (
      update event set state = case when row.signalled @> to_jsonb(number) then 'signalled' else 'handled' end
      from row where participant_id = row.id and number <= row.up_to and state = 'pending')
    update participant set
      relayed = greatest(participant.relayed, row.up_to),
      leased_until = now() + make_interval(secs => row.retry / 1000.0)
    from row where participant.id = row.id
  `.execute(db);
}
