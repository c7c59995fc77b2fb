/** The people of the demo: whatever the hour, some can be written to now and others have to wait. Pure. */
import type { Window } from '../../runtime/model/window.ts';
import { addToDate, type Instant, localDate } from '../../runtime/time/calendar.ts';
import { isInside } from '../../runtime/time/window.ts';

/** A row of the import. */
export interface Person {
  readonly external_id: string;
  readonly name: string;
  readonly email: string;
  /** IANA name. */
  readonly timezone: string;
  readonly kind: 'private_customer' | 'business';
  readonly order_id: string;
  /** ISO date. */
  readonly due_date: string;
  /** Euros. */
  readonly amount: string;
}

/** What each kind of customer is written to in: the communication's window and the contact hours. */
export type Hours = Readonly<Record<Person['kind'], readonly Window[]>>;

/** Nobody stands closer than this to an edge of their window: who is due now stays so while everything starts. */
const slackMs = 30 * 60_000;

/** A reminder leaves so many days before the money is due. */
export const reminderDays = 3;

/** Every full hour of offset is there, and some between. */
const zones = [
  'Pacific/Kiritimati',
  'Pacific/Auckland',
  'Pacific/Fiji',
  'Pacific/Noumea',
  'Australia/Sydney',
  'Australia/Adelaide',
  'Asia/Tokyo',
  'Asia/Shanghai',
  'Australia/Perth',
  'Asia/Jakarta',
  'Asia/Yangon',
  'Asia/Dhaka',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Karachi',
  'Asia/Kabul',
  'Asia/Dubai',
  'Asia/Tehran',
  'Africa/Nairobi',
  'Europe/Helsinki',
  'Africa/Johannesburg',
  'Europe/Berlin',
  'Africa/Lagos',
  'Europe/London',
  'Africa/Abidjan',
  'Atlantic/Azores',
  'Atlantic/South_Georgia',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Halifax',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
  'Pacific/Pago_Pago',
] as const;

interface Group {
  readonly people: number;
  readonly kind: Person['kind'];
  readonly zones: readonly string[];
  /** Days from today, in the person's zone, to the due date. */
  readonly dueIn: (index: number) => number;
}

/** Fifty people, in an order that mixes those who are due with those who wait. */
export function people(now: Instant, hours: Hours): readonly Person[] {
  const privately = zonesBy(now, hours.private_customer);
  const business = zonesBy(now, hours.business);
  const soon = (index: number) => index % (reminderDays + 1);
  const groups: readonly Group[] = [
    { people: 20, kind: 'private_customer', zones: privately.open, dueIn: soon },
    { people: 12, kind: 'private_customer', zones: privately.shut, dueIn: soon },
    { people: 8, kind: 'private_customer', zones, dueIn: (index) => reminderDays + 1 + 2 * index },
    { people: 10, kind: 'business', zones: [...business.open, ...business.shut], dueIn: () => reminderDays },
  ];
  const drafts = groups.flatMap((group) => Array.from({ length: group.people }, (_, index) => ({ group, index })));
  return mixed(drafts).map(({ group, index }, place) => {
    // Evenly over the group's zones, so that a short group still spans the world.
    const timezone = group.zones[Math.floor((index * group.zones.length) / group.people) % group.zones.length]!;
    const number = String(place + 1).padStart(2, '0');
    return {
      external_id: `participant-${number}`,
      name: `Participant ${number}`,
      email: `participant-${number}@example.com`,
      timezone,
      kind: group.kind,
      order_id: `A-10${number}`,
      due_date: addToDate(localDate(now, timezone), { amount: group.dueIn(index), unit: 'day' }),
      amount: (29.9 + ((place * 137) % 900)).toFixed(2),
    };
  });
}

/** The people as the file that `flowc import` reads. */
export function csvOf(rows: readonly Person[]): string {
  const columns = Object.keys(rows[0]!) as (keyof Person)[];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}

/** Zones in which the hours are open and stay so for a while, and those in which they are shut and stay so. */
function zonesBy(now: Instant, hours: readonly Window[]): { readonly open: string[]; readonly shut: string[] } {
  const inside = (zone: string, at: Instant) => hours.every((window) => isInside(window, zone, at));
  const all = (zone: string, is: boolean) =>
    [now - slackMs / 2, now, now + slackMs / 2, now + slackMs].every((at) => inside(zone, at) === is);
  return { open: zones.filter((zone) => all(zone, true)), shut: zones.filter((zone) => all(zone, false)) };
}

/** The same order each time: every seventh, around and around (seven and fifty have no common divisor). */
function mixed<T>(all: readonly T[]): T[] {
  return all.map((_, place) => all[(place * 7) % all.length]!);
}
