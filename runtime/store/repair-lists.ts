/** Whom a repair looks at. */
import { sql } from 'kysely';
import { openStatuses } from './communications.ts';
import type { Db } from './database.ts';

export interface RepairScope {
  readonly campaign?: string;
  readonly externalId?: string;
}

/** `open`: with a run or communication that has not ended, or signalled events that were not taken. `kept`: those with kept events too. */
export type Which = 'open' | 'kept';

/** The next participants in the scope, by id. */
export async function participantsAfter(
  db: Db,
  which: Which,
  { campaign = null, externalId = null }: { readonly [K in keyof RepairScope]: RepairScope[K] | null },
  after: number,
  limit: number,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from participant as p
    where id > ${after}
      and (${campaign}::text is null or campaign = ${campaign})
      and (${externalId}::text is null or external_id = ${externalId})
      and (exists (select from run where participant_id = p.id and run.state <> 'ended')
        or exists (select from communication where participant_id = p.id and status in ${openStatuses})
        or relayed > taken or exists (select from stuck where participant_id = p.id)
        or (${which === 'kept'} and last_pending > relayed))
    order by id limit ${limit}
  `.execute(db);
  return rows.map((row) => row.id);
}

/** Undefined: there is no such participant. */
export async function participantByExternalId(
  db: Db,
  campaign: string,
  externalId: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('participant')
    .select('id')
    .where('campaign', '=', campaign)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return row?.id;
}

/** Ids by key, the second half of the workflow's id. */
export async function participantsByKey(
  db: Db,
  campaign: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: number; key: string }>`
    select id, key from participant where campaign = ${campaign} and key = any(${keys}::text[])
  `.execute(db);
  return new Map(rows.map(({ id, key }) => [key, id]));
}

/** Campaigns that have participants. */
export async function campaignsWithParticipants(db: Db): Promise<readonly string[]> {
  const rows = await db.selectFrom('participant').select('campaign').distinct().execute();
  return rows.map(({ campaign }) => campaign);
}
