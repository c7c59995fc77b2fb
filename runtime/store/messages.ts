/** From the rows of events to the messages a participant's workflow gets. */
import { sql } from 'kysely';
import type { EventMessage, EventType } from '../activities/port.ts';
import type { CampaignData } from '../data/types.ts';
import { startedFlows } from '../rules/triggers.ts';
import type { Db, Tx } from './database.ts';
import type { Pointer } from './releases.ts';
import type { StoredCause, StoredCommunication } from './schema.ts';

export interface PendingEvent {
  readonly participant_id: number;
  readonly number: number;
  readonly id: string;
  readonly type: EventType;
  readonly touched: readonly string[];
  readonly starts: readonly string[];
  readonly exits: boolean;
  readonly communication: StoredCommunication | null;
  readonly cause: StoredCause;
  readonly at: number;
}

/** The columns of {@link PendingEvent}. */
export const pendingColumns = sql.raw(
  'participant_id, number, id, type, touched, starts, exits, communication, cause, at',
);

/** The message of an event. Flows and versions are those of this moment, not of the moment the event was written. */
export function messageOf(data: CampaignData, pointer: Pointer | undefined, event: PendingEvent): EventMessage {
  const starts = startedFlows(data, event).flatMap((flow) => {
    const hash = pointer ? pointer[flow] : data.flows[flow]!.hash;
    return hash ? [{ flow, hash }] : [];
  });
  return {
    number: event.number,
    id: event.id,
    type: event.type,
    starts: event.exits ? [] : starts,
    ...(event.exits ? { exits: true as const } : {}),
    ...(event.touched.length > 0 ? { touched: event.touched } : {}),
    ...(event.communication ? { communication: event.communication } : {}),
    at: event.at,
  };
}

/** The next pending events of one participant after the one with the given number, in order; also inside a transaction. */
export async function pendingEvents(
  db: Db | Tx,
  participantId: number,
  after: number,
  limit = 100,
): Promise<readonly PendingEvent[]> {
  const { rows } = await sql<PendingEvent>`
    select ${pendingColumns} from event
    where participant_id = ${participantId} and number > ${after} and state = 'pending'
    order by number limit ${limit}
  `.execute(db);
  return rows;
}
