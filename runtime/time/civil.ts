/**
 * Dates and wall clocks as numbers, without zones: a day is days since 1970-01-01, a local time is milliseconds since
 * 1970-01-01T00:00 on a clock that knows no offset.
 */
import { unitMs } from '../model/duration.ts';

export const { minute: minuteMs, hour: hourMs, day: dayMs } = unitMs;

const firstLocal = Date.parse('0000-01-01T00:00:00Z');
const endLocal = Date.parse('+010000-01-01T00:00:00Z');
const datePattern = /^\d{4}-\d\d-\d\d$/;
const wallPattern = /^(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3})\d*)?)?$/;

/** A date that exists, written `2026-03-07`. */
export function isDate(text: string): boolean {
  const local = datePattern.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // 30 February parses, as 2 March.
  return !Number.isNaN(local) && dateOfDay(local / dayMs) === text;
}

/** A date and a time of day without offset: `2026-03-07T10:00:00`; seconds may be missing, a space may stand for the T. */
export function isWall(text: string): boolean {
  const match = wallPattern.exec(text);
  return match !== null && isDate(match[1]!);
}

/** Throws RangeError when the text is no date. */
export function dayOfDate(date: string): number {
  if (!isDate(date)) throw new RangeError(`"${date}" is not a date. Write it as 2026-03-07.`);
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

/** Throws RangeError outside of the years 0 to 9999, which the text form cannot write. */
export function dateOfDay(day: number): string {
  return isoOfLocal(day * dayMs).slice(0, 10);
}

function isoOfLocal(local: number): string {
  if (!(local >= firstLocal && local < endLocal)) throw new RangeError('The date lies outside of the years 0 to 9999.');
  return new Date(local).toISOString();
}

/** Throws RangeError when the text is no wall clock. */
export function localOfWall(wall: string): number {
  const match = wallPattern.exec(wall);
  if (!match) throw new RangeError(`"${wall}" is not a date and time. Write it as 2026-03-07T10:00:00.`);
  const [, date, hours, minutes, seconds = '0', fraction = '0'] = match;
  const ms = Number(fraction.padEnd(3, '0'));
  return dayOfDate(date!) * dayMs + Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * 1000 + ms;
}

/** To the second, as values of type datetime are written. Throws RangeError outside of the years 0 to 9999. */
export function wallOfLocal(local: number): string {
  return isoOfLocal(local).slice(0, 19);
}

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export function weekdayOfDay(day: number): 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  return (((((day + 3) % 7) + 7) % 7) + 1) as 1 | 2 | 3 | 4 | 5 | 6 | 7;
}

/** The same day of another month; a day that month lacks becomes its last. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * dayMs);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const lastOfMonth = new Date(first);
  lastOfMonth.setUTCMonth(lastOfMonth.getUTCMonth() + 1, 0);
  return first / dayMs + Math.min(date.getUTCDate(), lastOfMonth.getUTCDate()) - 1;
}
