/** From the rows of events to the messages a participant's workflow gets. */
import { sql } from 'kysely';
import type { EventMessage, EventType } from '../activities/port.ts';
import type { CampaignData } from '../data/types.ts';
import { startedFlows } from '../rules/triggers.ts';
import type { Db, Tx } from './database.ts';
import { currentPointer, type Pointer } from './releases.ts';
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

/** Read at once at most: who is woken by time asks again after these. */
const earlierAtMost = 100;

/**
 * Events of the participant that the workflow must get and has not taken (`taken`: the newest), up to the last one stored before
 * the instant; in order, also inside a transaction. The store is the order: who is woken by time takes them first.
 */
export async function earlierEvents(
  db: Db | Tx,
  data: CampaignData,
  participantId: number,
  { taken, before }: { readonly taken: number; readonly before: number },
): Promise<readonly EventMessage[]> {
  const { rows } = await sql<PendingEvent>`
    select ${pendingColumns} from event
    where participant_id = ${participantId} and number > ${taken} and state <> 'handled'
      and number <= (
        select max(number) from event
        where participant_id = ${participantId} and number > ${taken} and state <> 'handled' and at < ${before})
    order by number limit ${earlierAtMost}
  `.execute(db);
  if (rows.length === 0) return [];
  const pointer = await currentPointer(db, data.name);
  return rows.map((event) => messageOf(data, pointer, event));
}
