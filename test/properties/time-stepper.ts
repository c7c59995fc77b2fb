/**
 * The rules of language.md §4, read aloud: one minute after the other, each with what Intl says the clocks on the wall show.
 * Slow and plain on purpose; shares nothing with runtime/time.
 */
import type { Window, WindowRange } from '../../runtime/model/window.ts';

export const minute = 60_000;
export const day = 1440 * minute;

/** Minute by minute from `start`: the local day (days since 1970-01-01) and the minute of that day. */
export interface Steps {
  readonly zone: string;
  readonly start: number;
  readonly days: Int32Array;
  readonly minutes: Int16Array;
}

export function stepsOf(zone: string, start: number, count: number): Steps {
  const clock = clockOf(zone);
  const days = new Int32Array(count);
  const minutes = new Int16Array(count);
  for (let index = 0; index < count; index += 1) {
    const wall = clock(start + index * minute);
    days[index] = Math.floor(wall / day);
    minutes[index] = (wall - days[index]! * day) / minute;
  }
  return { zone, start, days, minutes };
}

/** Instant → wall clock of that minute, as if it were UTC. */
export function clockOf(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (instant) => {
    const text = format.format(instant);
    const part = (from: number, to: number) => Number(text.slice(from, to));
    return Date.UTC(part(0, 4), part(5, 7) - 1, part(8, 10), part(11, 13), part(14, 16));
  };
}

/** One flag per minute: inside every window. */
export function membersOf(steps: Steps, windows: readonly Window[]): Uint8Array {
  const rules = windows.map((window) => window.map((range) => ({ range, openOn: new Map<number, boolean>() })));
  const members = new Uint8Array(steps.days.length);
  for (let index = 0; index < members.length; index += 1) {
    const [localDay, minuteOfDay] = [steps.days[index]!, steps.minutes[index]!];
    const inAll = rules.every((ranges) => ranges.some((rule) => isIn(rule, localDay, minuteOfDay)));
    members[index] = inAll ? 1 : 0;
  }
  return members;
}

/** `openOn` only remembers what {@link isOpenOn} said of a day. */
interface Rule {
  readonly range: WindowRange;
  readonly openOn: Map<number, boolean>;
}

function isIn(rule: Rule, localDay: number, minuteOfDay: number): boolean {
  const { from, to } = rule.range;
  if (from < to) return minuteOfDay >= from && minuteOfDay < to && isOpenOn(rule, localDay);
  return (minuteOfDay >= from && isOpenOn(rule, localDay)) || (minuteOfDay < to && isOpenOn(rule, localDay - 1));
}

function isOpenOn({ range, openOn }: Rule, localDay: number): boolean {
  const known = openOn.get(localDay);
  if (known !== undefined) return known;
  const weekday = new Date(localDay * day).getUTCDay() || 7;
  const open = range.days.some((allowed) => allowed === weekday) && !range.except.includes(dateOf(localDay));
  openOn.set(localDay, open);
  return open;
}

export function dateOf(localDay: number): string {
  return new Date(localDay * day).toISOString().slice(0, 10);
}

/** The first minute that shows this wall clock; if none does, the first that shows a later one. -1: not within the steps. */
export function stepOfWall(steps: Steps, localDay: number, minuteOfDay: number): number {
  const wanted = localDay * 1440 + minuteOfDay;
  const shown = (index: number) => steps.days[index]! * 1440 + steps.minutes[index]!;
  if (shown(0) > wanted) return -1;
  for (let index = 0; index < steps.days.length; index += 1) if (shown(index) === wanted) return index;
  for (let index = 0; index < steps.days.length; index += 1) if (shown(index) > wanted) return index;
  return -1;
}

/** The first allowed minute from this one on, or -1. */
export function firstMember(members: Uint8Array, from: number): number {
  return members.indexOf(1, from);
}

/** The first minute after `from` that is not allowed any more; the number of steps when all are. */
export function endOfMembers(members: Uint8Array, from: number): number {
  const end = members.indexOf(0, from);
  return end < 0 ? members.length : end;
}

/** Offset changes in [from, to): the first instant of each new offset. Looks at every noon and midnight. */
export function changesOf(zone: string, from: number, to: number): { at: number; offset: number }[] {
  const clock = clockOf(zone);
  const offset = (instant: number) => clock(instant) - instant;
  const changes: { at: number; offset: number }[] = [];
  for (let at = from; at < to; at += day / 2) {
    const after = offset(at + day / 2);
    if (offset(at) === after) continue;
    let change = at;
    while (offset(change) !== after) change += minute;
    changes.push({ at: change, offset: after });
  }
  return changes;
}

/** Zones whose clocks agree in [from, to). */
export function classesOf(zones: readonly string[], from: number, to: number) {
  const classes = new Map<string, { zones: string[]; changes: number[] }>();
  for (const zone of zones) {
    const changes = changesOf(zone, from, to);
    const key = JSON.stringify([clockOf(zone)(from) - from, changes]);
    const known = classes.get(key);
    if (known) known.zones.push(zone);
    else classes.set(key, { zones: [zone], changes: changes.map(({ at }) => at) });
  }
  return [...classes.values()];
}
