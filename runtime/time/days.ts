import type { Window, WindowRange } from '../model/window.ts';
import { dateOfDay, weekdayOfDay } from './civil.ts';

/** Minutes [from, to) of one local day, sorted, not touching. */
export type DayMinutes = readonly (readonly [from: number, to: number])[];

const wholeDay: DayMinutes = [[0, 1440]];

/** The minutes of a local day (days since 1970-01-01) that lie inside every one of the windows; of none: the whole day. */
export type Daily = (day: number) => DayMinutes;

export function dailyMinutes(windows: readonly Window[]): Daily {
  const daily = windows.map(minutesOfWindow);
  const [first, second] = daily;
  if (!first) return () => wholeDay;
  if (!second) return first;
  return (day) =>
    daily.reduce<DayMinutes>((open, of) => (open.length === 0 ? open : intersect(open, of(day))), wholeDay);
}

/** Windows are constants of the generated code: what they say of a week is worked out once for each. */
const remembered = new WeakMap<Window, Daily>();

/** {@link dailyMinutes} of one window. */
export function minutesOfWindow(window: Window): Daily {
  let daily = remembered.get(window);
  if (!daily) {
    daily = withWeek(window);
    remembered.set(window, daily);
  }
  return daily;
}

function withWeek(window: Window): Daily {
  const plain = window.map((range) => ({ ...range, except: [] }));
  // Day 4 is a Monday: 1970-01-05.
  const week = [4, 5, 6, 7, 8, 9, 10].map((day) => unionOn(plain, day));
  const excepted = new Set(window.flatMap((range) => range.except));
  if (excepted.size === 0) return (day) => week[weekdayOfDay(day) - 1]!;
  return (day) =>
    excepted.has(dateOfDay(day)) || excepted.has(dateOfDay(day - 1))
      ? unionOn(window, day)
      : week[weekdayOfDay(day) - 1]!;
}

function unionOn(window: Window, day: number): DayMinutes {
  const parts = window.flatMap((range) => minutesOn(range, day)).sort((a, b) => a[0] - b[0]);
  const union: [number, number][] = [];
  for (const [from, to] of parts) {
    const last = union.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else union.push([from, to]);
  }
  return union;
}

function minutesOn(range: WindowRange, day: number): [number, number][] {
  const { from, to } = range;
  if (from < to) return opensOn(range, day) ? [[from, to]] : [];
  if (from === to) return [];
  const parts: [number, number][] = [];
  if (to > 0 && opensOn(range, day - 1)) parts.push([0, to]);
  if (opensOn(range, day)) parts.push([from, 1440]);
  return parts;
}

function opensOn(range: WindowRange, day: number): boolean {
  return (
    range.days.includes(weekdayOfDay(day)) && (range.except.length === 0 || !range.except.includes(dateOfDay(day)))
  );
}

function intersect(a: DayMinutes, b: DayMinutes): DayMinutes {
  if (a === wholeDay) return b;
  const both: [number, number][] = [];
  for (const [fromA, toA] of a)
    for (const [fromB, toB] of b) {
      const from = Math.max(fromA, fromB);
      const to = Math.min(toA, toB);
      if (from < to) both.push([from, to]);
    }
  return both;
}
