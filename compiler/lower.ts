/** Model → IR. A flow is cut into segments at its long waits; code after a branch that waits is a segment of its own. */
import type { FlowIr, SegmentIr, StretchIr } from './ir.ts';
import { lowerBlock } from './lower/blocks.ts';
import { type Lowering, startLowering } from './lower/lowering.ts';
import { assignStretches } from './lower/stretches.ts';
import type { PendingSegment } from './lower/way.ts';
import type { CampaignModel, FlowModel } from './model.ts';

/** Expects a model without errors; code that cannot be reached is left out. */
export function lowerFlow(campaign: CampaignModel, flow: FlowModel): FlowIr {
  const lowering = startLowering(campaign);
  const segments: SegmentIr[] = [];
  const stretches: StretchIr[] = [];
  const pending = [firstSegment(lowering, flow)];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const found: PendingSegment[] = [];
    const lowered = lowerSegment(lowering, next, found);
    pending.push(...found.toReversed());
    segments.push(lowered.segment);
    stretches.push(...lowered.stretches);
  }
  const { sets, pythons, cancels, communications } = lowering;
  const { name, again, origin } = flow;
  const steps = { sets, pythons, cancels, communications: [...communications] };
  return { campaign: campaign.name, name, again, segments, stretches, ...steps, origin };
}

function firstSegment(lowering: Lowering, flow: FlowModel): PendingSegment {
  const about = flow.triggers.map((trigger) => trigger.text).join(' · ');
  const origin = flow.triggers[0]?.origin ?? flow.origin;
  return { name: lowering.segmentName('start'), about, statements: flow.body, way: { kind: 'stop' }, origin };
}

function lowerSegment(
  lowering: Lowering,
  { name, about, statements, way, origin }: PendingSegment,
  found: PendingSegment[],
): { readonly segment: SegmentIr; readonly stretches: readonly StretchIr[] } {
  const { book, stretchId } = lowering;
  const block = lowerBlock(lowering, statements, way, found);
  const assigned = assignStretches({ stretch: name, body: block }, { facts: book.facts, stretchId });
  const [own, ...others] = assigned.stretches;
  // A segment that begins with an effect needs no facts before it.
  const needsOwn = own && own.facts.length + own.plans.length > 0;
  return {
    segment: { name, about, stretch: name, body: assigned.body, origin },
    stretches: needsOwn ? [own, ...others] : others,
  };
}
