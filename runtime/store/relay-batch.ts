/** The relay's statements: one takes participants with their pending events, one writes what became of them. */
import { sql } from 'kysely';
import { openStatuses } from './communications.ts';
import type { Db } from './database.ts';
import { type PendingEvent, pendingColumns } from './messages.ts';
import type { Pointer } from './releases.ts';

/** `live`: something happened to these people. `bulk`: an import brought them, and nothing else is pending. */
export type Lane = 'live' | 'bulk';

export interface Leased {
  readonly id: number;
  readonly campaign: string;
  readonly key: string;
  /** A run that has not ended, or a communication without a final status. */
  readonly open: boolean;
  /** In order, at most `eventsPerParticipant`. */
  readonly events: readonly PendingEvent[];
  /** Number up to which all is done once these events are. */
  readonly upTo: number;
}

export interface Relayed {
  readonly id: number;
  /** Number up to which all is done; null when the first one failed. */
  readonly upTo: number | null;
  readonly signalled: readonly number[];
  /** Try the rest again after this time. */
  readonly retryAfterMs: number | null;
}

export const eventsPerParticipant = 100;

/** Campaigns that run, each with its published versions. */
export async function activeReleases(db: Db): Promise<ReadonlyMap<string, Pointer | undefined>> {
  const rows = await db
    .selectFrom('campaign')
    .leftJoin('release', 'release.campaign', 'campaign.name')
    .select(['campaign.name', 'release.flows'])
    .where('campaign.state', '=', 'active')
    .execute();
  return new Map(rows.map(({ name, flows }) => [name, flows ?? undefined]));
}

type LeasedRow = Pick<Leased, 'id' | 'campaign' | 'key' | 'open'> & {
  readonly last_pending: number;
  readonly events: readonly PendingEvent[] | null;
};

/**
 * Takes up to `limit` participants for a relay, those waiting longest first and the campaigns in turn, with what is pending
 * for them. No other relay gets them meanwhile. A relay that was taken for dead gets nobody.
 */
export async function lease(
  db: Db,
  relay: number,
  campaigns: readonly string[],
  lane: Lane,
  limit: number,
): Promise<readonly Leased[]> {
  // `known` is read as of the beginning of the statement, like the events: what commits meanwhile is not skipped.
  const { rows } = await sql<LeasedRow>`
    with leased as (
      update participant set leased_by = ${relay}
      where id in (
        select id from unnest(${campaigns}::text[]) as given(name)
        cross join lateral (
          select id, campaign, pending_since from participant
          where campaign = given.name and pending_bulk = ${lane === 'bulk'} and last_pending > relayed
            and leased_by is null and (retry_at is null or retry_at <= now())
          order by pending_since limit ${limit}
          for no key update skip locked) as waiting
        order by row_number() over (partition by campaign order by pending_since), pending_since limit ${limit})
        and exists (select from relay where relay.id = ${relay})
      returning id, campaign, key, relayed)
    select leased.id, leased.campaign, leased.key, known.last_pending,
      exists (select from run where participant_id = leased.id and state <> 'ended')
        or exists (select from communication where participant_id = leased.id and status in ${openStatuses}) as open,
      (select jsonb_agg(to_jsonb(pending) order by number) from (
        select ${pendingColumns} from event
        where participant_id = leased.id and number > leased.relayed and state = 'pending'
        order by number limit ${eventsPerParticipant}) as pending) as events
    from leased join participant as known on known.id = leased.id
    order by known.pending_since
  `.execute(db);
  return rows.map(({ last_pending, events, ...participant }) => {
    const list = events ?? [];
    const upTo = list.length < eventsPerParticipant ? last_pending : list.at(-1)!.number;
    return { ...participant, events: list, upTo };
  });
}

/**
 * Marks the events and gives the participants back; those the relay has lost meanwhile are left as they are. True when more
 * is pending for one of them: nobody could take what came while they were leased.
 */
export async function markRelayed(db: Db, relay: number, relayed: readonly Relayed[]): Promise<boolean> {
  if (relayed.length === 0) return false;
  const rows = relayed.map(({ id, upTo, signalled, retryAfterMs }) => ({
    id,
    up_to: upTo ?? -1,
    signalled,
    retry: retryAfterMs,
  }));
  const { rows: found } = await sql<{ more: boolean }>`
    with row as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as row(id bigint, up_to integer, signalled jsonb, retry integer)),
    returned as (
      update participant set
        relayed = greatest(participant.relayed, row.up_to),
        leased_by = null,
        retry_at = now() + make_interval(secs => row.retry / 1000.0)
      from row where participant.id = row.id and leased_by = ${relay}
      returning row.*, participant.last_pending > participant.relayed and row.retry is null as more),
    marked as (
      update event set state = case when returned.signalled @> to_jsonb(number) then 'signalled' else 'handled' end
      from returned where participant_id = returned.id and number <= returned.up_to and state = 'pending')
    select exists (select from returned where more) as more
  `.execute(db);
  return found[0]!.more;
}
