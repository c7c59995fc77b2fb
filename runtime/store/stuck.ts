/** Findings of the watch: who stands still, since when and why. No row holds personal data but the participant's number. */
import { sql } from 'kysely';
import type { StuckKind } from '../model/stuck.ts';
import type { Finding } from '../rules/stuck.ts';
import type { Db } from './database.ts';

export interface Stuck {
  readonly campaign: string;
  readonly externalId: string;
  readonly kind: StuckKind;
  /** Real epoch milliseconds. */
  readonly since: number;
  readonly said: string | null;
  readonly attempts: number;
}

export interface StuckCount {
  readonly campaign: string;
  readonly kind: StuckKind;
  readonly participants: number;
}

export interface StuckFilter {
  readonly campaign?: string;
  readonly externalId?: string;
  readonly limit?: number;
}

/** Keeps a finding; true when it is new. One that goes on keeps its beginning. */
export async function noteStuck(db: Db, participantId: number, { kind, said, attempts }: Finding): Promise<boolean> {
  const { rows } = await sql<{ fresh: boolean }>`
    with before as (select kind from stuck where participant_id = ${participantId} and not repaired)
    insert into stuck (participant_id, kind, said, attempts) values (${participantId}, ${kind}, ${said}, ${attempts})
    on conflict (participant_id) do update set
      since = case when stuck.kind = excluded.kind then stuck.since else now() end,
      kind = excluded.kind, said = excluded.said, attempts = excluded.attempts, looked_at = now(), repaired = false
    returning not exists (select from before where before.kind = stuck.kind) as fresh
  `.execute(db);
  return rows[0]!.fresh;
}

/** Takes findings back; gives the ids of those there were. */
export async function clearStuck(db: Db, participantIds: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ participant_id: number }>`
    delete from stuck where participant_id = any(${participantIds}::bigint[]) returning participant_id
  `.execute(db);
  return new Set(rows.map((row) => row.participant_id));
}

/** A repair has ended it; a worker looks again and says so. */
export async function markRepaired(db: Db, participantId: number): Promise<void> {
  await db.updateTable('stuck').set({ repaired: true }).where('participant_id', '=', participantId).execute();
}

/** Those looked at longest ago. */
export async function stuckToLookAt(db: Db, limit: number): Promise<readonly number[]> {
  const rows = await db.selectFrom('stuck').select('participant_id').orderBy('looked_at').limit(limit).execute();
  return rows.map((row) => row.participant_id);
}

/** Who stands still, longest first. */
export async function stuckParticipants(db: Db, filter: StuckFilter = {}): Promise<readonly Stuck[]> {
  const { campaign = null, externalId = null, limit = 1000 } = filter;
  const { rows } = await sql<Stuck>`
    select p.campaign, p.external_id as "externalId", s.kind, s.said, s.attempts,
      (extract(epoch from s.since) * 1000)::bigint as since
    from stuck s join participant p on p.id = s.participant_id
    where not s.repaired and (${campaign}::text is null or p.campaign = ${campaign})
      and (${externalId}::text is null or p.external_id = ${externalId})
    order by s.since, p.id limit ${limit}
  `.execute(db);
  return rows;
}

export async function stuckCounts(db: Db): Promise<readonly StuckCount[]> {
  const { rows } = await sql<StuckCount>`
    select p.campaign, s.kind, count(*)::int as participants
    from stuck s join participant p on p.id = s.participant_id where not s.repaired
    group by p.campaign, s.kind order by p.campaign, s.kind
  `.execute(db);
  return rows;
}
