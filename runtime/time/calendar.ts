/** Wall-clock arithmetic (language.md §4.7). Dates are `2026-03-07`, wall clocks `2026-03-07T10:00:00`, instants epoch milliseconds. */
import { type Duration, unitMs } from '../model/duration.ts';
import { addMonths, dateOfDay, dayMs, dayOfDate, hourMs, localOfWall, minuteMs, wallOfLocal } from './civil.ts';
import { type Instant, offsetAt, spanAt } from './offsets.ts';

export { isDate, isWall } from './civil.ts';
export type { Instant } from './offsets.ts';

/** No zone's clock was ever further from UTC. */
const farthestOffsetMs = 16 * hourMs;

/** The date on the zone's calendars at the instant. */
export function localDate(instant: Instant, zone: string): string {
  return dateOfDay(Math.floor((instant + offsetAt(zone, instant)) / dayMs));
}

/** The zone's wall clock at the instant, to the second. */
export function wallOf(instant: Instant, zone: string): string {
  return wallOfLocal(instant + offsetAt(zone, instant));
}

/** The wall clock with the zone's offset, which names the instant wherever it is read: `2026-03-08T09:00:00-04:00`. */
export function isoOf(instant: Instant, zone: string): string {
  const minutes = Math.round(offsetAt(zone, instant) / minuteMs);
  const distance = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${wallOf(instant, zone)}${minutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
}

/** The first instant of the date: midnight, or the end of the gap that swallowed it. Throws RangeError when it is no date. */
export function startOfDate(date: string, zone: string): Instant {
  return instantOfLocal(dayOfDate(date) * dayMs, zone);
}

/** A wall clock that does not exist is the first instant after the gap, one that occurs twice is the first. Throws RangeError. */
export function instantOfWall(wall: string, zone: string): Instant {
  return instantOfLocal(localOfWall(wall), zone);
}

function instantOfLocal(local: number, zone: string): Instant {
  let span = spanAt(zone, local - farthestOffsetMs);
  while (local - span.offset >= span.end) span = spanAt(zone, span.end);
  // Spans follow each other, so a local time that none of them holds lies in the gap just before this one.
  return Math.max(local - span.offset, span.start);
}

/**
 * The instant of a date, a wall clock, or a datetime with `Z` or an offset (`2026-03-07T10:00:00+01:00`, which needs no zone).
 * Throws RangeError for any other text.
 */
export function instantOf(text: string, zone: string): Instant {
  const match = /^(.*?)(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)$/.exec(text);
  if (match && text.includes(':')) return localOfWall(match[1]!) - offsetOfText(match[2]!);
  return text.includes(':') ? instantOfWall(text, zone) : startOfDate(text, zone);
}

function offsetOfText(text: string): number {
  if (text === 'Z') return 0;
  const digits = text.replace(':', '');
  const ms = Number(digits.slice(1, 3)) * hourMs + Number(digits.slice(3)) * minuteMs;
  return digits.startsWith('-') ? -ms : ms;
}

/** Adds days, weeks or months to a date. Throws RangeError for hours, minutes and seconds: a date has no time of day to add them to. */
export function addToDate(date: string, duration: Duration): string {
  return dateOfDay(addToDay(dayOfDate(date), duration));
}

function addToDay(day: number, { amount, unit }: Duration): number {
  switch (unit) {
    case 'day':
      return day + amount;
    case 'week':
      return day + 7 * amount;
    case 'month':
      return addMonths(day, amount);
    case 'hour':
    case 'minute':
    case 'second':
      throw new RangeError(`A date takes days, weeks or months, not ${unit}s.`);
    default:
      return unit satisfies never;
  }
}

/** Days, weeks and months keep the zone's wall clock; hours, minutes and seconds are elapsed time. */
export function addToInstant(instant: Instant, duration: Duration, zone: string): Instant {
  const { amount, unit } = duration;
  if (unit === 'hour' || unit === 'minute' || unit === 'second') return instant + amount * unitMs[unit];
  // Nothing moves, so the second occurrence of a doubled hour stays what it is.
  if (amount === 0) return instant;
  const local = instant + offsetAt(zone, instant);
  const day = Math.floor(local / dayMs);
  return instantOfLocal(addToDay(day, duration) * dayMs + (local - day * dayMs), zone);
}

/** {@link addToInstant} for a wall clock in the zone; the result is a wall clock that exists. */
export function addToWall(wall: string, duration: Duration, zone: string): string {
  return wallOf(addToInstant(instantOfWall(wall, zone), duration, zone), zone);
}

/** Whole days from one date to another: `daysBetween('2026-03-07', '2026-03-10')` is 3. Negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return dayOfDate(to) - dayOfDate(from);
}
