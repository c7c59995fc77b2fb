/** Membership in windows (language.md §4.2) and the stretches of time they allow. */
import type { Window } from '../model/window.ts';
import { dayMs, minuteMs } from './civil.ts';
import { dailyMinutes, minutesOfWindow } from './days.ts';
import { type Instant, offsetAt, spanAt } from './offsets.ts';

/** Allowed instants [from, to). */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** Searches look five years ahead; what does not open until then never does. */
const horizonMs = 5 * 366 * dayMs;

/** Whether the zone's wall clock at the instant lies inside the window. */
export function isInside(window: Window, zone: string, instant: Instant): boolean {
  return isAllowed([window], zone, instant);
}

/** Whether the instant lies inside all the windows: a communication's own and the contact hours. */
export function isAllowed(windows: readonly Window[], zone: string, instant: Instant): boolean {
  const local = instant + offsetAt(zone, instant);
  const day = Math.floor(local / dayMs);
  const minute = (local - day * dayMs) / minuteMs;
  return windows.every((window) => minutesOfWindow(window)(day).some(([from, to]) => from <= minute && minute < to));
}

/** The first allowed instant in [from, before), or null; looks at most {@link horizonMs} ahead. `before` may be Infinity. */
export function firstAllowed(windows: readonly Window[], zone: string, from: Instant, before: Instant): Instant | null {
  for (const piece of pieces(windows, zone, from, before)) return piece.from;
  return null;
}

/**
 * The first stretch that is allowed without interruption and starts in [from, before): from its first instant not before
 * `from` to its end, or to `before` if that comes first. Null when nothing is allowed until then, or within {@link horizonMs}.
 */
export function nextStretch(windows: readonly Window[], zone: string, from: Instant, before: Instant): Stretch | null {
  let start: Instant | null = null;
  let end = from;
  for (const piece of pieces(windows, zone, from, before)) {
    if (start === null) start = piece.from;
    else if (piece.from !== end) break;
    end = piece.to;
  }
  return start === null ? null : { from: start, to: end };
}

/** Allowed time in order; pieces may touch at midnight and where the offset changes. */
function* pieces(windows: readonly Window[], zone: string, from: Instant, before: Instant): Generator<Stretch> {
  const limit = Math.min(before, from + horizonMs);
  const minutesOn = dailyMinutes(windows);
  for (let at = from; at < limit; ) {
    const { end, offset } = spanAt(zone, at);
    const until = Math.min(end, limit);
    for (let day = Math.floor((at + offset) / dayMs); day * dayMs - offset < until; day += 1) {
      const midnight = day * dayMs - offset;
      for (const [fromMinute, toMinute] of minutesOn(day)) {
        const opens = Math.max(midnight + fromMinute * minuteMs, at);
        const closes = Math.min(midnight + toMinute * minuteMs, until);
        if (opens < closes) yield { from: opens, to: closes };
      }
    }
    at = until;
  }
}
