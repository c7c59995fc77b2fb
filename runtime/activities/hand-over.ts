/** `to` another flow: the event that starts it, with the communication this run is about. */
import { isFinal } from '../model/statuses.ts';
import { Storm, stormLength } from '../rules/signal.ts';
import type { CommunicationRow } from '../store/communications.ts';
import type { Tx } from '../store/database.ts';
import { chainOf, writeEvents } from '../store/events.ts';
import type { StoredCause, StoredCommunication } from '../store/schema.ts';
import type { StepInput } from './port.ts';
import type { LoadedRecord } from './record.ts';

/** The sentence of what keeps it from going on; null when it is written. */
export async function handOver(
  tx: Tx,
  record: LoadedRecord,
  { run }: StepInput,
  to: string,
  now: number,
): Promise<string | null> {
  const cause: StoredCause = { kind: 'to', flow: run.flow, run: run.id, event: run.event };
  const chain = await chainOf(tx, record.id, cause, now);
  if (chain >= stormLength) return new Storm().message;
  const participant = await tx
    .selectFrom('participant')
    .select(['id', 'last_event'])
    .where('id', '=', record.id)
    .executeTakeFirstOrThrow();
  const about = record.communications.find((row) => row.id === run.communication);
  await writeEvents(tx, new Map([[participant.id, participant]]), [
    {
      participantId: record.id,
      type: 'handedOver',
      starts: [to],
      ...(about ? { communication: carried(about) } : {}),
      cause,
      chain,
      at: now,
      signal: true,
    },
  ]);
  return null;
}

function carried({ id, name, status, reason }: CommunicationRow): StoredCommunication {
  return { id, name, status, ...(isFinal(status) && reason ? { reason } : {}) };
}
