import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import type { Base, Window } from '../../runtime/model/window.ts';
import * as calendar from '../../runtime/time/calendar.ts';
import { type PlanInput, plan, replan, resume } from '../../runtime/time/plan.ts';
import { isAllowed, nextStretch } from '../../runtime/time/window.ts';
import { trials } from '../effort.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const zones = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Asia/Beirut',
  'UTC',
);
const instants = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2029, 0, 1) / 1000 })
  .map((s) => s * 1000);
const dates = fc
  .integer({ min: 0, max: 3650 })
  .map((n) => new Date(Date.UTC(2020, 0, 1) + n * day).toISOString().slice(0, 10));
const times = fc.integer({ min: 0, max: 1439 }).map((n) => new Date(n * minute).toISOString().slice(11, 19));
const walls = fc.tuple(dates, times).map(([date, time]) => `${date}T${time}`);
const weekdays = fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, 6, 7), { minLength: 1 });
const ranges = fc
  .record({
    from: fc.integer({ min: 0, max: 1439 }),
    to: fc.integer({ min: 0, max: 1440 }),
    days: weekdays,
    except: fc.array(dates, { maxLength: 3 }),
  })
  .filter(({ from, to }) => from !== to);
const windowLists = fc.array(fc.array(ranges, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 2,
}) as fc.Arbitrary<readonly Window[]>;
const bases: fc.Arbitrary<Base> = fc.oneof(
  dates.map((date) => ({ kind: 'date' as const, date })),
  walls.map((wall) => ({ kind: 'wall' as const, wall })),
  instants.map((at) => ({ kind: 'instant' as const, at })),
);
const planInputs: fc.Arbitrary<PlanInput> = fc.record({
  windows: windowLists,
  zone: zones,
  base: bases,
  planning: instants,
  durationMs: fc.integer({ min: 1, max: 10 * 1440 }).map((n) => n * minute),
  ifPast: fc.constant('send' as const),
  spreadMs: fc.constantFrom(0, 10 * minute, 5 * hour),
  spreadFraction: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
const runs = trials(500);

describe('plans', () => {
  test('open inside, not before base and planning, and nothing was allowed earlier', () => {
    fc.assert(
      fc.property(planInputs, (input) => {
        const { windows, zone } = input;
        const earliest = Math.max(instantOf(input.base, zone), input.planning);
        const planned = plan(input);
        if (planned.kind !== 'opening') {
          expect(planned.kind).toBe('never');
          expect(nextStretch(windows, zone, earliest, earliest + 1000 * day)).toBeNull();
          return;
        }
        const unspread = plan({ ...input, spreadMs: 0 });
        if (unspread.kind !== 'opening') throw new Error('the spread decides whether it opens');
        expect(isAllowed(windows, zone, planned.opens)).toBe(true);
        expect(isAllowed(windows, zone, planned.until - 1)).toBe(true);
        expect(unspread.opens).toBeGreaterThanOrEqual(earliest);
        expect(nextStretch(windows, zone, earliest, unspread.opens)).toBeNull();
        expect(planned.opens - unspread.opens).toBeLessThanOrEqual(input.spreadMs);
        expect(planned.closes - planned.opens).toBe(input.durationMs);
        expect(planned.until).toBeLessThanOrEqual(planned.closes);
        if (planned.until < planned.closes) expect(isAllowed(windows, zone, planned.until)).toBe(false);
      }),
      runs,
    );
  });

  test('a spread start lies in the stretch that opens first', () => {
    fc.assert(
      fc.property(planInputs, (input) => {
        const planned = plan(input);
        const first = plan({ ...input, spreadMs: 0 });
        if (planned.kind !== 'opening' || first.kind !== 'opening') return;
        const stretch = nextStretch(input.windows, input.zone, first.opens, planned.opens + minute);
        expect(planned.opens).toBeLessThan(stretch!.to);
      }),
      runs,
    );
  });

  test('a later base never opens earlier', () => {
    fc.assert(
      fc.property(planInputs, instants, instants, (input, a, b) => {
        const at = (instant: number) => plan({ ...input, spreadMs: 0, base: { kind: 'instant', at: instant } });
        const [sooner, later] = [at(Math.min(a, b)), at(Math.max(a, b))];
        if (sooner.kind === 'opening' && later.kind === 'opening')
          expect(sooner.opens).toBeLessThanOrEqual(later.opens);
      }),
      runs,
    );
  });

  test('that were held resume inside, from now on and before they close', () => {
    fc.assert(
      fc.property(planInputs, fc.integer({ min: -3000, max: 20_000 }), (input, held) => {
        const planned = plan(input);
        if (planned.kind !== 'opening') return;
        const { windows, zone } = input;
        const now = planned.opens + held * minute;
        const rest = resume({ windows, zone, closes: planned.closes, now });
        if (!rest) {
          expect(nextStretch(windows, zone, now, planned.closes)).toBeNull();
          return;
        }
        expect(rest.opens).toBeGreaterThanOrEqual(now);
        expect(rest.opens).toBeLessThan(rest.until);
        expect(rest.until).toBeLessThanOrEqual(planned.closes);
        expect(isAllowed(windows, zone, rest.opens)).toBe(true);
        expect(nextStretch(windows, zone, now, rest.opens)).toBeNull();
      }),
      runs,
    );
  });

  test('made again after a change of timezone are plans of the new zone, from now on', () => {
    fc.assert(
      fc.property(planInputs, zones, instants, (input, zone, now) => {
        const fresh = plan({ ...input, zone });
        const again = replan({ ...input, zone, now });
        if (fresh.kind !== 'opening' || fresh.opens >= now) {
          expect(again).toEqual(fresh);
          return;
        }
        if (again.kind === 'closed') {
          expect(nextStretch(input.windows, zone, now, fresh.closes)).toBeNull();
          return;
        }
        if (again.kind !== 'opening') throw new Error(`an opening became ${again.kind}`);
        expect(again.closes).toBe(fresh.closes);
        expect(again.opens).toBeGreaterThanOrEqual(now);
        expect(again.opens).toBeLessThan(again.closes);
        expect(isAllowed(input.windows, zone, again.opens)).toBe(true);
        if (isAllowed(input.windows, zone, now)) expect(again.opens).toBe(now);
      }),
      runs,
    );
  });
});

describe('the calendar', () => {
  const amounts = fc.integer({ min: -400, max: 400 });

  test('agrees with luxon on dates, months clamped to their end', () => {
    fc.assert(
      fc.property(dates, amounts, fc.constantFrom('day', 'week', 'month'), (date, amount, unit) => {
        const expected = DateTime.fromISO(date, { zone: 'utc' }).plus({ [unit]: amount });
        expect(calendar.addToDate(date, { amount, unit })).toBe(expected.toISODate());
      }),
      runs,
    );
  });

  test('keeps the wall clock over days, weeks and months wherever that wall clock exists', () => {
    fc.assert(
      fc.property(instants, zones, amounts, fc.constantFrom('day', 'week', 'month'), (instant, zone, amount, unit) => {
        fc.pre(amount !== 0);
        const wall = calendar.wallOf(instant, zone);
        const moved = calendar.addToInstant(instant, { amount, unit }, zone);
        const wanted = `${calendar.addToDate(wall.slice(0, 10), { amount, unit })}T${wall.slice(11)}`;
        expect(moved).toBe(calendar.instantOfWall(wanted, zone));
        const exists = DateTime.fromISO(wanted, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ss") === wanted;
        if (exists) expect(calendar.wallOf(moved, zone)).toBe(wanted);
      }),
      runs,
    );
  });

  test('counts hours, minutes and seconds as elapsed time', () => {
    fc.assert(
      fc.property(instants, zones, amounts, (instant, zone, amount) => {
        expect(calendar.addToInstant(instant, { amount, unit: 'hour' }, zone)).toBe(instant + amount * hour);
        expect(calendar.addToInstant(instant, { amount, unit: 'second' }, zone)).toBe(instant + amount * 1000);
      }),
      runs,
    );
  });

  test('finds the first instant of a wall clock: nothing earlier shows it or a later one', () => {
    fc.assert(
      fc.property(walls, zones, (wall, zone) => {
        const instant = calendar.instantOfWall(wall, zone);
        expect(calendar.wallOf(instant, zone) >= wall).toBe(true);
        expect(calendar.wallOf(instant - 1000, zone) < wall).toBe(true);
        for (const hours of [1, 2, 3, 24]) expect(calendar.wallOf(instant - hours * hour, zone) < wall).toBe(true);
      }),
      runs,
    );
  });

  test('starts a date with its first instant', () => {
    fc.assert(
      fc.property(dates, zones, (date, zone) => {
        const start = calendar.startOfDate(date, zone);
        expect(calendar.localDate(start, zone)).toBe(date);
        expect(calendar.localDate(start - 1, zone) < date).toBe(true);
      }),
      runs,
    );
  });

  test('takes back what it adds in days', () => {
    fc.assert(
      fc.property(dates, dates, (a, b) => {
        const amount = calendar.daysBetween(a, b);
        expect(calendar.addToDate(a, { amount, unit: 'day' })).toBe(b);
        expect(calendar.daysBetween(b, a)).toBe(0 - amount);
      }),
      runs,
    );
  });

  test('reads an instant back from its offset form', () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        expect(calendar.instantOf(DateTime.fromMillis(instant, { zone }).toISO()!, 'Asia/Tokyo')).toBe(instant);
        expect(calendar.instantOf(new Date(instant).toISOString(), 'Asia/Tokyo')).toBe(instant);
      }),
      runs,
    );
  });
});

function instantOf(base: Base, zone: string): number {
  if (base.kind === 'instant') return base.at;
  return calendar.instantOf(base.kind === 'date' ? base.date : base.wall, zone);
}
