/** What dashboards, tables and `flowc status` show. Reads the tables, never the workflows. */
import { sql } from 'kysely';
import type { Reason, Status } from '../model/statuses.ts';
import { openStatuses } from './communications.ts';
import type { Db } from './database.ts';

export interface CampaignCounts {
  readonly campaign: string;
  readonly state: 'active' | 'inactive';
  readonly participants: number;
  /** Participants with a run that has not ended or an open communication. */
  readonly open: number;
  /** Runs that wait. */
  readonly parked: number;
  /** Runs that ended as failed. */
  readonly failed: number;
  /** Events kept or under way to their workflow. */
  readonly pendingEvents: number;
  readonly communications: Readonly<Partial<Record<Status, number>>>;
  /** Planned communications that wait for something other than time. */
  readonly held: number;
  /** Handed over, and it cannot be found out whether they arrived. */
  readonly unknown: number;
}

/** Counters of every campaign that has participants or a state. */
export async function campaignCounts(db: Db): Promise<readonly CampaignCounts[]> {
  const { rows } = await sql<CampaignCounts>`
    with people as (
      select p.campaign, count(*)::int as participants,
        count(*) filter (where exists (
          select 1 from run r where r.participant_id = p.id and r.state <> 'ended') or exists (
          select 1 from communication c where c.participant_id = p.id
            and c.status in ${openStatuses}))::int as open,
        sum((select count(*) from event e where p.last_pending > p.relayed and e.participant_id = p.id
          and e.number > p.relayed and e.state = 'pending'))::int as pending
      from participant p group by p.campaign),
    runs as (
      select p.campaign, count(*) filter (where r.state = 'parked')::int as parked,
        count(*) filter (where r.ended_as = 'failed')::int as failed
      from run r join participant p on p.id = r.participant_id group by p.campaign),
    statuses as (
      select p.campaign, c.status, count(*)::int as n, count(c.waits)::int as held,
        count(*) filter (where c.reason = 'unknown')::int as unknown
      from communication c join participant p on p.id = c.participant_id group by p.campaign, c.status),
    communications as (
      select campaign, jsonb_object_agg(status, n) as by_status, sum(held)::int as held, sum(unknown)::int as unknown
      from statuses group by campaign)
    select name as campaign, coalesce(campaign.state, 'inactive') as state,
      coalesce(participants, 0) as participants, coalesce(open, 0) as open, coalesce(parked, 0) as parked,
      coalesce(failed, 0) as failed, coalesce(pending, 0) as "pendingEvents",
      coalesce(by_status, '{}') as communications, coalesce(held, 0) as held, coalesce(unknown, 0) as unknown
    from (select name from campaign union select campaign from participant) as names
    left join campaign using (name)
    left join people on people.campaign = name
    left join runs on runs.campaign = name
    left join communications on communications.campaign = name
    order by name
  `.execute(db);
  return rows;
}

export interface CommunicationStatus {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly channel: string;
  readonly status: Status;
  readonly reason: Reason | null;
  /** Virtual epoch milliseconds. */
  readonly opens: number | null;
  readonly closes: number | null;
  readonly started: number | null;
  readonly ended: number | null;
  /** The timezone it was planned in. */
  readonly zone: string;
  /** `Mon 9 Mar 09:00 New York`. */
  readonly label: string | null;
  /** Why it is held. */
  readonly waits: string | null;
}

export interface RunStatus {
  readonly flow: string;
  readonly hash: string;
  readonly state: 'running' | 'parked' | 'ended';
  readonly endedAs: string | null;
  readonly failure: string | null;
  readonly waitsFor: string | null;
  readonly until: number | null;
  /** Where the wait stands: `flows.flow:27`. */
  readonly line: string | null;
}

export interface ParticipantStatus {
  readonly campaign: string;
  readonly externalId: string;
  /** Second half of the workflow's id. */
  readonly key: string;
  /** The profile's timezone, if it has one. */
  readonly timezone: string | null;
  readonly exited: boolean;
  /** In the order they were planned. */
  readonly communications: readonly CommunicationStatus[];
  /** Oldest first. */
  readonly runs: readonly RunStatus[];
}

export interface ParticipantFilter {
  readonly campaign: string;
  /** Only this person. */
  readonly externalId?: string;
  /** Default: 1000. */
  readonly limit?: number;
}

/** Participants with their communications and runs, in the order they joined. */
export async function participantStatuses(db: Db, filter: ParticipantFilter): Promise<readonly ParticipantStatus[]> {
  const { rows } = await sql<ParticipantStatus>`
    select p.campaign, p.external_id as "externalId", p.key, profile.fields ->> 'timezone' as timezone, p.exited,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', c.id, 'name', c.name, 'kind', c.kind, 'channel', c.channel, 'status', c.status, 'reason', c.reason,
          'opens', c.opens, 'closes', c.closes, 'started', c.started, 'ended', c.ended, 'zone', c.zone,
          'label', c.label, 'waits', c.waits) order by c.seq)
        from communication c where c.participant_id = p.id), '[]') as communications,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'flow', r.flow, 'hash', r.hash, 'state', r.state, 'endedAs', r.ended_as, 'failure', r.failure,
          'waitsFor', r.waits_for, 'until', r.until, 'line', r.line) order by r.started, r.id)
        from run r where r.participant_id = p.id), '[]') as runs
    from participant p join profile on profile.id = p.profile_id
    where p.campaign = ${filter.campaign}
      and (${filter.externalId ?? null}::text is null or p.external_id = ${filter.externalId ?? null})
    order by p.id limit ${filter.limit ?? 1000}
  `.execute(db);
  return rows;
}
