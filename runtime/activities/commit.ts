/** The end of a segment: where the run stands, and what it planned. */
import type { CampaignData } from '../data/types.ts';
import { type FinalStatus, isFinal } from '../model/statuses.ts';
import { schedulingZone } from '../rules/reader.ts';
import { Storm, stormLength } from '../rules/signal.ts';
import { type CommunicationRow, moveCommunication } from '../store/communications.ts';
import type { Tx } from '../store/database.ts';
import { chainOf, writeEvents } from '../store/events.ts';
import { unhold } from '../store/holds.ts';
import { cancelSend, outboxState } from '../store/outbox.ts';
import type { StoredCause, StoredCommunication } from '../store/schema.ts';
import { type ActivityDeps, campaignData, flowData } from './deps.ts';
import type { CommitInput, CommitResult, PlanFact, PlannedCommunication } from './port.ts';
import { beginRunIn, type LoadedRecord } from './record.ts';
import { communicationData } from './stretch.ts';

export async function commit(deps: ActivityDeps, input: CommitInput): Promise<CommitResult> {
  const data = campaignData(deps, input.who.campaign);
  return deps.store.db.transaction().execute(async (tx) => {
    const record = await beginRunIn(tx, input);
    if (record === 'exited') return exited(tx, input);
    if (typeof record === 'string') return { [record]: true };
    const replaced: Record<string, string> = {};
    const dropped: string[] = [];
    const newest = new Map<string, PlanRow>(record.communications.map((row) => [row.name, row]));
    for (const plan of input.plans) {
      const kept = await writePlan(tx, data, input, record, newest, plan);
      if (kept === null) dropped.push(plan.id);
      else if (kept !== plan.id) replaced[plan.id] = kept;
    }
    if (input.state.kind === 'ended' && input.state.to && record.run?.state !== 'ended')
      await handOver(tx, record, input, input.state.to);
    await saveState(tx, input);
    return {
      ...(Object.keys(replaced).length > 0 ? { replaced } : {}),
      ...(dropped.length > 0 ? { dropped } : {}),
    };
  });
}

/** The run ends here whatever it wanted, and plans nothing. */
async function exited(tx: Tx, input: CommitInput): Promise<CommitResult> {
  const ended = input.state.kind === 'ended' && input.state.as !== 'stopped' && input.state.as !== 'handed over';
  await saveState(tx, ended ? input : { ...input, state: { kind: 'ended', as: 'exited' } });
  return { exited: true };
}

/** What a plan may replace. */
type PlanRow = Pick<CommunicationRow, 'id' | 'status' | 'waits'>;

/** Id of the communication that carries the plan; null when one of this NAME has started and the statement does nothing. */
async function writePlan(
  tx: Tx,
  data: CampaignData,
  { run, now }: CommitInput,
  record: LoadedRecord,
  newest: Map<string, PlanRow>,
  planned: PlannedCommunication,
): Promise<string | null> {
  const named = record.communications.filter((row) => row.name === planned.name);
  if (named.some((row) => row.id === planned.id)) return planned.id;
  // A repeated commit whose plan had ended the one it replaced.
  const ended = named.findLast((row) => row.run === run.id && row.ended === now && row.planning === now);
  if (ended && 'final' in planned.plan) return ended.id;
  // A repeated commit: the plan it replaced then carries this version already.
  const before = newest.get(planned.name);
  const open = before && !isFinal(before.status) ? before : undefined;
  const started = open && (open.status !== 'Planned' || (await outboxState(tx, open.id)) === 'HANDED_OFF');
  if (started) return null;
  const id = open?.id ?? planned.id;
  const columns = { ...planColumns(data, record, planned), run: run.id };
  if (open) {
    await tx.updateTable('communication').set(columns).where('id', '=', id).execute();
    if (open.waits !== null) await unhold(tx, record.id, id);
  } else {
    await tx
      .insertInto('communication')
      .values({
        ...columns,
        id,
        participant_id: record.id,
        name: planned.name,
        kind: planned.kind,
        status: 'Planned',
        history: JSON.stringify([{ status: 'Planned', at: now }]),
        results: '{}',
      })
      .execute();
  }
  const final = 'final' in planned.plan ? planned.plan.final : null;
  newest.set(planned.name, { id, status: final?.status ?? 'Planned', waits: null });
  if (final) {
    const { status, reason } = final;
    const cause: StoredCause = { kind: 'plan', flow: run.flow, run: run.id, event: run.event };
    await moveCommunication(tx, { id, status: status as FinalStatus, reason, cause, at: now }, data);
    await cancelSend(tx, id);
  }
  return id;
}

function planColumns(data: CampaignData, record: LoadedRecord, { flow, hash, name, plan }: PlannedCommunication) {
  const { channel, agent, origin } = communicationData(flowData(data, flow, hash), name);
  return {
    flow,
    hash,
    channel,
    agent,
    origin,
    zone: schedulingZone(record.profile, data.timezone),
    ...openingColumns(plan),
  };
}

/** What the row says of when it may start; nothing holds it any more. */
export function openingColumns(plan: PlanFact) {
  const opening = 'opening' in plan ? plan.opening : null;
  return {
    base: plan.base === null ? null : JSON.stringify(plan.base),
    planning: plan.planning,
    opens: opening?.opens ?? null,
    until: opening?.until ?? null,
    closes: opening?.closes ?? null,
    label: opening?.label ?? null,
    waits: null,
  };
}

/** `to` another flow: the event that starts it, with the communication this run is about. */
async function handOver(tx: Tx, record: LoadedRecord, { run, now }: CommitInput, to: string): Promise<void> {
  const cause: StoredCause = { kind: 'to', flow: run.flow, run: run.id, event: run.event };
  const chain = await chainOf(tx, record.id, cause, now);
  if (chain >= stormLength) throw new Storm();
  const participant = await tx
    .selectFrom('participant')
    .select(['id', 'last_event'])
    .where('id', '=', record.id)
    .executeTakeFirstOrThrow();
  const starts = [to];
  const about = record.communications.find((row) => row.id === run.communication);
  await writeEvents(tx, new Map([[participant.id, participant]]), [
    {
      participantId: record.id,
      type: 'handedOver',
      starts,
      ...(about ? { communication: carried(about) } : {}),
      cause,
      chain,
      at: now,
      signal: true,
    },
  ]);
}

function carried({ id, name, status, reason }: CommunicationRow): StoredCommunication {
  return { id, name, status, ...(isFinal(status) && reason ? { reason } : {}) };
}

async function saveState(tx: Tx, { who, run, now, state }: CommitInput): Promise<void> {
  const parked = state.kind === 'parked' ? state : null;
  const ended = state.kind === 'ended' ? state : null;
  await tx
    .updateTable('run')
    .set({
      state: state.kind,
      ended_as: ended?.as ?? null,
      failure: ended?.failure ?? null,
      segment: 'segment' in state ? state.segment : null,
      waits_for: parked?.waitsFor ?? null,
      until: parked?.until ?? null,
      line: parked?.line ?? null,
      watches: parked?.watches ? JSON.stringify(parked.watches) : null,
      changed: now,
    })
    .where('participant_id', '=', (query) =>
      query
        .selectFrom('participant')
        .select('participant.id')
        .where('campaign', '=', who.campaign)
        .where('key', '=', who.participant),
    )
    .where('id', '=', run.id)
    .execute();
}
