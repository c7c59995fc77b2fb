/** The end of a segment: where the run stands, and what it planned. */
import type { CampaignData } from '../data/types.ts';
import { type FinalStatus, isFinal } from '../model/statuses.ts';
import { schedulingZone } from '../rules/reader.ts';
import { chainAfter, Storm, stormLength } from '../rules/signal.ts';
import { type CommunicationRow, moveCommunication } from '../store/communications.ts';
import type { Tx } from '../store/database.ts';
import { writeEvents } from '../store/events.ts';
import { cancelSend, outboxState } from '../store/outbox.ts';
import type { StoredCause, StoredCommunication } from '../store/schema.ts';
import { type ActivityDeps, campaignData, flowData } from './deps.ts';
import type { CommitInput, CommitResult, PlanFact, PlannedCommunication } from './port.ts';
import { beginRunIn, type LoadedRecord, participantOf } from './record.ts';
import { communicationData } from './stretch.ts';

export async function commit(deps: ActivityDeps, input: CommitInput): Promise<CommitResult> {
  const { who, run, now } = input;
  const data = campaignData(deps, who.campaign);
  const { id } = await participantOf(deps.store.db, who);
  return deps.store.db.transaction().execute(async (tx) => {
    const record = await beginRunIn(tx, id, who, run, now);
    if (record === 'already') return { already: true as const };
    const replaced: Record<string, string> = {};
    const dropped: string[] = [];
    for (const plan of input.plans) {
      const kept = await writePlan(tx, data, input, record, plan);
      if (kept === null) dropped.push(plan.id);
      else if (kept !== plan.id) replaced[plan.id] = kept;
    }
    if (input.state.kind === 'ended' && input.state.to && record.run?.state !== 'ended')
      await handOver(tx, record, input, input.state.to);
    await saveState(tx, record.id, input);
    return {
      ...(Object.keys(replaced).length > 0 ? { replaced } : {}),
      ...(dropped.length > 0 ? { dropped } : {}),
    };
  });
}

/** Id of the communication that carries the plan; null when one of this NAME has started and the statement does nothing. */
async function writePlan(
  tx: Tx,
  data: CampaignData,
  { run, now }: CommitInput,
  record: LoadedRecord,
  planned: PlannedCommunication,
): Promise<string | null> {
  const named = record.communications.filter((row) => row.name === planned.name);
  if (named.some((row) => row.id === planned.id)) return planned.id;
  // A repeated commit whose plan had ended the one it replaced.
  const ended = named.findLast((row) => 'final' in planned.plan && row.ended === now && row.planning === now);
  if (ended) return ended.id;
  // A repeated commit: the plan it replaced then carries this version already.
  const open = await tx
    .selectFrom('communication')
    .select(['id', 'status'])
    .where('participant_id', '=', record.id)
    .where('name', '=', planned.name)
    .where('status', 'in', ['Planned', 'Started', 'Delivered', 'Read', 'Replied'])
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  const started = open && (open.status !== 'Planned' || (await outboxState(tx, open.id)) === 'HANDED_OFF');
  if (started) return null;
  const id = open?.id ?? planned.id;
  const columns = planColumns(data, record, planned);
  if (open) {
    await tx.updateTable('communication').set(columns).where('id', '=', id).execute();
    await tx.deleteFrom('hold').where('communication', '=', id).execute();
  } else {
    await tx
      .insertInto('communication')
      .values({
        ...columns,
        id,
        participant_id: record.id,
        run: run.id,
        name: planned.name,
        kind: planned.kind,
        status: 'Planned',
        history: JSON.stringify([{ status: 'Planned', at: now }]),
        results: '{}',
      })
      .execute();
  }
  if ('final' in planned.plan) {
    const { status, reason } = planned.plan.final;
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
  const parent = await tx
    .selectFrom('event')
    .select(['chain', 'at'])
    .where('participant_id', '=', record.id)
    .where('id', '=', run.event)
    .executeTakeFirst();
  const chain = chainAfter(parent, now);
  if (chain >= stormLength) throw new Storm();
  const participant = await tx
    .selectFrom('participant')
    .select(['id', 'last_event'])
    .where('id', '=', record.id)
    .executeTakeFirstOrThrow();
  const starts = record.exited ? [] : [to];
  const about = record.communications.find((row) => row.id === run.communication);
  await writeEvents(tx, new Map([[participant.id, participant]]), [
    {
      participantId: record.id,
      type: 'handedOver',
      starts,
      ...(about ? { communication: carried(about) } : {}),
      cause: { kind: 'to', flow: run.flow, run: run.id, event: run.event },
      chain,
      at: now,
      signal: starts.length > 0,
    },
  ]);
}

function carried({ id, name, status, reason }: CommunicationRow): StoredCommunication {
  return { id, name, status, ...(isFinal(status) && reason ? { reason } : {}) };
}

async function saveState(tx: Tx, participantId: number, { run, now, state }: CommitInput): Promise<void> {
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
    .where('participant_id', '=', participantId)
    .where('id', '=', run.id)
    .execute();
}
