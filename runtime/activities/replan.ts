import type { CampaignData } from '../data/types.ts';
import { type FinalStatus, isFinal } from '../model/statuses.ts';
import type { Base } from '../model/window.ts';
import { schedulingZone } from '../rules/reader.ts';
import { type CommunicationRow, moveCommunication } from '../store/communications.ts';
import type { Tx } from '../store/database.ts';
import { unhold } from '../store/holds.ts';
import { cancelingSend, outboxState } from '../store/outbox.ts';
import { lockParticipant, markTaken } from '../store/participants.ts';
import { type ActivityDeps, campaignData, clockOf, flowData } from './deps.ts';
import { openingOfPlan } from './plans.ts';
import type { ParkedDate, PlanFact, ReplanInput, ReplanResult } from './port.ts';
import { type LoadedRecord, loadRecord, missing, readerOf } from './record.ts';
import { communicationData, planAgain } from './stretch.ts';

/** Openings of planned communications and dates of parked runs in a changed situation: another timezone, or the end of a hold. */
export async function replan(deps: ActivityDeps, { who, ids, dates, taken }: ReplanInput): Promise<ReplanResult> {
  const data = campaignData(deps, who.campaign);
  return deps.store.db.transaction().execute(async (tx) => {
    const id = (await lockParticipant(tx, who)) ?? missing(who);
    const record = await loadRecord(tx, who, null);
    const now = clockOf(deps, who);
    const plans: Record<string, PlanFact> = {};
    for (const row of record.communications.filter((one) => ids.includes(one.id) && one.status === 'Planned')) {
      const plan = await planned(tx, data, record, row, now);
      if (plan) plans[row.id] = plan;
    }
    // One that ended meanwhile is told as that.
    for (const row of record.communications.filter((one) => ids.includes(one.id) && isFinal(one.status)))
      plans[row.id] = {
        ...planOf(row),
        kind: row.kind,
        final: { status: row.status, reason: row.reason ?? 'canceled' },
      };
    const found = dates.map((date) => dateOf(data, record, date, now));
    for (const [index, date] of dates.entries()) await keepDate(tx, id, date.run.id, found[index] ?? now);
    await markTaken(tx, id, taken);
    return { now, plans, dates: found };
  });
}

/** The plan in the new situation, written; null when what was handed over is beyond plans. */
async function planned(
  tx: Tx,
  data: CampaignData,
  record: LoadedRecord,
  row: CommunicationRow,
  now: number,
): Promise<PlanFact | null> {
  const communication = communicationData(flowData(data, row.flow, row.hash), row.name);
  const zone = schedulingZone(record.profile, data.timezone);
  const plan = planAgain(data, communication, record, planOf(row), zone, now);
  if ((await outboxState(tx, row.id)) === 'HANDED_OFF') return null;
  if ('final' in plan) {
    const { status, reason } = plan.final;
    const step = { id: row.id, status: status as FinalStatus, reason, cause: { kind: 'time' as const }, at: now };
    await moveCommunication(tx, step, data, cancelingSend(row.id));
    return plan;
  }
  const { base, ...columns } = openingOfPlan(plan);
  await tx
    .updateTable('communication')
    .set({ ...columns, base: base === null ? null : JSON.stringify(base), zone, waits: null })
    .where('id', '=', row.id)
    .execute();
  if (row.waits !== null) await unhold(tx, record.id, row.id);
  return plan;
}

function planOf(row: CommunicationRow): { base: Base | null; planning: number } {
  return { base: row.base as Base | null, planning: row.planning };
}

function dateOf(
  data: CampaignData,
  record: LoadedRecord,
  { run, stretch, key }: ParkedDate,
  now: number,
): number | null {
  const facts = flowData(data, run.flow, run.hash).stretches[stretch]?.facts(
    readerOf(data, record, run.communication, now),
  );
  const fact = facts?.[key];
  return typeof fact === 'number' ? fact : null;
}

async function keepDate(tx: Tx, participantId: number, run: string, until: number): Promise<void> {
  await tx
    .updateTable('run')
    .set({ until })
    .where('participant_id', '=', participantId)
    .where('id', '=', run)
    .where('state', '=', 'parked')
    .execute();
}
