import { IANAZone } from 'luxon';
import { dayMs, hourMs } from './civil.ts';
import { isZone } from './zone.ts';

/** Epoch milliseconds. */
export type Instant = number;

/** Instants [start, end) in which the zone's clock is `offset` milliseconds ahead of UTC. */
export interface Span {
  readonly start: Instant;
  readonly end: Instant;
  readonly offset: number;
}

const chunkMs = 32 * dayMs;
/** Two changes that cancel each other out lie weeks apart (Ramadan in Morocco is the shortest), never hours. */
const stepMs = 12 * hourMs;
const keptChunks = 20_000;

/** Asking Intl for an offset costs microseconds, a window search asks often; an offset is a constant of zone and instant. */
const chunks = new Map<string, Map<number, readonly Span[]>>();
let kept = 0;

/**
 * The span of equal offset around the instant, cut at the borders of 32-day chunks: neighbours may have the same offset.
 * Throws RangeError for an unknown zone and for an instant outside of JavaScript's range.
 */
export function spanAt(zone: string, instant: Instant): Span {
  const index = Math.floor(instant / chunkMs);
  let ofZone = chunks.get(zone);
  let spans = ofZone?.get(index);
  if (!spans) {
    spans = spansOfChunk(zone, index);
    if (kept >= keptChunks) {
      chunks.clear();
      kept = 0;
      ofZone = undefined;
    }
    if (!ofZone) {
      ofZone = new Map();
      chunks.set(zone, ofZone);
    }
    ofZone.set(index, spans);
    kept += 1;
  }
  let at = 0;
  while (instant >= spans[at]!.end) at += 1;
  return spans[at]!;
}

export function offsetAt(zone: string, instant: Instant): number {
  return spanAt(zone, instant).offset;
}

function spansOfChunk(zone: string, index: number): readonly Span[] {
  if (!isZone(zone)) throw new RangeError(`"${zone}" is not a timezone. Write an IANA name such as Europe/Berlin.`);
  const iana = IANAZone.create(zone);
  const offset = (instant: Instant) => Math.round(iana.offset(instant) * 60_000);
  const spans: Span[] = [];
  const end = (index + 1) * chunkMs;
  let start = index * chunkMs;
  if (!Number.isFinite(offset(start)) || !Number.isFinite(offset(end)))
    throw new RangeError(`${start} ms is outside of the instants that can be computed with.`);
  let current = offset(start);
  for (let before = start; before < end; before += stepMs) {
    if (offset(before + stepMs) === current) continue;
    const change = firstChange(offset, before, before + stepMs);
    if (change >= end) break;
    spans.push({ start, end: change, offset: current });
    start = change;
    current = offset(change);
  }
  spans.push({ start, end, offset: current });
  return spans;
}

/** The first instant in (low, high] whose offset differs from that at `low`. */
function firstChange(offset: (instant: Instant) => number, low: Instant, high: Instant): Instant {
  const before = offset(low);
  let same = low;
  let changed = high;
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offset(middle) === before) same = middle;
    else changed = middle;
  }
  return changed;
}
