/** Profiles and participants: reading and locking them. Every transaction locks profiles first, then participants by id. */
import { sql } from 'kysely';
import type { Fields } from '../model/values.ts';
import type { Db, Tx } from './database.ts';

export interface ProfileRow {
  readonly id: number;
  readonly external_id: string;
  readonly fields: Fields;
  /** Inserted by this transaction. */
  readonly fresh: boolean;
}

export interface ParticipantRow {
  readonly id: number;
  readonly campaign: string;
  readonly external_id: string;
  readonly key: string;
  readonly profile_id: number;
  readonly fields: Fields;
  readonly exited: boolean;
  readonly last_event: number;
}

const columns = ['id', 'campaign', 'external_id', 'key', 'profile_id', 'fields', 'exited', 'last_event'] as const;

/** Locks the profiles of these people, by external id; creates empty rows for people not known yet. */
export async function lockProfiles(tx: Tx, externalIds: readonly string[]): Promise<Map<string, ProfileRow>> {
  const ids = [...externalIds].sort();
  const known = await selectProfiles(tx, ids);
  if (known.size === ids.length) return known;
  const missing = ids.filter((id) => !known.has(id));
  const inserted = await sql<{ id: number; external_id: string }>`
    insert into profile (external_id, fields) select external_id, '{}' from unnest(${missing}::text[]) as given(external_id)
    on conflict (external_id) do nothing returning id, external_id
  `.execute(tx);
  for (const row of inserted.rows) known.set(row.external_id, { ...row, fields: {}, fresh: true });
  // Somebody else may have inserted some of them at the same moment.
  const left = missing.filter((id) => !known.has(id));
  if (left.length > 0) for (const [id, row] of await selectProfiles(tx, left)) known.set(id, row);
  return known;
}

async function selectProfiles(tx: Tx, externalIds: readonly string[]): Promise<Map<string, ProfileRow>> {
  const rows = await tx
    .selectFrom('profile')
    .select(['id', 'external_id', 'fields'])
    .where(sql<boolean>`external_id = any(${externalIds}::text[])`)
    .orderBy('external_id')
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map((row) => [row.external_id, { ...row, fresh: false }]));
}

/** Locks all participants of these profiles, in every campaign. */
export async function lockParticipants(tx: Tx, profileIds: readonly number[]): Promise<ParticipantRow[]> {
  return tx
    .selectFrom('participant')
    .select(columns)
    .where(sql<boolean>`profile_id = any(${profileIds}::bigint[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}

const participantIdsKey = 'participant_ids';

/** Keeps what `participant_ids` of flowc.json says for participants that join from now on; ids given before stay. */
export async function keepParticipantIds(db: Db, ids: 'external_id' | 'opaque'): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key: participantIdsKey, value: ids })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: ids }))
    .execute();
}

/**
 * Inserts participants; their order is the order of the ids they get. What stands in workflow ids is the external id, or
 * with opaque ids (see `keepParticipantIds`) a random one.
 */
export async function insertParticipants(
  tx: Tx,
  rows: readonly { readonly campaign: string; readonly external_id: string; readonly profile_id: number }[],
): Promise<ParticipantRow[]> {
  if (rows.length === 0) return [];
  const result = await sql<ParticipantRow>`
    insert into participant (campaign, external_id, key, profile_id, fields)
    select campaign, external_id,
      case when exists (select from meta where meta.key = ${participantIdsKey} and value = 'opaque')
        then gen_random_uuid()::text else external_id end,
      profile_id, '{}'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(campaign text, external_id text, profile_id bigint)
    returning id, campaign, external_id, key, profile_id, fields, exited, last_event
  `.execute(tx);
  return result.rows;
}

/** Writes the fields of locked rows. */
export async function saveFields(
  tx: Tx,
  profiles: readonly { readonly id: number; readonly fields: Fields }[],
  participants: readonly { readonly id: number; readonly fields: Fields; readonly exited: boolean }[],
): Promise<void> {
  if (profiles.length > 0)
    await sql`
      update profile set fields = row.fields
      from jsonb_to_recordset(${JSON.stringify(profiles)}::jsonb) as row(id bigint, fields jsonb)
      where profile.id = row.id
    `.execute(tx);
  if (participants.length > 0)
    await sql`
      update participant set fields = row.fields, exited = row.exited
      from jsonb_to_recordset(${JSON.stringify(participants)}::jsonb) as row(id bigint, fields jsonb, exited boolean)
      where participant.id = row.id
    `.execute(tx);
}

/** Locks one participant's row: what it numbers and counts waits for this transaction. Its id; undefined when there is none. */
export async function lockParticipant(
  tx: Tx,
  { campaign, participant }: { readonly campaign: string; readonly participant: string },
): Promise<number | undefined> {
  const row = await tx
    .selectFrom('participant')
    .select('id')
    .where('campaign', '=', campaign)
    .where('key', '=', participant)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row?.id;
}

/** Remembers which event the participant's workflow has taken last. */
export async function markTaken(tx: Tx, id: number, taken: number): Promise<void> {
  await tx.updateTable('participant').set({ taken }).where('id', '=', id).where('taken', '<', taken).execute();
}
