import type { Base } from '../model/window.ts';
import { schedulingZone } from '../rules/reader.ts';
import type { CommunicationRow } from '../store/communications.ts';
import { unhold } from '../store/holds.ts';
import { outboxState } from '../store/outbox.ts';
import { openingColumns } from './commit.ts';
import { type ActivityDeps, campaignData, flowData } from './deps.ts';
import type { PlanFact, ReplanInput, ReplanResult } from './port.ts';
import { loadRecord } from './record.ts';
import { communicationData, planAgain } from './stretch.ts';

/** Openings of planned communications in a changed situation: another timezone, or the end of a hold. */
export async function replan(deps: ActivityDeps, { who, ids, now }: ReplanInput): Promise<ReplanResult> {
  const { db } = deps.store;
  const data = campaignData(deps, who.campaign);
  const record = await loadRecord(db, who, null);
  const zone = schedulingZone(record.profile, data.timezone);
  const plans: Record<string, PlanFact> = {};
  for (const row of record.communications.filter(({ id, status }) => ids.includes(id) && status === 'Planned')) {
    const communication = communicationData(flowData(data, row.flow, row.hash), row.name);
    const plan = planAgain(data, communication, record, planOf(row), zone, now);
    // What was handed over is beyond plans: its answer decides.
    if ((await outboxState(db, row.id)) === 'HANDED_OFF') continue;
    plans[row.id] = plan;
    if ('final' in plan) continue;
    await db.transaction().execute(async (tx) => {
      const columns = { ...openingColumns(plan), zone };
      await tx
        .updateTable('communication')
        .set(columns)
        .where('id', '=', row.id)
        .where('status', '=', 'Planned')
        .execute();
      if (row.waits !== null) await unhold(tx, record.id, row.id);
    });
  }
  return plans;
}

function planOf(row: CommunicationRow): { base: Base | null; planning: number } {
  return { base: row.base as Base | null, planning: row.planning };
}
