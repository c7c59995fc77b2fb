/** Communications: their rows, and every step of their status with the event it is. */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { CampaignData } from '../data/types.ts';
import { isFinal, type Reason, type Status, statuses } from '../model/statuses.ts';
import type { Fields } from '../model/values.ts';
import { exitHolds, exitReadsCommunications } from '../rules/exit.ts';
import { chainAfter, endsQuietly, needsSignal, type Parent, Storm, stormLength } from '../rules/signal.ts';
import { movesForward } from '../rules/status.ts';
import { startedFlows } from '../rules/triggers.ts';
import type { Db, Tx } from './database.ts';
import { ageOfEvent, writeEvents } from './events.ts';
import { unhold } from './holds.ts';
import { failEnded } from './runs.ts';
import type { StoredCause, Tables } from './schema.ts';

/** Of the communications that have not ended, in a statement: `status in ${openStatuses}`. */
export const openStatuses = sql`(${sql.join((Object.keys(statuses) as Status[]).filter((one) => !isFinal(one)).map(sql.lit))})`;

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
  /** It would have started flows that go round in a circle: they were not started. */
  readonly storm?: true;
  readonly communication: CommunicationRow;
}

/**
 * Moves a communication forward and writes the event, in the given transaction. Locks the participant's row. `outbox`: what
 * becomes of its row there, whether the communication moves or not. Undefined when there is no such communication.
 */
export async function moveCommunication(
  tx: Tx,
  step: Step,
  data: CampaignData,
  outbox?: RawBuilder<unknown>,
): Promise<StepOutcome | undefined> {
  const owner = await lockCommunication(tx, step.id, step.cause.event);
  return owner && moveLocked(tx, owner, step, data, outbox);
}

/** {@link moveCommunication} of one whose participant's row is locked. */
export async function moveLocked(
  tx: Tx,
  owner: CommunicationOwner,
  step: Step,
  data: CampaignData,
  outbox?: RawBuilder<unknown>,
): Promise<StepOutcome> {
  const current = owner.communication;
  if (!movesForward(current.status, step.status)) {
    if (outbox) await outbox.execute(tx);
    return { moved: false, communication: current };
  }
  const communication = moved(current, step);
  const writes = [
    sql`stepped as (
      update communication set status = ${communication.status}, reason = ${communication.reason},
        history = ${JSON.stringify(communication.history)}, results = ${JSON.stringify(communication.results)},
        started = ${communication.started}, ended = ${communication.ended}, last_message = ${communication.last_message},
        waits = null
      where id = ${step.id})`,
    ...(outbox ? [sql`settled as (${outbox})`] : []),
  ];
  if (current.waits !== null) await unhold(tx, owner.id, step.id);
  const storm = await writeStepEvent(tx, owner, communication, step, data, writes);
  return { moved: true, communication, ...(storm ? { storm: true } : {}) };
}

/** The communication and what decides what follows from its step. */
export interface CommunicationOwner {
  readonly id: number;
  readonly last_event: number;
  /** Number of the newest event the workflow must get. */
  readonly lastPending: number;
  readonly taken: number;
  readonly exited: boolean;
  readonly externalId: string;
  readonly participant: Fields;
  readonly profile: Fields;
  /** The campaign runs. */
  readonly active: boolean;
  /** A run has not ended. */
  readonly openRun: boolean;
  /** Another communication has no final status. */
  readonly openOther: boolean;
  /** The event that began the run that causes the step. */
  readonly parent: Parent | null;
  readonly communication: CommunicationRow;
}

/** The communication under the lock of its participant's row. `causing`: the event that began the run that causes a step. */
export async function lockCommunication(
  tx: Tx,
  id: string,
  causing: string | undefined = undefined,
): Promise<CommunicationOwner | undefined> {
  const locked = await tx
    .selectFrom('participant')
    .select('id')
    .where('id', '=', (query) =>
      query.selectFrom('communication').select('participant_id').where('communication.id', '=', id),
    )
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!locked) return undefined;
  // Read by a statement of its own: one that waited for the lock would see what stood before.
  const { rows } = await sql<CommunicationOwner>`
    select p.id, p.last_event, p.last_pending as "lastPending", p.taken, p.exited, p.external_id as "externalId", p.fields as participant, profile.fields as profile,
      exists (select from campaign where name = p.campaign and campaign.state = 'active') as active,
      exists (select from run where participant_id = p.id and run.state <> 'ended') as "openRun",
      exists (
        select from communication where participant_id = p.id and id <> ${id}
          and status in ${openStatuses}) as "openOther",
      (select jsonb_build_object('chain', chain, 'at', at, 'age', ${ageOfEvent}) from event
        where participant_id = p.id and id = ${causing ?? null}) as parent,
      to_jsonb(c) as communication
    from participant p
    join profile on profile.id = p.profile_id
    join communication c on c.id = ${id}
    where p.id = ${locked.id}
  `.execute(tx);
  return rows[0];
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
  owner: CommunicationOwner,
  row: CommunicationRow,
  { cause, at }: Step,
  data: CampaignData,
  writes: readonly RawBuilder<unknown>[],
): Promise<boolean> {
  const { id, name, status, reason } = row;
  const type = isFinal(status) ? ('communicationEnded' as const) : ('communicationUpdated' as const);
  const communication = { id, name, status, ...(reason ? { reason } : {}) };
  const exits = await exitsAfter(tx, owner, row, data, at);
  const newlyExits = exits && !owner.exited;
  const triggered = exits ? [] : startedFlows(data, { type, touched: [], communication, cause, starts: [] });
  const chain = status === 'Started' ? 0 : chainAfter(owner.parent, at);
  const storm = chain >= stormLength && triggered.length > 0;
  if (storm && cause.run !== undefined) await failEnded(tx, owner.id, cause.run, new Storm().message, at);
  const starts = storm ? [] : triggered;
  const open = owner.openRun || (newlyExits && owner.openOther);
  const signal =
    needsSignal({ type, starts, exits: newlyExits, cause, open }) || (!owner.active && !endsQuietly(cause));
  const draft = { participantId: owner.id, type, starts, exits, communication, cause, chain, at, signal };
  await writeEvents(tx, new Map([[owner.id, owner]]), [draft], writes);
  if (exits !== owner.exited)
    await tx.updateTable('participant').set({ exited: exits }).where('id', '=', owner.id).execute();
  return storm;
}

/** Does `exit when` hold once the communication is as in `row`, which is not written yet? */
async function exitsAfter(
  tx: Tx,
  owner: CommunicationOwner,
  row: CommunicationRow,
  data: CampaignData,
  now: number,
): Promise<boolean> {
  if (!data.exitWhen) return owner.exited;
  const { id, externalId, participant, profile } = owner;
  const written = exitReadsCommunications(data) ? ((await communicationsOf(tx, [id])).get(id) ?? []) : [];
  const communications = written.map((other) => (other.id === row.id ? row : other));
  return exitHolds(data, { now, externalId, participant, profile, communications });
}
