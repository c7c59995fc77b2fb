/** Stored events as the workflow gets them. */
import { sql } from 'kysely';
import type { EventMessage } from '../activities/port.ts';
import type { CampaignData } from '../data/types.ts';
import { startedFlows } from '../rules/triggers.ts';
import type { Db, Tx } from './database.ts';
import type { PendingEvent } from './relay-batch.ts';
import { currentPointer, type Pointer } from './releases.ts';

/** Flows and versions are those of this moment, not of the moment the event was written. */
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

/** Read at once at most; the next time-out asks again. */
const earlierAtMost = 100;

/**
 * Events of the participant that the workflow must get and has not taken, up to the last one stored before the instant; in
 * order. The store is the order: whoever is woken by time takes them first.
 */
export async function earlierEvents(
  db: Db | Tx,
  data: CampaignData,
  participantId: number,
  { taken, before }: { readonly taken: number; readonly before: number },
): Promise<readonly EventMessage[]> {
  const { rows } = await sql<PendingEvent>`
    select participant_id, number, id, type, touched, starts, exits, communication, cause, at from event
    where participant_id = ${participantId} and number > ${taken} and state <> 'handled'
      and number <= (
        select max(number) from event
        where participant_id = ${participantId} and number > ${taken} and state <> 'handled' and at < ${before})
    order by number limit ${earlierAtMost}
  `.execute(db);
  if (rows.length === 0) return [];
  const pointer = await currentPointer(db as Db, data.name);
  return rows.map((event) => messageOf(data, pointer, event));
}
