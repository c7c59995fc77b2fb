import type { Duration, DurationUnit } from '../model/duration.ts';
import type { Value } from '../model/values.ts';
import type { Base } from '../model/window.ts';
import {
  addToDate,
  addToInstant,
  addToWall,
  daysBetween,
  instantOf,
  isDate,
  isWall,
  localDate,
  wallOf,
} from '../time/calendar.ts';
import { baseOf } from '../time/plan.ts';
import { comparisons, type Operand, ordered, orMissing } from './operand.ts';
import type { Reader } from './types.ts';

type Unit = DurationUnit | `${DurationUnit}s`;
/** What date arithmetic needs of a {@link Reader}. */
export type Moment = Pick<Reader, 'now' | 'zone'>;

function duration(amount: number, unit: Unit): Duration {
  return { amount, unit: unit.replace(/s$/, '') as DurationUnit };
}

function dateText(value: Operand): string | null {
  return typeof value === 'string' && isDate(value) ? value : null;
}

function compareDates(a: Operand, b: Operand): number | null {
  const left = dateText(a);
  const right = dateText(b);
  return left === null || right === null ? null : ordered(left, right);
}

/** The local date at the moment of evaluation. */
export function today(r: Moment): string {
  return localDate(r.now, r.zone);
}

/** The moment of evaluation, as a datetime that needs no zone. */
export function now(r: Moment): string {
  return isoInstant(r.now);
}

/** Epoch milliseconds; days, weeks and months keep the wall clock. */
export function fromNow(r: Moment, amount: number, unit: Unit): number | null {
  return orMissing(() => addToInstant(r.now, duration(amount, unit), r.zone));
}

/** Epoch milliseconds of a datetime; a date is its first instant in the scheduling timezone. */
export function instant(r: Moment, value: Operand): number | null {
  return typeof value === 'string' ? orMissing(() => instantOf(value, r.zone)) : null;
}

/** What a plan counts from: dates and wall clocks stay such, since they follow a changed timezone. */
export function base(value: Operand): Base | null {
  return typeof value === 'string' ? orMissing(() => baseOf(value)) : null;
}

/** Operations on dates; the result is a date. */
export const date = {
  ...comparisons(compareDates),
  plus: (value: Operand, amount: number, unit: Unit): Value => addDate(value, amount, unit),
  minus: (value: Operand, amount: number, unit: Unit): Value => addDate(value, -amount, unit),
  /** Whole days from `earlier` to `later`: `later - earlier`. */
  minusDate(later: Operand, earlier: Operand): Value {
    const to = dateText(later);
    const from = dateText(earlier);
    return to === null || from === null ? null : daysBetween(from, to);
  },
  /** A datetime of the date in the scheduling timezone: `DATE at HH:MM`. */
  at(value: Operand, time: string): Value {
    const day = dateText(value);
    return day === null ? null : `${day}T${time}:00`;
  },
};

function addDate(value: Operand, amount: number, unit: Unit): Value {
  const day = dateText(value);
  return day === null ? null : orMissing(() => addToDate(day, duration(amount, unit)));
}

function comparedIn(r: Moment) {
  return comparisons((a, b) => {
    const left = instant(r, a);
    const right = instant(r, b);
    return left === null || right === null ? null : ordered(left, right);
  });
}

/** Operations on datetimes, as instants in the scheduling timezone. A date on a side is its first instant. */
export const datetime = {
  eq: (r: Moment, a: Operand, b: Operand): boolean => comparedIn(r).eq(a, b),
  lt: (r: Moment, a: Operand, b: Operand): boolean => comparedIn(r).lt(a, b),
  le: (r: Moment, a: Operand, b: Operand): boolean => comparedIn(r).le(a, b),
  gt: (r: Moment, a: Operand, b: Operand): boolean => comparedIn(r).gt(a, b),
  ge: (r: Moment, a: Operand, b: Operand): boolean => comparedIn(r).ge(a, b),
  oneOf: (r: Moment, value: Operand, list: readonly Operand[]): boolean => comparedIn(r).oneOf(value, list),
  plus: (r: Moment, value: Operand, amount: number, unit: Unit): Value => addDatetime(r, value, amount, unit),
  minus: (r: Moment, value: Operand, amount: number, unit: Unit): Value => addDatetime(r, value, -amount, unit),
  /** A date as the datetime of its midnight. */
  of(value: Operand): Value {
    const day = dateText(value);
    if (day !== null) return `${day}T00:00:00`;
    return typeof value === 'string' ? value : null;
  },
};

/** A wall clock stays one, so that it follows a changed timezone, unless the result is the second of two equal ones. */
function addDatetime(r: Moment, value: Operand, amount: number, unit: Unit): Value {
  if (typeof value !== 'string') return null;
  const step = duration(amount, unit);
  return orMissing(() => {
    const at = addToInstant(instantOf(value, r.zone), step, r.zone);
    if (!isDate(value) && !isWall(value)) return isoInstant(at);
    const wall = isWall(value) ? addToWall(value, step, r.zone) : wallOf(at, r.zone);
    return instantOf(wall, r.zone) === at ? wall : isoInstant(at);
  });
}

function isoInstant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
