/** Events: numbered per participant under the lock of the participant's row, written in the transaction of what they tell. */
import { randomInt } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { EventType } from '../activities/port.ts';
import { chainAfter } from '../rules/signal.ts';
import type { Tx } from './database.ts';
import type { StoredCause, StoredCommunication } from './schema.ts';

/** An event before it has a number. */
export interface EventDraft {
  readonly participantId: number;
  readonly type: EventType;
  readonly touched?: readonly string[];
  readonly starts: readonly string[];
  readonly exits?: boolean;
  readonly communication?: StoredCommunication;
  readonly cause: StoredCause;
  readonly chain: number;
  /** Virtual epoch milliseconds. */
  readonly at: number;
  /** The workflow must get it. */
  readonly signal: boolean;
}

/** The participant's row, locked, as far as numbering needs it. */
export interface NumberedParticipant {
  readonly id: number;
  readonly last_event: number;
}

/**
 * Writes events in the given order and tells the relay. The participants' rows must be locked by this transaction. `also`:
 * writes of the same moment, each `name as (update …)`, in the same statement.
 */
export async function writeEvents(
  tx: Tx,
  participants: ReadonlyMap<number, NumberedParticipant>,
  drafts: readonly EventDraft[],
  also: readonly RawBuilder<unknown>[] = [],
): Promise<void> {
  if (drafts.length === 0) return;
  const last = new Map<number, { id: number; last_event: number; last_pending: number; bulk: boolean }>();
  const rows = drafts.map((draft) => {
    const id = draft.participantId;
    const row = last.get(id) ?? { id, last_event: participants.get(id)!.last_event, last_pending: 0, bulk: true };
    row.last_event += 1;
    if (draft.signal) row.last_pending = row.last_event;
    if (draft.signal && draft.cause.kind !== 'import') row.bulk = false;
    last.set(id, row);
    return eventRow(draft, row.last_event);
  });
  await sql`
    with ${before(also)}written as (
      insert into event (participant_id, number, id, type, touched, starts, exits, communication, cause, chain, at, state)
      select participant_id, number, id, type, touched, starts, exits, communication, cause, chain, at, state
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(
        participant_id bigint, number integer, id text, type text, touched jsonb, starts jsonb, exits boolean,
        communication jsonb, cause jsonb, chain integer, at bigint, state text))
    update participant set
      last_event = row.last_event,
      pending_since = case
        when row.last_pending > 0 and participant.last_pending <= participant.relayed then now()
        else participant.pending_since end,
      pending_bulk = case
        when row.last_pending = 0 then participant.pending_bulk
        else row.bulk and (participant.pending_bulk or participant.last_pending <= participant.relayed) end,
      last_pending = greatest(participant.last_pending, row.last_pending)
    from jsonb_to_recordset(${JSON.stringify([...last.values()])}::jsonb) as row(
      id bigint, last_event integer, last_pending integer, bulk boolean)
    where participant.id = row.id
    returning case when row.last_pending > 0 then ${tellRelay(laneOf([...last.values()]))} end
  `.execute(tx);
}

function laneOf(rows: readonly { readonly last_pending: number; readonly bulk: boolean }[]): Lane {
  const pending = rows.filter((row) => row.last_pending > 0);
  const live = pending.some((row) => !row.bulk);
  return live && pending.some((row) => row.bulk) ? '' : live ? 'live' : 'bulk';
}

function before(writes: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return writes.length === 0 ? sql`` : sql`${sql.join(writes)}, `;
}

function eventRow(draft: EventDraft, number: number) {
  return {
    participant_id: draft.participantId,
    number,
    id: eventId(number),
    type: draft.type,
    touched: draft.touched ?? [],
    starts: draft.starts,
    exits: draft.exits ?? false,
    communication: draft.communication ?? null,
    cause: draft.cause,
    chain: draft.chain,
    at: draft.at,
    state: draft.signal ? 'pending' : 'handled',
  };
}

/** The random part keeps ids, and with them every outbox key, from coming back after a restored backup. */
function eventId(number: number): string {
  return `${number}-${randomInt(36 ** 4).toString(36)}${randomInt(36 ** 4).toString(36)}`;
}

/** Name of the notification channel of a database schema. */
export function relayChannel(schema: string): string {
  return `flowc_${schema}`;
}

/** Without a lane it is for both. */
type Lane = 'live' | 'bulk' | '';

function tellRelay(lane: Lane): RawBuilder<unknown> {
  return sql`pg_notify('flowc_' || current_schema(), ${lane})::text`;
}

/** Delivered by Postgres when the transaction commits; several in one transaction are one. */
export async function wakeRelay(tx: Tx, lane: Lane = ''): Promise<void> {
  await sql`select ${tellRelay(lane)}`.execute(tx);
}

/** Chain length for events whose cause is the given event of the participant. */
export async function chainOf(tx: Tx, participantId: number, cause: StoredCause, at: number): Promise<number> {
  if (!cause.event) return 0;
  const parent = await tx
    .selectFrom('event')
    .select(['chain', 'at', ageOfEvent.as('age')])
    .where('participant_id', '=', participantId)
    .where('id', '=', cause.event)
    .executeTakeFirst();
  return chainAfter(parent, at);
}

/** Real milliseconds since the event was written. */
export const ageOfEvent = sql<number>`(extract(epoch from clock_timestamp() - written_at) * 1000)::bigint`;
