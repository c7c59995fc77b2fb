/** Ends that the workflow asks for: by a flow's `cancel`, an exit, a restart, or because time has run out. */
import type { CampaignData } from '../data/types.ts';
import { type FinalStatus, isFinal, type Reason } from '../model/statuses.ts';
import { type CommunicationRow, lockCommunication, moveCommunication, moveLocked } from '../store/communications.ts';
import type { Tx } from '../store/database.ts';
import { unhold, unholdAll } from '../store/holds.ts';
import { earlierEvents } from '../store/messages.ts';
import { cancelingSend, outboxState, settle } from '../store/outbox.ts';
import { lockParticipant, markTaken } from '../store/participants.ts';
import { endRuns } from '../store/runs.ts';
import type { StoredCause } from '../store/schema.ts';
import { type ActivityDeps, answerGraceMs, campaignData, clockOf, flowData } from './deps.ts';
import { tryAgain } from './fault.ts';
import type { CloseInput, CloseResult, EndedCommunication, EndInput, LeaveInput } from './port.ts';
import { type LoadedRecord, loadRecord, missing } from './record.ts';
import type { Going } from './step.ts';
import { communicationData, openingOf } from './stretch.ts';

/** Cancels the named open communications; none named: all. */
export async function cancelNamed(
  { tx, data, input }: Going,
  record: LoadedRecord,
  names: readonly string[],
  now: number,
): Promise<readonly EndedCommunication[]> {
  const { run } = input;
  const cause: StoredCause = { kind: 'cancel', flow: run.flow, run: run.id, event: run.event };
  const open = record.communications.filter(
    (row) => !isFinal(row.status) && (names.length === 0 || names.includes(row.name)),
  );
  const list: EndedCommunication[] = [];
  for (const { id } of open)
    list.push(await end(tx, data, id, { status: 'Canceled', reason: 'canceled', cause, at: now }));
  return list;
}

interface Ending {
  readonly status: FinalStatus;
  readonly reason: Reason;
  readonly cause: StoredCause;
  readonly at: number;
}

/** Ends it and leaves a tombstone, so that nothing not handed over yet can leave. */
async function end(tx: Tx, data: CampaignData, id: string, ending: Ending): Promise<EndedCommunication> {
  const outcome = await moveCommunication(tx, { id, ...ending }, data, cancelingSend(id));
  const row = outcome!.communication;
  return { id, status: row.status, reason: row.reason ?? ending.reason };
}

/** A run that is replaced where it waits. */
export async function endRun(deps: ActivityDeps, { who, run, as, taken }: EndInput): Promise<null> {
  return deps.store.db.transaction().execute(async (tx) => {
    const id = (await lockParticipant(tx, who)) ?? missing(who);
    await endRuns(tx, id, as, clockOf(deps, who), run.id);
    await unhold(tx, id, run.id);
    await markTaken(tx, id, taken);
    return null;
  });
}

/** The participant has left: whatever the store has open of them ends, known to the workflow or not. */
export async function leave(deps: ActivityDeps, { who, taken }: LeaveInput): Promise<null> {
  const data = campaignData(deps, who.campaign);
  const at = clockOf(deps, who);
  return deps.store.db.transaction().execute(async (tx) => {
    const id = (await lockParticipant(tx, who)) ?? missing(who);
    const { communications } = await loadRecord(tx, who, null);
    for (const row of communications.filter(({ status }) => !isFinal(status)))
      await end(tx, data, row.id, { status: 'Canceled', reason: 'exited', cause: { kind: 'exit' }, at });
    await endRuns(tx, id, 'exited', at);
    await unholdAll(tx, id);
    await markTaken(tx, id, taken);
    return null;
  });
}

/** The time of a communication is over: its time to send, or its silence. Looked at once more, with what was stored before. */
export async function close(deps: ActivityDeps, input: CloseInput): Promise<CloseResult> {
  const { who, id, because, due, taken } = input;
  const data = campaignData(deps, who.campaign);
  return deps.store.db.transaction().execute(async (tx): Promise<CloseResult> => {
    const owner = await lockCommunication(tx, id);
    if (!owner) throw new Error(`The store holds no communication of this plan in ${who.campaign}.`);
    const row = owner.communication;
    if (isFinal(row.status)) return endedAs(row);
    if (owner.active && owner.lastPending > taken) {
      const events = await earlierEvents(tx, data, owner.id, { taken, before: due });
      if (events.length > 0) return { kind: 'earlier', events };
    }
    const now = Math.max(clockOf(deps, who), due);
    const ends = async (status: FinalStatus, reason: Reason, cause: StoredCause['kind']): Promise<CloseResult> => {
      const step = { id, status, reason, cause: { kind: cause }, at: now };
      const { communication } = await moveLocked(tx, owner, step, data, cancelingSend(id));
      if (owner.taken < taken) await markTaken(tx, owner.id, taken);
      return endedAs(communication);
    };
    if (row.status === 'Planned') {
      const moved = row.opens !== null && row.until !== null && row.closes !== null && row.closes > now;
      // Time limits apply up to HANDED_OFF: after it the outbox row decides.
      if ((await outboxState(tx, id)) === 'HANDED_OFF') return unanswered(tx, id, ends);
      if (!moved) return ends('Canceled', 'closed', 'time');
      const { opens, until, closes } = row as { opens: number; until: number; closes: number };
      return { kind: 'planned', opening: openingOf({ opens, until, closes }, row.zone, now) };
    }
    const silenceAt = (row.last_message ?? row.started ?? now) + silenceOf(data, row);
    if (because === 'closes' || silenceAt > now) return { kind: 'open', silenceAt };
    return row.status === 'Replied' ? ends('Completed', 'answered', 'time') : ends('NoResponse', 'silence', 'time');
  });
}

/** Handed over, and nobody waits for the answer any more. */
async function unanswered(
  tx: Tx,
  id: string,
  ends: (status: FinalStatus, reason: Reason, cause: 'send') => Promise<CloseResult>,
): Promise<CloseResult> {
  if (!(await settle(tx, id, { state: 'UNKNOWN' }, { silentForMs: answerGraceMs })))
    throw tryAgain('the message was handed over a moment ago; its answer is waited for', 5000);
  return ends('Failed', 'unknown', 'send');
}

function endedAs(row: CommunicationRow): CloseResult {
  return { kind: 'ended', status: row.status, reason: row.reason ?? 'canceled' };
}

function silenceOf(data: CampaignData, row: Pick<CommunicationRow, 'flow' | 'hash' | 'name'>): number {
  return communicationData(flowData(data, row.flow, row.hash), row.name).silenceMs;
}
