/** Ends of communications that the workflow asks for: by a flow's `cancel`, an exit, or because time has run out. */
import type { CampaignData } from '../data/types.ts';
import { type FinalStatus, isFinal, type Reason } from '../model/statuses.ts';
import { type CommunicationRow, findCommunication, moveCommunication } from '../store/communications.ts';
import type { Tx } from '../store/database.ts';
import { cancelSend, outboxState, settle } from '../store/outbox.ts';
import { takeStep } from '../store/runs.ts';
import type { StoredCause } from '../store/schema.ts';
import { type ActivityDeps, answerGraceMs, campaignData, flowData } from './deps.ts';
import { tryAgain } from './fault.ts';
import type { CloseInput, CloseResult, EffectInput, EndedCommunication, StretchResult } from './port.ts';
import { beginRunIn, halted, loadRecord } from './record.ts';
import { communicationData, evaluate } from './stretch.ts';

export async function cancel(
  deps: ActivityDeps,
  input: EffectInput & { readonly names: readonly string[] },
): Promise<StretchResult> {
  const { who, run, name, names, step, now } = input;
  const data = campaignData(deps, who.campaign);
  const then = flowData(data, run.flow, run.hash).cancels[name]?.then;
  if (then === undefined) throw new Error(`${run.flow}@${run.hash} has no step "${name}".`);
  const cause: StoredCause = { kind: 'cancel', flow: run.flow, run: run.id, event: run.event };
  const ended = await deps.store.db.transaction().execute(async (tx) => {
    const record = await beginRunIn(tx, input);
    if (typeof record === 'string') return record;
    if (!(await takeStep(tx, record.id, run, step, now))) return endedBefore(record.communications, now);
    const open = record.communications.filter(
      (row) => !isFinal(row.status) && (names.length === 0 || names.includes(row.name)),
    );
    const list: EndedCommunication[] = [];
    for (const row of open) list.push(await end(tx, data, row.id, 'canceled', cause, now));
    return list;
  });
  if (typeof ended === 'string') return halted(ended);
  const record = await loadRecord(deps.store.db, who, run.id);
  const result = evaluate(deps, who, run, then, record, now);
  return ended.length > 0 ? { ...result, ended } : result;
}

/** What a repeated cancel answers: the ends its first attempt wrote. Naming one more does no harm. */
function endedBefore(rows: readonly CommunicationRow[], now: number): EndedCommunication[] {
  return rows
    .filter((row) => row.reason === 'canceled' && row.ended !== null && row.ended <= now)
    .map((row) => ({ id: row.id, status: row.status, reason: 'canceled' as const }));
}

/** Ends it and leaves a tombstone, so that nothing not handed over yet can leave. */
async function end(
  tx: Tx,
  data: CampaignData,
  id: string,
  reason: Reason,
  cause: StoredCause,
  at: number,
  status: FinalStatus = 'Canceled',
): Promise<EndedCommunication> {
  // The status first: it locks the participant, which every transaction does before it touches the outbox.
  const outcome = await moveCommunication(tx, { id, status, reason, cause, at }, data);
  await cancelSend(tx, id);
  const row = outcome!.communication;
  return { id, status: row.status, reason: row.reason ?? reason };
}

export async function close(deps: ActivityDeps, input: CloseInput): Promise<CloseResult> {
  const { who, id, now, because, final } = input;
  const data = campaignData(deps, who.campaign);
  const communication = await findCommunication(deps.store.db, id);
  if (!communication) throw new Error(`The store holds no communication of this plan in ${who.campaign}.`);
  if (isFinal(communication.status)) return endedAs(communication);
  const silenceMs = silenceOf(data, communication);
  return deps.store.db.transaction().execute(async (tx) => {
    const ends = async (status: FinalStatus, reason: Reason, cause: StoredCause['kind']): Promise<CloseResult> => {
      const { status: as, reason: why } = await end(tx, data, id, reason, { kind: cause }, now, status);
      return { kind: 'ended', status: as, reason: why };
    };
    switch (because) {
      case 'exit':
        return ends('Canceled', 'exited', 'exit');
      case 'cancel':
        return ends('Canceled', 'canceled', 'cancel');
      case 'final':
      case 'closes':
        if (communication.status !== 'Planned') return open(communication, silenceMs, now);
        // Time limits apply up to HANDED_OFF: after it the outbox row decides.
        if ((await outboxState(tx, id)) === 'HANDED_OFF') return unanswered(tx, id, ends);
        return final ? ends(final.status as FinalStatus, final.reason, 'plan') : ends('Canceled', 'closed', 'time');
      case 'silence': {
        const silent = open(communication, silenceMs, now);
        if (silent.silenceAt > now) return silent;
        return communication.status === 'Replied'
          ? ends('Completed', 'answered', 'time')
          : ends('NoResponse', 'silence', 'time');
      }
      default:
        return because satisfies never;
    }
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

function open(row: CommunicationRow, silenceMs: number, now: number): { kind: 'open'; silenceAt: number } {
  return { kind: 'open', silenceAt: (row.last_message ?? row.started ?? now) + silenceMs };
}

function endedAs(row: CommunicationRow): CloseResult {
  return { kind: 'ended', status: row.status, reason: row.reason ?? 'canceled' };
}

function silenceOf(data: CampaignData, row: Pick<CommunicationRow, 'flow' | 'hash' | 'name'>): number {
  return communicationData(flowData(data, row.flow, row.hash), row.name).silenceMs;
}
