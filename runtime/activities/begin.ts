/** Whether a run may take its next step, and the record it takes it with. */
import type { CampaignData, FlowData } from '../data/types.ts';
import type { Tx } from '../store/database.ts';
import { holdRun, unhold } from '../store/holds.ts';
import { earlierEvents } from '../store/messages.ts';
import { lockParticipant, lockParticipants, lockProfiles } from '../store/participants.ts';
import { type RunPlace, writeStep } from '../store/runs.ts';
import type { StepInput, StepResult } from './port.ts';
import { externalIdOf, type LoadedRecord, loadRecord, missing, readerOf } from './record.ts';

/** The record of a run that may go on. */
export interface Begun {
  readonly kind: 'begun';
  readonly record: LoadedRecord;
  /** Virtual instant at which everything in this step is decided. */
  readonly now: number;
}

/**
 * The participant's row is locked first, so that whoever changes the record after this read sees the run and tells its
 * workflow. A repetition gets what was decided before: its writes are there, and what followed from them may have left.
 * @param clock virtual epoch milliseconds of this machine.
 */
export async function resume(tx: Tx, flow: FlowData, input: StepInput, clock: number): Promise<Begun | StepResult> {
  const { who, run, step, due } = input;
  const id = await lock(tx, flow, input);
  const record = await loadRecord(tx, who, run.id);
  const row = record.run;
  if (row && row.incarnation !== run.incarnation) return { kind: 'already' };
  const decided = row?.decided?.[step];
  if (decided) return decided;
  if (row?.state === 'ended') return { kind: row.ended_as === 'exited' ? 'exited' : 'already' };
  if (row && row.last_step >= step)
    throw new Error(`${run.flow} asks for its step ${step}; the store has decided its step ${row.last_step} already.`);
  // The clock of this machine may be behind the one that woke the run.
  const now = Math.max(clock, due ?? 0);
  if (!record.exited) return { kind: 'begun', record, now };
  // A new run of a person who has left leaves no row.
  if (row) await standsAt(tx, id, input, now, { kind: 'ended', as: 'exited' });
  return { kind: 'exited' };
}

/** {@link resume}, and what may keep a run from going on where nothing of its segment is done yet. */
export async function begin(
  tx: Tx,
  data: CampaignData,
  flow: FlowData,
  input: StepInput,
  clock: number,
): Promise<Begun | StepResult> {
  const begun = await resume(tx, flow, input, clock);
  if (begun.kind !== 'begun' || input.given.length > 0) return begun;
  const { record, now } = begun;
  const { who, run, segment, due, when, taken } = input;
  if (!record.active) {
    if (!record.run) await standsAt(tx, record.id, input, now, { kind: 'running', segment });
    await holdRun(tx, run.id, segment, { participantId: record.id, cause: 'campaign stopped', of: who.campaign });
    return { kind: 'held' };
  }
  if (due !== undefined && record.lastPending > taken) {
    const events = await earlierEvents(tx, data, record.id, { taken, before: due });
    if (events.length > 0) return { kind: 'earlier', events };
  }
  if (when) {
    const facts = flow.stretches[when.stretch]?.facts(readerOf(data, record, run.communication, now));
    if (facts?.[when.key] !== true) return { kind: 'no' };
  }
  if (record.run && record.holds) await unhold(tx, record.id, run.id);
  return begun;
}

/** The run's row before anything is decided. */
export function standsAt(tx: Tx, participantId: number, input: StepInput, now: number, place: RunPlace): Promise<void> {
  const { run, taken } = input;
  return writeStep(tx, { participantId, run, step: input.step - 1, decided: null, place, now, taken, plans: [] });
}

/** In the order every transaction keeps: the profile, then its participants. A flow that writes no field locks one participant. */
async function lock(tx: Tx, flow: FlowData, { who }: StepInput): Promise<number> {
  const writes = Object.keys(flow.sets).length + Object.keys(flow.pythons).length > 0;
  if (!writes) return (await lockParticipant(tx, who)) ?? missing(who);
  const profiles = await lockProfiles(tx, [await externalIdOf(tx, who)]);
  const ids = [...profiles.values()].map((profile) => profile.id);
  const rows = await lockParticipants(tx, ids);
  return rows.find((row) => row.campaign === who.campaign && row.key === who.participant)?.id ?? missing(who);
}
