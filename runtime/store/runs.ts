/** Runs: begun once, by one incarnation of the participant's workflow. */
import type { RunRef } from '../activities/port.ts';
import type { Tx } from './database.ts';

export interface RunRow {
  readonly id: string;
  readonly flow: string;
  readonly hash: string;
  readonly incarnation: string;
  readonly state: 'running' | 'parked' | 'ended';
  readonly last_step: number;
}

/** Inserts the run's row; does nothing when it stands there already, whoever began it. */
export async function insertRun(tx: Tx, participantId: number, run: RunRef, now: number): Promise<void> {
  await tx
    .insertInto('run')
    .values({
      id: run.id,
      participant_id: participantId,
      flow: run.flow,
      hash: run.hash,
      incarnation: run.incarnation,
      event: run.event,
      communication: run.communication ?? null,
      state: 'running',
      started: now,
      changed: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Remembers the effect as applied; false when it was before. */
export async function takeStep(
  tx: Tx,
  participantId: number,
  run: RunRef,
  step: number,
  now: number,
): Promise<boolean> {
  const row = await tx
    .updateTable('run')
    .set({ last_step: step, state: 'running', changed: now })
    .where('participant_id', '=', participantId)
    .where('id', '=', run.id)
    .where('last_step', '<', step)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** A run that had ended has failed: what it left behind went wrong later. */
export async function failEnded(
  tx: Tx,
  participantId: number,
  run: string,
  failure: string,
  now: number,
): Promise<void> {
  await tx
    .updateTable('run')
    .set({ ended_as: 'failed', failure, changed: now })
    .where('participant_id', '=', participantId)
    .where('id', '=', run)
    .where('state', '=', 'ended')
    .execute();
}
