/** What a step plans: which plans are new, which replace one that is still Planned, and which end at once. */
import type { CampaignData, FlowData } from '../data/types.ts';
import { type FinalStatus, isFinal, type Status } from '../model/statuses.ts';
import { schedulingZone } from '../rules/reader.ts';
import { moveCommunication } from '../store/communications.ts';
import type { Tx } from '../store/database.ts';
import { unhold } from '../store/holds.ts';
import { cancelingSend, outboxState } from '../store/outbox.ts';
import { type NewCommunication, writePlans } from '../store/runs.ts';
import type { StoredCause } from '../store/schema.ts';
import type { EndedCommunication, PlanFact, PlannedCommunication, RunRef } from './port.ts';
import type { LoadedRecord } from './record.ts';
import { communicationData } from './stretch.ts';

export interface Planner {
  add(planned: PlannedCommunication): void;
  /** What a repetition planned again is written already. */
  forget(): void;
  /** Decides about all that was added; true when the record in the database is another now. */
  settle(record: LoadedRecord): Promise<boolean>;
  /** Rows to be inserted with the step. */
  take(): readonly NewCommunication[];
  /** Id of the open communication planned last under the name; null when there is none. */
  open(record: LoadedRecord, name: string): string | null;
  /** Ids of what was Planned already and keeps its id, by the new id. */
  readonly kept: ReadonlyMap<string, string>;
  readonly ended: readonly EndedCommunication[];
  /** A plan that ended at once would have gone on in a circle. */
  readonly storm: boolean;
}

export function createPlanner(tx: Tx, data: CampaignData, flow: FlowData, run: RunRef, now: number): Planner {
  let added: PlannedCommunication[] = [];
  let rows: NewCommunication[] = [];
  const kept = new Map<string, string>();
  const ended: EndedCommunication[] = [];
  let storm = false;

  /** The plan's id, or that of the one it replaces. */
  async function settleOne(record: LoadedRecord, planned: PlannedCommunication): Promise<boolean> {
    const row = rowOf(data, flow, record, planned);
    const again = rows.find((other) => other.name === planned.name);
    const before = record.communications.findLast((other) => other.name === planned.name);
    if (again) {
      kept.set(planned.id, again.id);
      rows = rows.map((other) => (other === again ? { ...row, id: again.id } : other));
    } else if (before && !ended.some(({ id }) => id === before.id) && (await isReplaceable(tx, before))) {
      kept.set(planned.id, before.id);
      await replace(tx, record, before, row, run);
    } else {
      rows.push(row);
      return false;
    }
    return !again;
  }

  async function end(record: LoadedRecord, { id: own, plan }: PlannedCommunication): Promise<void> {
    if (!('final' in plan)) return;
    const id = kept.get(own) ?? own;
    await writePlans(tx, { participantId: record.id, run, now, plans: rows.splice(0) });
    const cause: StoredCause = { kind: 'plan', flow: run.flow, run: run.id, event: run.event };
    const status = plan.final.status as FinalStatus;
    const step = { id, status, reason: plan.final.reason, cause, at: now };
    const outcome = await moveCommunication(tx, step, data, cancelingSend(id));
    storm ||= outcome?.storm ?? false;
    ended.push({ id, ...plan.final });
  }

  return {
    kept,
    ended,
    get storm() {
      return storm;
    },
    add: (planned) => void added.push(planned),
    forget() {
      added = [];
    },
    async settle(record) {
      let changed = false;
      for (const planned of added.splice(0)) {
        changed = (await settleOne(record, planned)) || changed;
        if ('final' in planned.plan) {
          await end(record, planned);
          changed = true;
        }
      }
      return changed;
    },
    take: () => rows.splice(0),
    open(record, name) {
      const row = rows.findLast((one) => one.name === name);
      if (row) return row.id;
      const written = record.communications.findLast((one) => one.name === name);
      return written && !isFinal(written.status) ? written.id : null;
    },
  };
}

/** Planned, and not on its way: time limits and plans count up to the hand-over. */
async function isReplaceable(tx: Tx, row: { readonly id: string; readonly status: Status }): Promise<boolean> {
  return row.status === 'Planned' && (await outboxState(tx, row.id)) !== 'HANDED_OFF';
}

async function replace(
  tx: Tx,
  record: LoadedRecord,
  { id, waits }: { readonly id: string; readonly waits: string | null },
  row: NewCommunication,
  run: RunRef,
): Promise<void> {
  const { id: _, base, ...columns } = row;
  await tx
    .updateTable('communication')
    .set({ ...columns, base: base === null ? null : JSON.stringify(base), run: run.id, waits: null })
    .where('id', '=', id)
    .execute();
  if (waits !== null) await unhold(tx, record.id, id);
}

function rowOf(
  data: CampaignData,
  flow: FlowData,
  record: LoadedRecord,
  { id, name, kind, hash, plan }: PlannedCommunication,
): NewCommunication {
  const { channel, agent, origin } = communicationData(flow, name);
  const zone = schedulingZone(record.profile, data.timezone);
  return { id, flow: flow.name, hash, name, kind, channel, agent, zone, origin, ...openingOfPlan(plan) };
}

/** What the row says of when it may start. */
export function openingOfPlan(plan: PlanFact) {
  const opening = 'opening' in plan ? plan.opening : null;
  return {
    base: plan.base,
    planning: plan.planning,
    opens: opening?.opens ?? null,
    until: opening?.until ?? null,
    closes: opening?.closes ?? null,
    label: opening?.label ?? null,
  };
}
