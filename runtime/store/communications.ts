/** Communications: their rows, and every step of their status with the event it is. */
import { type Selectable, sql } from 'kysely';
import type { CampaignData } from '../data/types.ts';
import { isFinal, type Reason, type Status } from '../model/statuses.ts';
import type { Fields } from '../model/values.ts';
import { needsSignal, stormLength } from '../rules/signal.ts';
import { movesForward } from '../rules/status.ts';
import { startedFlows } from '../rules/triggers.ts';
import { activeCampaigns } from './campaigns.ts';
import type { Db, Tx } from './database.ts';
import { chainOf, writeEvents } from './events.ts';
import type { StoredCause, Tables } from './schema.ts';

export type CommunicationRow = Readonly<Selectable<Tables['communication']>>;

export async function findCommunication(db: Db | Tx, id: string): Promise<CommunicationRow | undefined> {
  return db.selectFrom('communication').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Communications of these participants, in the order they were planned. */
export async function communicationsOf(
  db: Db | Tx,
  participantIds: readonly number[],
): Promise<Map<number, CommunicationRow[]>> {
  const rows = await db
    .selectFrom('communication')
    .selectAll()
    .where(sql<boolean>`participant_id = any(${participantIds}::bigint[])`)
    .orderBy('seq')
    .execute();
  return Map.groupBy(rows, (row) => row.participant_id);
}

/** A step of a communication's status. */
export interface Step {
  readonly id: string;
  readonly status: Status;
  readonly reason?: Reason;
  /** Checked values. */
  readonly results?: Fields;
  readonly cause: StoredCause;
  /** Virtual epoch milliseconds. */
  readonly at: number;
}

export interface StepOutcome {
  /** False when the communication had gone further already: nothing was written. */
  readonly moved: boolean;
  readonly communication: CommunicationRow;
}

/**
 * Moves a communication forward and writes the event, in the given transaction. Locks the participant's row. Undefined when
 * there is no such communication.
 */
export async function moveCommunication(tx: Tx, step: Step, data: CampaignData): Promise<StepOutcome | undefined> {
  const participant = await lockOwner(tx, step.id);
  const current = participant && (await findCommunication(tx, step.id));
  if (!participant || !current) return undefined;
  if (!movesForward(current.status, step.status)) return { moved: false, communication: current };
  const communication = moved(current, step);
  await tx
    .updateTable('communication')
    .set({
      status: communication.status,
      reason: communication.reason,
      history: JSON.stringify(communication.history),
      results: JSON.stringify(communication.results),
      started: communication.started,
      ended: communication.ended,
      last_message: communication.last_message,
      waits: null,
    })
    .where('id', '=', step.id)
    .execute();
  await tx.deleteFrom('hold').where('communication', '=', step.id).execute();
  await writeStepEvent(tx, participant, communication, step, data);
  return { moved: true, communication };
}

interface OwnerRow {
  readonly id: number;
  readonly campaign: string;
  readonly last_event: number;
  readonly exited: boolean;
}

async function lockOwner(tx: Tx, communicationId: string): Promise<OwnerRow | undefined> {
  return tx
    .selectFrom('participant')
    .select(['id', 'campaign', 'last_event', 'exited'])
    .where('id', '=', (query) =>
      query.selectFrom('communication').select('participant_id').where('communication.id', '=', communicationId),
    )
    .forNoKeyUpdate()
    .executeTakeFirst();
}

function moved(row: CommunicationRow, { status, reason, results, at }: Step): CommunicationRow {
  return {
    ...row,
    status,
    reason: reason ?? null,
    history: [...row.history, { status, at, ...(reason ? { reason } : {}) }],
    results: { ...row.results, ...results },
    started: status === 'Started' ? at : row.started,
    ended: isFinal(status) ? at : null,
    last_message: status === 'Started' || status === 'Replied' ? at : row.last_message,
    waits: null,
  };
}

async function writeStepEvent(
  tx: Tx,
  participant: OwnerRow,
  { id, name, status, reason }: CommunicationRow,
  { cause, at }: Step,
  data: CampaignData,
): Promise<void> {
  const type = isFinal(status) ? ('communicationEnded' as const) : ('communicationUpdated' as const);
  const communication = { id, name, status, ...(reason ? { reason } : {}) };
  const event = { type, touched: [], communication, cause, starts: [] };
  const chain = status === 'Started' ? 0 : await chainOf(tx, participant.id, cause, at);
  const starts = participant.exited || chain >= stormLength ? [] : startedFlows(data, event);
  const open = await hasOpenRun(tx, participant.id);
  const active = (await activeCampaigns(tx)).has(participant.campaign);
  const signal = needsSignal({ type, starts, exits: false, cause, open }) || (!active && cause.kind !== 'exit');
  await writeEvents(tx, new Map([[participant.id, participant]]), [
    { participantId: participant.id, type, starts, communication, cause, chain, at, signal },
  ]);
}

async function hasOpenRun(tx: Tx, participantId: number): Promise<boolean> {
  const row = await tx
    .selectFrom('run')
    .select('id')
    .where('participant_id', '=', participantId)
    .where('state', '<>', 'ended')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
