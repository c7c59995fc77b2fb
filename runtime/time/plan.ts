/** When a communication may start (language.md §4.3–4.5). Every instant is given: nothing here reads a clock. */
import type { Base, Window } from '../model/window.ts';
import { addToDate, type Instant, instantOf, instantOfWall, isDate, isWall, startOfDate } from './calendar.ts';
import { firstAllowed, nextStretch } from './window.ts';

export interface PlanInput {
  /** The communication's own window and all contact hours: allowed is what lies inside every one. */
  readonly windows: readonly Window[];
  /** The scheduling timezone (IANA). */
  readonly zone: string;
  readonly base: Base;
  /** When the communication was planned first. */
  readonly planning: Instant;
  readonly durationMs: number;
  readonly ifPast: 'send' | 'skip';
  readonly spreadMs: number;
  /** Where in the spread this participant stands, in [0, 1). */
  readonly spreadFraction: number;
}

/** It may start in [opens, until), and in later allowed stretches before `closes`. */
export interface PlannedOpening {
  readonly kind: 'opening';
  readonly opens: Instant;
  /** End of the allowed stretch that holds `opens`; never after `closes`. */
  readonly until: Instant;
  readonly closes: Instant;
}

/** `past`: the base had passed and `if_past` is skip. `never`: nothing is allowed within five years. */
export type Plan = PlannedOpening | { readonly kind: 'past' } | { readonly kind: 'never' };

/** Rule 3. Throws RangeError for an unknown zone or a malformed base. */
export function plan(input: PlanInput): Plan {
  const { windows, zone, base, planning, durationMs } = input;
  if (input.ifPast === 'skip' && isPast(base, zone, planning)) return { kind: 'past' };
  const first = firstAllowed(windows, zone, Math.max(instantOfBase(base, zone), planning), Number.POSITIVE_INFINITY);
  if (first === null) return { kind: 'never' };
  const spread = Math.floor(input.spreadMs * input.spreadFraction);
  const end = nextStretch(windows, zone, first, first + spread + durationMs)?.to ?? first;
  const opens = first + spread < end ? first + spread : first;
  const closes = opens + durationMs;
  return { kind: 'opening', opens, until: Math.min(end, closes), closes };
}

/**
 * A date is past when its whole day is: `at: today` with `if_past: skip` is sent. A wall clock or an instant is past when it
 * lies before the planning instant.
 */
function isPast(base: Base, zone: string, planning: Instant): boolean {
  if (base.kind !== 'date') return instantOfBase(base, zone) < planning;
  return startOfDate(addToDate(base.date, { amount: 1, unit: 'day' }), zone) <= planning;
}

export interface ResumeInput {
  readonly windows: readonly Window[];
  readonly zone: string;
  readonly closes: Instant;
  readonly now: Instant;
}

/** Rule 4: the next allowed stretch after a hold, cut at `closes`; null when none begins before it. */
export function resume({ windows, zone, closes, now }: ResumeInput): { opens: Instant; until: Instant } | null {
  const stretch = nextStretch(windows, zone, now, closes);
  return stretch && { opens: stretch.from, until: stretch.to };
}

/** `closed`: in the new zone its time ran out, or nothing is allowed any more before it does. */
export type Replan = Plan | { readonly kind: 'closed'; readonly closes: Instant };

/**
 * Rule 5, after a change of timezone (`zone` is the new one, `planning` the first planning instant): planned again; an opening
 * that has passed means the first allowed instant from now on, and `closes` still counts from the opening that passed.
 */
export function replan(input: PlanInput & { readonly now: Instant }): Replan {
  const { windows, zone, now } = input;
  const planned = plan(input);
  if (planned.kind !== 'opening' || planned.opens >= now) return planned;
  const rest = resume({ windows, zone, closes: planned.closes, now });
  if (!rest) return { kind: 'closed', closes: planned.closes };
  return { kind: 'opening', opens: rest.opens, until: rest.until, closes: planned.closes };
}

/** Throws RangeError for a malformed date or wall clock. */
export function instantOfBase(base: Base, zone: string): Instant {
  switch (base.kind) {
    case 'date':
      return startOfDate(base.date, zone);
    case 'wall':
      return instantOfWall(base.wall, zone);
    case 'instant':
      return base.at;
    default:
      return base satisfies never;
  }
}

/** The base a date or datetime value stands for: what has no offset follows the zone. Throws RangeError for any other text. */
export function baseOf(value: string): Base {
  if (isDate(value)) return { kind: 'date', date: value };
  if (isWall(value)) return { kind: 'wall', wall: value };
  return { kind: 'instant', at: instantOf(value, 'UTC') };
}
