/** Whom the watch should look at: found by indexes, so that it costs next to nothing while nothing is overdue. */
import { sql } from 'kysely';
import type { CampaignData } from '../data/types.ts';
import type { Db } from './database.ts';

/** How long a quiet conversation of one version of a communication stays open. */
export interface Silence {
  readonly flow: string;
  readonly hash: string;
  readonly name: string;
  readonly ms: number;
}

export function silencesOf(campaigns: readonly CampaignData[]): readonly Silence[] {
  return campaigns.flatMap(({ versions }) =>
    versions.flatMap(({ name: flow, hash, communications }) =>
      Object.values(communications).map(({ name, silenceMs }) => ({ flow, hash, name, ms: silenceMs })),
    ),
  );
}

export interface Look {
  /** Virtual epoch milliseconds: deadlines before it have passed long enough. */
  readonly before: number;
  /** Real milliseconds after which a signalled event should have been taken. */
  readonly graceMs: number;
  readonly silences: readonly Silence[];
  /** Not these: they were looked at a moment ago. */
  readonly except: readonly number[];
  readonly limit: number;
}

/** Live conversations, in a statement; the words of the index `communication_silent`. */
export const liveStatuses = sql`('Started', 'Delivered', 'Read', 'Replied')`;

/** When a planned communication should move: it opens, or while it is held closes. The words of `communication_due`. */
export const dueInstant = sql`case when waits is null then opens else closes end`;

/** Ids of participants with a deadline that has passed, or an event that was signalled and not taken. */
export async function overdueParticipants(db: Db, look: Look): Promise<readonly number[]> {
  const { rows } = await overdueQuery(look).execute(db);
  return rows.map((row) => row.participant_id);
}

export function overdueQuery({ before, graceMs, silences, except, limit }: Look) {
  return sql<{ participant_id: number }>`
    with except_for as materialized (select unnest(${except}::bigint[]) as id)
    select distinct participant_id from (
      (select participant_id from run
        where state = 'parked' and until < ${before} and participant_id not in (select id from except_for)
        order by until limit ${limit})
      union all
      (select participant_id from run
        where state = 'running' and changed < ${before} and participant_id not in (select id from except_for)
        limit ${limit})
      union all
      (select participant_id from communication
        where status = 'Planned' and ${dueInstant} < ${before} and participant_id not in (select id from except_for)
        order by ${dueInstant} limit ${limit})
      union all
      (select silent.participant_id
        from jsonb_to_recordset(${JSON.stringify(silences)}::jsonb) as s(flow text, hash text, name text, ms bigint)
        cross join lateral (
          select participant_id from communication
          where flow = s.flow and hash = s.hash and name = s.name and status in ${liveStatuses}
            and last_message < ${before} - s.ms and participant_id not in (select id from except_for)
          limit ${limit}) as silent
        limit ${limit})
      union all
      (select id from participant as p
        where relayed > taken and id not in (select id from except_for)
          and exists (select from campaign where name = p.campaign and campaign.state = 'active')
          and exists (
            select from event where participant_id = p.id and number > p.taken and number <= p.relayed
              and event.state = 'signalled' and written_at < now() - make_interval(secs => ${graceMs / 1000}))
          and not exists (select from run where participant_id = p.id and run.state = 'running')
        limit ${limit})
    ) as overdue limit ${limit}
  `;
}

/** The next participants after `after` with a run that has not ended or a plan, by id: what has no deadline is looked at in turn. */
export async function openParticipantsAfter(db: Db, after: number, limit: number): Promise<readonly number[]> {
  const { rows } = await sql<{ participant_id: number }>`
    select participant_id from (
      (select participant_id from run where state <> 'ended' and participant_id > ${after}
        order by participant_id limit ${limit})
      union
      (select participant_id from communication where status = 'Planned' and participant_id > ${after}
        order by participant_id limit ${limit})) as open
    order by participant_id limit ${limit}
  `.execute(db);
  return rows.map((row) => row.participant_id);
}

const counted = 5_000;

/** Events that needed no signal after all leave nothing to be taken. */
export async function countHandledAsTaken(db: Db): Promise<void> {
  await sql`
    update participant set taken = relayed where id in (
      select id from participant as p where relayed > taken and not exists (
        select from event
        where participant_id = p.id and number > p.taken and number <= p.relayed and event.state = 'signalled')
      limit ${counted} for no key update skip locked)
  `.execute(db);
}

/** The workflow has taken every event up to this number. */
export async function countAsTaken(db: Db, participantId: number, upTo: number): Promise<void> {
  await sql`update participant set taken = greatest(taken, ${upTo}) where id = ${participantId}`.execute(db);
}
