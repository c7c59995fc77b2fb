/** What waits for something other than time: listed, so that its participant is told when the cause clears. */
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';

export interface Hold {
  readonly participantId: number;
  readonly cause: 'campaign stopped' | 'channel';
  /** The campaign or channel that must change. */
  readonly of: string;
}

/** What a hold waits for, in words: people read it in the row of what is held. */
function wordsOf({ cause, of }: Hold): string {
  return cause === 'channel' ? `channel ${of} cannot be reached` : `campaign ${of} is stopped`;
}

/** Lists a planned communication as held. False when it is planned no more: nothing was written. */
export async function holdCommunication(tx: Tx, communication: string, hold: Hold): Promise<boolean> {
  const row = await tx
    .updateTable('communication')
    .set({ waits: wordsOf(hold) })
    .where('id', '=', communication)
    .where('status', '=', 'Planned')
    .returning('id')
    .executeTakeFirst();
  if (row) await list(tx, communication, hold);
  return row !== undefined;
}

/** Lists a run as held before its next segment. */
export async function holdRun(tx: Tx, run: string, segment: string, hold: Hold): Promise<void> {
  await tx
    .updateTable('run')
    .set({ state: 'parked', segment, waits_for: wordsOf(hold), until: null, watches: null })
    .where('participant_id', '=', hold.participantId)
    .where('id', '=', run)
    .execute();
  await list(tx, run, hold);
}

async function list(tx: Tx, subject: string, { participantId, cause, of }: Hold): Promise<void> {
  await tx
    .insertInto('hold')
    .values({ participant_id: participantId, subject, cause, of })
    .onConflict((conflict) =>
      conflict.columns(['participant_id', 'subject']).doUpdateSet({ cause, of, since: sql`now()` }),
    )
    .execute();
}

/** Nothing holds the communication or run any more. */
export async function unhold(tx: Tx, participantId: number, subject: string): Promise<void> {
  await tx.deleteFrom('hold').where('participant_id', '=', participantId).where('subject', '=', subject).execute();
}

/** Nothing of the participant is held any more. */
export async function unholdAll(tx: Tx, participantId: number): Promise<void> {
  await tx.deleteFrom('hold').where('participant_id', '=', participantId).execute();
}

/** What is waited for now: one row per cause. */
export async function heldCauses(db: Db): Promise<readonly { cause: string; of: string }[]> {
  return db.selectFrom('hold').select(['cause', 'of']).distinct().execute();
}

export interface HeldParticipant {
  readonly id: number;
  readonly campaign: string;
  readonly key: string;
  /** Number up to which their events were relayed. */
  readonly relayed: number;
  /** Since when the newest of what is held waits, as the database writes it. */
  readonly since: string;
}

/** The next participants to be told, those held longest first. Events kept for a participant come before. */
export async function heldParticipants(
  db: Db,
  cause: string,
  of: string,
  limit: number,
): Promise<readonly HeldParticipant[]> {
  const { rows } = await sql<HeldParticipant>`
    select participant.id, participant.campaign, participant.key, participant.relayed, max(hold.since)::text as since
    from hold join participant on participant.id = hold.participant_id
    where hold.cause = ${cause} and hold.of = ${of} and participant.last_pending <= participant.relayed
    group by participant.id order by min(hold.since) limit ${limit}
  `.execute(db);
  return rows;
}

/** They have been told. What was held anew meanwhile stays on the list. */
export async function markResumed(db: Db, { id, since }: HeldParticipant, cause: string, of: string): Promise<void> {
  await db
    .deleteFrom('hold')
    .where('participant_id', '=', id)
    .where('cause', '=', cause)
    .where('of', '=', of)
    .where('since', '<=', sql<Date>`${since}::timestamptz`)
    .execute();
}
