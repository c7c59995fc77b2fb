import { expect, test } from 'vitest';
import type { Base, Window } from '../../runtime/model/window.ts';
import { type Plan, plan } from '../../runtime/time/plan.ts';
import { isAllowed, nextStretch } from '../../runtime/time/window.ts';
import { isZone } from '../../runtime/time/zone.ts';
import { full } from '../effort.ts';
import { shapesAround } from './time-shapes.ts';
import {
  classesOf,
  dateOf,
  day,
  endOfMembers,
  firstMember,
  membersOf,
  minute,
  type Steps,
  stepOfWall,
  stepsOf,
} from './time-stepper.ts';

const [firstYear, endYear] = full ? [2010, 2041] : [2024, 2029];
const margin = 3 * day;

const links = ['UTC', 'US/Eastern', 'Asia/Kolkata', 'Europe/Kyiv', 'GB', 'CET', 'EST5EDT', 'Etc/GMT+12', 'Etc/GMT-14'];
const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), ...links])];
const [from, to] = [Date.UTC(firstYear, 0, 1), Date.UTC(endYear, 0, 1)];
const quietDays = [Date.UTC(2024, 1, 28), Date.UTC(2026, 5, 13), Date.UTC(2028, 11, 30)];

// It never yields, so that a limit would not end it, only fail it on a machine that is busy.
test('every zone opens and closes as a clock stepped by the minute says', { timeout: 0 }, () => {
  const classes = classesOf(zones, from, to);
  let changes = 0;
  let compared = 0;
  for (const { zones: alike, changes: at } of classes) {
    changes += at.length;
    for (const change of at) compared += compareAround(alike[0]!, change, (2 * margin) / minute);
    if (at.length === 0) for (const quiet of quietDays) compared += compareAround(alike[0]!, quiet, (2 * day) / minute);
  }
  console.log(
    `time: ${zones.length} zones in ${classes.length} classes of ${firstYear}-${endYear - 1}, ${changes} changes of offset, ` +
      `${compared} instants compared`,
  );
  expect(zones.filter((zone) => !isZone(zone))).toEqual([]);
  expect(classes.flatMap(({ zones: alike }) => alike)).toHaveLength(zones.length);
});

/** Steps through `count` minutes around the instant in every shape of window; the number of minutes compared. */
function compareAround(zone: string, change: number, count: number): number {
  const steps = stepsOf(zone, change - (count / 2) * minute, count);
  const shapes = Object.entries(shapesAround(steps.days[count / 2]!));
  for (const [name, windows] of shapes) {
    const members = membersOf(steps, windows);
    const where = `${zone} around ${new Date(change).toISOString()}, ${name}`;
    compareMembership(where, steps, windows, members);
    compareStretches(where, steps, windows, members);
    comparePlans(where, steps, windows, members);
  }
  return shapes.length * count;
}

function compareMembership(where: string, steps: Steps, windows: readonly Window[], members: Uint8Array): void {
  for (let index = 0; index < members.length; index += 1) {
    const instant = steps.start + index * minute;
    if (isAllowed(windows, steps.zone, instant) !== (members[index] === 1))
      fail(where, instant, 'isAllowed', members[index]);
  }
}

/** All stretches one after the other, then the one after some instants that lie within a minute. */
function compareStretches(where: string, steps: Steps, windows: readonly Window[], members: Uint8Array): void {
  const before = steps.start + members.length * minute;
  for (let from = steps.start; ; ) {
    const stretch = nextStretch(windows, steps.zone, from, before);
    const expected = expectedStretch(steps, members, from);
    expectSame(where, from, stretch, expected);
    if (!stretch) break;
    from = stretch.to;
  }
  for (let index = 17; index < members.length; index += 211) {
    const from = steps.start + index * minute + 31_007;
    expectSame(where, from, nextStretch(windows, steps.zone, from, before), expectedStretch(steps, members, from));
  }
}

function expectedStretch(steps: Steps, members: Uint8Array, from: number) {
  const opens = firstMember(members, Math.floor((from - steps.start) / minute));
  if (opens < 0) return null;
  return {
    from: Math.max(from, steps.start + opens * minute),
    to: steps.start + endOfMembers(members, opens) * minute,
  };
}

/** Bases of each kind over the whole range, planned before and after them, with short and long durations. */
function comparePlans(where: string, steps: Steps, windows: readonly Window[], members: Uint8Array): void {
  for (let index = 5; index < members.length; index += 487) {
    const localDay = steps.days[index]!;
    const wallMinute = (index * 7) % 1440;
    const time = new Date(wallMinute * minute).toISOString().slice(11, 19);
    const bases: [number, Base][] = [
      [index, { kind: 'instant', at: steps.start + index * minute }],
      [stepOfWall(steps, localDay, wallMinute), { kind: 'wall', wall: `${dateOf(localDay)}T${time}` }],
      [stepOfWall(steps, localDay, 0), { kind: 'date', date: dateOf(localDay) }],
    ];
    for (const [base, written] of bases) {
      if (base < 0) continue;
      const planning = index - 600 > 0 && index % 2 === 0 ? index - 600 : index;
      const duration = index % 3 === 0 ? 40 : 1500;
      const planned = plan({
        windows,
        zone: steps.zone,
        base: written,
        planning: steps.start + planning * minute,
        durationMs: duration * minute,
        ifPast: 'send',
        spreadMs: 0,
        spreadFraction: 0,
      });
      comparePlan(
        `${where}, base ${JSON.stringify(written)}`,
        steps,
        members,
        planned,
        Math.max(base, planning),
        duration,
      );
    }
  }
}

function comparePlan(
  where: string,
  steps: Steps,
  members: Uint8Array,
  planned: Plan,
  earliest: number,
  duration: number,
): void {
  const from = steps.start + earliest * minute;
  const opens = firstMember(members, earliest);
  // What opens or ends after the last step, the steps cannot tell; they only tell that it does not open before.
  if (opens < 0) {
    if (planned.kind === 'opening' && planned.opens < steps.start + members.length * minute)
      fail(where, from, planned, 'later');
    return;
  }
  const closes = opens + duration;
  if (closes > members.length) return;
  const until = Math.min(endOfMembers(members, opens), closes);
  const instantOf = (index: number) => steps.start + index * minute;
  const expected = { kind: 'opening', opens: instantOf(opens), until: instantOf(until), closes: instantOf(closes) };
  expectSame(where, from, planned, expected);
}

function expectSame(where: string, from: number, actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) fail(where, from, actual, expected);
}

function fail(where: string, from: number, actual: unknown, expected: unknown): never {
  throw new Error(
    `${where}, from ${new Date(from).toISOString()}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`,
  );
}
