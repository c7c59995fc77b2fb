import type { Person } from './types.ts';

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Tokyo',
  'Australia/Sydney',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Europe/London',
  'America/Los_Angeles',
];

/** `n` people over eight zones; every second one answers. Ids begin with `tag`. */
export function people(n: number, tag: string, timeoutMs: number): Person[] {
  return Array.from({ length: n }, (_, index) => {
    const timezone = zones[index % zones.length]!;
    const id = `${tag}${index}`;
    const fields = { paid: false, timezone, email: `${id}@example.test`, name: `Person ${index}`, plan: 'trial' };
    return { id, answers: index % 2 === 0, t0: secondBeforeNine(timezone), timeoutMs, fields };
  });
}

const known = new Map<string, number>();

/** Wednesday 14 January 2026 08:59:59 in the zone. */
function secondBeforeNine(zone: string): number {
  const instant = known.get(zone) ?? instantOf(Date.UTC(2026, 0, 14, 8, 59, 59), zone);
  known.set(zone, instant);
  return instant;
}

/** January has no change of offset in these zones: one correction is enough. */
function instantOf(wall: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(wall).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  return wall - (shown - wall);
}
