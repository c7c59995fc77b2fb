/** Communications that wait for something other than time: listed, so that they are told when the cause clears. */
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

export interface Hold {
  readonly communication: string;
  readonly participantId: number;
  readonly cause: 'campaign stopped' | 'channel';
  /** The campaign or channel that must change. */
  readonly of: string;
}

/** Lists the communication as held. People read `cause` and `of` in the communication's row. */
export async function hold(tx: Tx, { communication, participantId, cause, of }: Hold): Promise<void> {
  await tx
    .insertInto('hold')
    .values({ communication, participant_id: participantId, cause, of })
    .onConflict((conflict) =>
      conflict.column('communication').doUpdateSet({ cause, of, since: sql`now()`, resumed_at: null }),
    )
    .execute();
  const waits = cause === 'channel' ? `channel ${of} cannot be reached` : `campaign ${of} is stopped`;
  await tx.updateTable('communication').set({ waits }).where('id', '=', communication).execute();
}

/** What is waited for now: one row per cause. */
export async function heldCauses(db: Db): Promise<readonly { cause: string; of: string }[]> {
  return db.selectFrom('hold').select(['cause', 'of']).distinct().where('resumed_at', 'is', null).execute();
}

export interface HeldParticipant {
  readonly id: number;
  readonly campaign: string;
  readonly key: string;
}

/** The next participants to be told, those held longest first. */
export async function heldParticipants(
  db: Db,
  cause: string,
  of: string,
  limit: number,
): Promise<readonly HeldParticipant[]> {
  const { rows } = await sql<HeldParticipant>`
    select participant.id, participant.campaign, participant.key
    from hold join participant on participant.id = hold.participant_id
    where hold.cause = ${cause} and hold.of = ${of} and hold.resumed_at is null
    group by participant.id order by min(hold.since) limit ${limit}
  `.execute(db);
  return rows;
}

/** They have been told. */
export async function markResumed(db: Db, participantId: number, cause: string, of: string): Promise<void> {
  await db
    .updateTable('hold')
    .set({ resumed_at: sql`now()` })
    .where('participant_id', '=', participantId)
    .where('cause', '=', cause)
    .where('of', '=', of)
    .execute();
}
