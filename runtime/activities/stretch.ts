/** Evaluates a stretch: the decisions of the source, and when what it plans would open. */
import { createHash } from 'node:crypto';
import type { CampaignData, CommunicationData, FlowData, Reader } from '../data/types.ts';
import type { Base, Window } from '../model/window.ts';
import { openingLabel } from '../time/label.ts';
import { type PlannedOpening, plan, type Replan, replan } from '../time/plan.ts';
import type { Answer, Opening, PlanFact, RunRef } from './port.ts';
import { type LoadedRecord, readerOf } from './record.ts';

/** `bases`: what Python said of communications whose `at` is an expression of it. */
export function evaluate(
  data: CampaignData,
  flow: FlowData,
  run: RunRef,
  stretch: string,
  record: LoadedRecord,
  now: number,
  bases: Readonly<Record<string, Base | null>> = {},
): Answer {
  const found = flow.stretches[stretch];
  if (!found) throw new Error(`${run.flow}@${run.hash} has no stretch "${stretch}".`);
  const reader = readerOf(data, record, run.communication, now);
  const plans: Record<string, PlanFact> = {};
  for (const [name, baseOf] of Object.entries(found.plans ?? {})) {
    const base = baseOf === 'python' ? bases[name] : baseOf(reader);
    if (base === undefined) throw new Error(`Nothing has said when ${name} of ${run.flow}@${run.hash} counts from.`);
    plans[name] = planFact(data, flow, name, record, reader, base);
  }
  return { facts: found.facts(reader), ...(found.plans ? { plans } : {}) };
}

function planFact(
  data: CampaignData,
  flow: FlowData,
  name: string,
  record: LoadedRecord,
  reader: Reader,
  base: Base | null,
): PlanFact {
  const communication = communicationData(flow, name);
  const planning = reader.now;
  const shared = { base, planning, kind: communication.kind };
  if (base === null) return { ...shared, final: { status: 'Failed', reason: 'no_date' } };
  const input = planInput(data, communication, record.externalId, reader.zone, base, planning);
  return { ...shared, ...outcomeOf(plan(input), reader.zone, planning) };
}

/** Rule 5 of language.md §4, and how a held communication goes on: planned again from its first planning instant. */
export function planAgain(
  data: CampaignData,
  communication: CommunicationData,
  record: LoadedRecord,
  planned: { readonly base: Base | null; readonly planning: number },
  zone: string,
  now: number,
): PlanFact {
  const { base, planning } = planned;
  const shared = { base, planning, kind: communication.kind };
  if (base === null) return { ...shared, final: { status: 'Failed', reason: 'no_date' } };
  const input = planInput(data, communication, record.externalId, zone, base, planning);
  return { ...shared, ...outcomeOf(replan({ ...input, now }), zone, now) };
}

export function communicationData(flow: FlowData, name: string): CommunicationData {
  const communication = flow.communications[name];
  if (!communication) throw new Error(`${flow.name}@${flow.hash} has no communication ${name}.`);
  return communication;
}

/** Everything an instant must lie inside of. */
export function windowsOf(communication: CommunicationData): readonly Window[] {
  return [communication.window, ...communication.contactHours];
}

export function openingOf({ opens, until, closes }: Omit<PlannedOpening, 'kind'>, zone: string, now: number): Opening {
  return { opens, until, closes, label: openingLabel(opens, zone, now) };
}

function planInput(
  data: CampaignData,
  communication: CommunicationData,
  externalId: string,
  zone: string,
  base: Base,
  planning: number,
) {
  const { durationMs, ifPast, spreadMs, name } = communication;
  const spreadFraction = spreadMs > 0 ? fraction(data.workspace, data.name, name, externalId) : 0;
  return { windows: windowsOf(communication), zone, base, planning, durationMs, ifPast, spreadMs, spreadFraction };
}

/** Where in [0, 1) this person stands, the same at every look. */
function fraction(...parts: readonly string[]): number {
  return createHash('sha256').update(parts.join('\0')).digest().readUInt32BE() / 2 ** 32;
}

function outcomeOf(
  result: Replan,
  zone: string,
  now: number,
): Pick<PlanFact & { opening: Opening }, 'opening'> | Final {
  switch (result.kind) {
    case 'opening':
      return { opening: openingOf(result, zone, now) };
    case 'past':
      return { final: { status: 'Skipped', reason: 'past' } };
    case 'never':
      return { final: { status: 'Failed', reason: 'never_opens' } };
    case 'closed':
      return { final: { status: 'Canceled', reason: 'closed' } };
    default:
      return result satisfies never;
  }
}

type Final = Pick<Extract<PlanFact, { final: unknown }>, 'final'>;
