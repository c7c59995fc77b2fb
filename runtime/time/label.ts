import { dayMs, weekdayOfDay } from './civil.ts';
import { type Instant, offsetAt } from './offsets.ts';
import { weekdayNames } from './text.ts';
import { zoneLabel } from './zone.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const sameYearMs = 300 * dayMs;

/** `Mon 9 Mar 09:00 New York`; with a year when the instant lies more than 300 days away from `now`. Holds no personal data. */
export function openingLabel(instant: Instant, zone: string, now: Instant = instant): string {
  return `${wallLabel(instant, zone, now)} ${zoneLabel(zone)}`;
}

/** {@link openingLabel} without the place: `Mon 9 Mar 09:00`. */
export function wallLabel(instant: Instant, zone: string, now: Instant = instant): string {
  const local = new Date(instant + offsetAt(zone, instant));
  const weekday = weekdayNames[weekdayOfDay(Math.floor(local.getTime() / dayMs)) - 1]!;
  const year = Math.abs(instant - now) > sameYearMs ? ` ${local.getUTCFullYear()}` : '';
  const time = local.toISOString().slice(11, 16);
  return `${weekday} ${local.getUTCDate()} ${months[local.getUTCMonth()]}${year} ${time}`;
}
