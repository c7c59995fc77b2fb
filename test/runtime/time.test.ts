import { describe, expect, test } from 'vitest';
import { anyTime, type Base, type Weekday, type Window } from '../../runtime/model/window.ts';
import {
  addToDate,
  addToInstant,
  addToWall,
  daysBetween,
  instantOf,
  instantOfWall,
  isDate,
  isoOf,
  isWall,
  localDate,
  startOfDate,
  wallOf,
} from '../../runtime/time/calendar.ts';
import { openingLabel } from '../../runtime/time/label.ts';
import { baseOf, type PlanInput, plan, replan, resume } from '../../runtime/time/plan.ts';
import { isInside, nextStretch } from '../../runtime/time/window.ts';

const daily: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5];
const minute = 60_000;
const hour = 60 * minute;

function window(times: string, days = daily, except: readonly string[] = []): Window {
  const [from, to] = times.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  return [{ from: from!, to: to!, days, except }];
}

/** `09:00-18:00` on all days, planned long before its base, without spread, unless said otherwise. */
function planOf(input: Partial<PlanInput> & Pick<PlanInput, 'zone' | 'base'>) {
  return plan({
    windows: [window('09:00-18:00')],
    planning: 0,
    durationMs: 24 * hour,
    ifPast: 'send',
    spreadMs: 0,
    spreadFraction: 0,
    ...input,
  });
}

function opensOf(input: Parameters<typeof planOf>[0]): string {
  const planned = planOf(input);
  return planned.kind === 'opening' ? openingLabel(planned.opens, input.zone) : planned.kind;
}

const wall = (text: string): Base => ({ kind: 'wall', wall: text });
const utc = (text: string) => Date.parse(`${text}Z`);

describe('the named cases', () => {
  test('New York, the night the clocks go forward', () => {
    const planned = planOf({
      windows: [window('09:00-10:00')],
      zone: 'America/New_York',
      base: wall('2026-03-07T20:00:00'),
    });
    const opens = utc('2026-03-08T13:00:00');
    expect(planned).toEqual({ kind: 'opening', opens, until: opens + hour, closes: opens + 24 * hour });
  });

  test('Berlin, the night the clocks go back', () => {
    const planned = planOf({
      windows: [window('09:00-10:00')],
      zone: 'Europe/Berlin',
      base: wall('2026-10-24T20:00:00'),
    });
    const opens = utc('2026-10-25T08:00:00');
    expect(planned).toEqual({ kind: 'opening', opens, until: opens + hour, closes: opens + 24 * hour });
  });

  test('Tokyo, from Friday to Monday', () => {
    const windows = [window('05:00-06:00', weekdays)];
    const planned = planOf({ windows, zone: 'Asia/Tokyo', base: wall('2026-11-20T12:00:00') });
    const opens = utc('2026-11-22T20:00:00');
    expect(planned).toEqual({ kind: 'opening', opens, until: opens + hour, closes: opens + 24 * hour });
  });
});

describe('membership', () => {
  test('a time that does not exist is never inside', () => {
    expect(
      nextStretch(
        [window('02:00-03:00', [7])],
        'Europe/Berlin',
        utc('2026-03-28T00:00:00'),
        utc('2026-03-30T00:00:00'),
      ),
    ).toBeNull();
  });

  test('a time that occurs twice is inside twice', () => {
    const search = (from: string) =>
      nextStretch([window('02:30-03:00')], 'Europe/Berlin', utc(from), utc('2026-10-26T00:00:00'));
    expect(search('2026-10-24T12:00:00')).toEqual({ from: utc('2026-10-25T00:30:00'), to: utc('2026-10-25T01:00:00') });
    expect(search('2026-10-25T01:00:00')).toEqual({ from: utc('2026-10-25T01:30:00'), to: utc('2026-10-25T02:00:00') });
  });

  test('Lord Howe moves its clocks by half an hour', () => {
    const zone = 'Australia/Lord_Howe';
    expect(opensOf({ windows: [window('02:10-02:40')], zone, base: wall('2026-10-04T00:00:00') })).toBe(
      'Sun 4 Oct 02:30 Lord Howe',
    );
    expect(opensOf({ windows: [window('02:10-02:20')], zone, base: wall('2026-10-04T00:00:00') })).toBe(
      'Mon 5 Oct 02:10 Lord Howe',
    );
  });

  test('what follows midnight belongs to the day on which an overnight window opened', () => {
    const overnight = window('22:00-06:00', [5]);
    const at = (text: string) => isInside(overnight, 'UTC', utc(text));
    expect(at('2026-03-06T00:30:00')).toBe(false); // Friday morning: Thursday did not open
    expect(at('2026-03-06T22:00:00')).toBe(true);
    expect(at('2026-03-07T05:59:59.999')).toBe(true);
    expect(at('2026-03-07T06:00:00')).toBe(false);
    expect(at('2026-03-07T22:30:00')).toBe(false);
  });

  test('an excepted day loses its whole night and keeps the end of the night before', () => {
    const overnight = window('22:00-06:00', daily, ['2026-12-25']);
    const at = (text: string) => isInside(overnight, 'UTC', utc(text));
    expect(at('2026-12-25T05:00:00')).toBe(true);
    expect(at('2026-12-25T23:00:00')).toBe(false);
    expect(at('2026-12-26T05:00:00')).toBe(false);
    expect(at('2026-12-26T22:00:00')).toBe(true);
  });

  test('24:00 ends with the day, and a stretch goes on over midnight when the next day is open', () => {
    const [from, before] = [utc('2026-03-06T12:00:00'), utc('2026-03-09T00:00:00')];
    expect(nextStretch([window('18:00-24:00')], 'UTC', from, before)?.to).toBe(utc('2026-03-07T00:00:00'));
    expect(nextStretch([anyTime], 'UTC', from, before)).toEqual({ from, to: before });
  });

  test('ranges that touch or overlap are one stretch, whatever their order', () => {
    const stretchOf = (...times: readonly string[]) =>
      nextStretch(
        [times.flatMap((each) => window(each))],
        'UTC',
        utc('2026-03-06T00:00:00'),
        utc('2026-03-07T00:00:00'),
      );
    const nineToSix = { from: utc('2026-03-06T09:00:00'), to: utc('2026-03-06T18:00:00') };
    expect(stretchOf('12:00-18:00', '09:00-12:00')).toEqual(nineToSix);
    expect(stretchOf('09:00-18:00', '10:00-11:00')).toEqual(nineToSix);
    expect(stretchOf('19:00-20:00', '09:00-18:00')).toEqual(nineToSix);
    const lunch = [...window('09:00-12:00'), ...window('13:00-18:00')];
    expect(['11:59', '12:30', '13:00'].map((time) => isInside(lunch, 'UTC', utc(`2026-03-06T${time}:00`)))).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('windows and contact hours have to agree', () => {
    const windows = [window('07:00-12:00'), window('08:00-21:00', weekdays)];
    expect(opensOf({ windows, zone: 'Europe/Berlin', base: wall('2026-03-06T12:00:00') })).toBe(
      'Mon 9 Mar 08:00 Berlin',
    );
    expect(
      opensOf({
        windows: [window('05:00-07:00'), window('08:00-21:00')],
        zone: 'UTC',
        base: wall('2026-03-06T12:00:00'),
      }),
    ).toBe('never');
  });
});

describe('plans', () => {
  const zone = 'America/New_York';

  test.each([
    ['America/Havana', '2026-03-08', '2026-03-08T01:00:00'],
    ['Asia/Beirut', '2026-03-29', '2026-03-29T01:00:00'],
    ['Africa/Cairo', '2026-04-24', '2026-04-24T01:00:00'],
    ['Europe/Berlin', '2026-03-29', '2026-03-29T00:00:00'],
  ])('a date in %s means its first instant', (place, date, first) => {
    expect(wallOf(startOfDate(date, place), place)).toBe(first);
    expect(localDate(startOfDate(date, place) - 1, place)).toBe(addToDate(date, { amount: -1, unit: 'day' }));
  });

  test('a base in the past counts as now', () => {
    const planning = utc('2026-03-09T15:30:00');
    expect(planOf({ zone, base: wall('2026-03-01T09:00:00'), planning })).toMatchObject({ opens: planning });
  });

  test('`if_past: skip` spares a date until its day is over, a time only until it is reached', () => {
    const at = (base: Base, planning: string) =>
      planOf({ zone, base, planning: instantOfWall(planning, zone), ifPast: 'skip' }).kind;
    expect(at({ kind: 'date', date: '2026-03-08' }, '2026-03-08T23:59:59')).toBe('opening');
    expect(at({ kind: 'date', date: '2026-03-08' }, '2026-03-09T00:00:00')).toBe('past');
    expect(at(wall('2026-03-08T10:00:00'), '2026-03-08T10:00:00')).toBe('opening');
    expect(at(wall('2026-03-08T10:00:00'), '2026-03-08T10:00:01')).toBe('past');
  });

  test('spread starts stay in the stretch, else they open with it', () => {
    const at = (spreadMs: number, spreadFraction: number) =>
      opensOf({ zone, base: wall('2026-03-09T17:00:00'), spreadMs, spreadFraction });
    expect(at(2 * hour, 0.25)).toBe('Mon 9 Mar 17:30 New York');
    expect(at(2 * hour, 0.75)).toBe('Mon 9 Mar 17:00 New York');
  });

  test('a closing time is elapsed time after the opening, over a change of the clocks too', () => {
    const planned = planOf({ zone, base: wall('2026-03-07T17:00:00') });
    expect(planned.kind === 'opening' && wallOf(planned.closes, zone)).toBe('2026-03-08T18:00:00');
    expect(planned.kind === 'opening' && wallOf(planned.until, zone)).toBe('2026-03-07T18:00:00');
  });

  test('after a hold it goes on at the next allowed instant, and not at all once closed', () => {
    const windows = [window('09:00-18:00')];
    const closes = utc('2026-03-10T10:00:00');
    const from = (now: string) => resume({ windows, zone: 'UTC', closes, now: utc(now) });
    expect(from('2026-03-09T12:00:00')).toEqual({
      opens: utc('2026-03-09T12:00:00'),
      until: utc('2026-03-09T18:00:00'),
    });
    expect(from('2026-03-09T20:00:00')).toEqual({ opens: utc('2026-03-10T09:00:00'), until: closes });
    expect(from('2026-03-10T10:00:00')).toBeNull();
  });

  test('a changed timezone moves the opening; one that passed there means at once', () => {
    const input = {
      windows: [window('09:00-18:00')],
      base: wall('2026-03-09T00:00:00'),
      planning: utc('2026-03-08T00:00:00'),
      durationMs: 12 * hour,
      ifPast: 'send',
      spreadMs: 0,
      spreadFraction: 0,
    } as const;
    const closesInTokyo = utc('2026-03-09T12:00:00');
    const inTokyo = (now: string) => replan({ ...input, zone: 'Asia/Tokyo', now: utc(now) });
    expect(inTokyo('2026-03-08T10:00:00')).toMatchObject({ opens: utc('2026-03-09T00:00:00'), closes: closesInTokyo });
    expect(inTokyo('2026-03-09T05:00:00')).toMatchObject({
      opens: utc('2026-03-09T05:00:00'),
      until: utc('2026-03-09T09:00:00'),
    });
    expect(inTokyo('2026-03-09T10:00:00')).toEqual({ kind: 'closed', closes: closesInTokyo });
  });

  test('a changed timezone may leave nothing to open', () => {
    const input = {
      windows: [window('09:00-18:00')],
      zone: 'Asia/Tokyo',
      base: wall('2026-03-09T10:00:00'),
      planning: utc('2026-03-09T02:00:00'),
      durationMs: hour,
      ifPast: 'skip',
      spreadMs: 0,
      spreadFraction: 0,
      now: utc('2026-03-09T03:00:00'),
    } as const;
    expect(replan(input)).toEqual({ kind: 'past' });
    expect(replan({ ...input, ifPast: 'send', windows: [window('09:00-10:00'), window('11:00-12:00')] })).toEqual({
      kind: 'never',
    });
    const opens = utc('2026-03-09T02:00:00');
    const open = { kind: 'opening', closes: opens + hour } as const;
    expect(replan({ ...input, ifPast: 'send', now: opens })).toEqual({ ...open, opens, until: opens + hour });
    const later = opens + hour / 2;
    const passed = { ...open, opens: later, until: opens + hour };
    expect(replan({ ...input, ifPast: 'send', now: later })).toEqual(passed);
    expect(replan({ ...input, base: { kind: 'instant', at: opens }, now: later })).toEqual(passed);
  });

  test('values become bases, and instants in a zone', () => {
    expect(baseOf('2026-03-07')).toEqual({ kind: 'date', date: '2026-03-07' });
    expect(baseOf('2026-03-07 10:00')).toEqual({ kind: 'wall', wall: '2026-03-07 10:00' });
    expect(baseOf('2026-03-07T10:00:00+01:00')).toEqual({ kind: 'instant', at: utc('2026-03-07T09:00:00') });
    expect(() => baseOf('tomorrow')).toThrow('"tomorrow" is not a date');
    expect(instantOf('2026-03-07T10:00:00', 'Asia/Tokyo')).toBe(utc('2026-03-07T01:00:00'));
    expect(instantOf('2026-03-07', zone)).toBe(utc('2026-03-07T05:00:00'));
  });
});

describe('the calendar', () => {
  test('a wall clock in the gap is the first instant after it, one that occurs twice the first', () => {
    expect(instantOfWall('2026-03-08T02:30:00', 'America/New_York')).toBe(utc('2026-03-08T07:00:00'));
    expect(instantOfWall('2026-10-25T02:30:00', 'Europe/Berlin')).toBe(utc('2026-10-25T00:30:00'));
    expect(addToWall('2026-03-07T02:30:00', { amount: 1, unit: 'day' }, 'America/New_York')).toBe(
      '2026-03-08T03:00:00',
    );
  });

  test('a day keeps the wall clock, 24 hours are elapsed time', () => {
    const noon = instantOfWall('2026-03-07T12:00:00', 'America/New_York');
    const plus = (amount: number, unit: 'day' | 'hour') =>
      wallOf(addToInstant(noon, { amount, unit }, 'America/New_York'), 'America/New_York');
    expect(plus(1, 'day')).toBe('2026-03-08T12:00:00');
    expect(plus(24, 'hour')).toBe('2026-03-08T13:00:00');
    expect(addToWall('2026-03-07T12:00:00', { amount: 24, unit: 'hour' }, 'America/New_York')).toBe(
      '2026-03-08T13:00:00',
    );
  });

  test('weeks keep the wall clock; hours, minutes and seconds pass', () => {
    const zone = 'Europe/Berlin';
    const plus = (amount: number, unit: 'week' | 'hour' | 'minute' | 'second') =>
      addToWall('2026-03-28T12:00:00', { amount, unit }, zone);
    expect([plus(1, 'week'), plus(24, 'hour'), plus(24 * 60, 'minute'), plus(24 * 3600, 'second')]).toEqual([
      '2026-04-04T12:00:00',
      '2026-03-29T13:00:00',
      '2026-03-29T13:00:00',
      '2026-03-29T13:00:00',
    ]);
    expect(addToDate('2026-03-28', { amount: -2, unit: 'week' })).toBe('2026-03-14');
    const secondOccurrence = utc('2026-10-25T01:30:00');
    expect(addToInstant(secondOccurrence, { amount: 0, unit: 'day' }, zone)).toBe(secondOccurrence);
    expect(() => addToDate('2026-01-31', { amount: 1, unit: 'second' })).toThrow('not seconds.');
  });

  test('a month ends with its last day', () => {
    expect(addToDate('2026-01-31', { amount: 1, unit: 'month' })).toBe('2026-02-28');
    expect(addToDate('2028-03-31', { amount: -1, unit: 'month' })).toBe('2028-02-29');
    expect(addToDate('2026-11-30', { amount: 3, unit: 'month' })).toBe('2027-02-28');
    expect(() => addToDate('2026-01-31', { amount: 1, unit: 'hour' })).toThrow(
      'A date takes days, weeks or months, not hours.',
    );
    expect(() => addToDate('9999-12-31', { amount: 1, unit: 'day' })).toThrow(RangeError);
  });

  test('days are counted from the first to the second date', () => {
    expect(daysBetween('2026-03-07', '2026-03-10')).toBe(3);
    expect(daysBetween('2026-03-10', '2026-03-07')).toBe(-3);
  });

  test('dates lie in the years 0 to 9999', () => {
    const outside = 'The date lies outside of the years 0 to 9999.';
    expect(addToDate('0000-01-02', { amount: -1, unit: 'day' })).toBe('0000-01-01');
    expect(addToDate('9999-12-30', { amount: 1, unit: 'day' })).toBe('9999-12-31');
    expect(() => addToDate('0000-01-01', { amount: -1, unit: 'day' })).toThrow(outside);
    expect(() => addToDate('9999-12-31', { amount: 1, unit: 'day' })).toThrow(outside);
  });

  test.each(['2026-02-30', '2026-2-3', '2026-13-01', '20260301', '+012026-03-07', ''])('%j is no date', (text) => {
    expect(isDate(text)).toBe(false);
  });

  test('wall clocks may lack seconds or the T, and nothing else', () => {
    expect(['2026-03-07T10:00:00', '2026-03-07 10:00', '2026-03-07T10:00:00.5'].map(isWall)).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ['2026-03-07', '2026-03-07T24:00', '2026-03-07T10', '2026-03-07T10:60', '2026-03-07T10:00Z'].map(isWall),
    ).not.toContain(true);
    expect(['2026-02-30T10:00', '+012026-03-07T10:00', '2026-03-07T10:00:00.5s'].map(isWall)).not.toContain(true);
    expect(() => instantOfWall('ten o’clock', 'UTC')).toThrow(
      '"ten o’clock" is not a date and time. Write it as 2026-03-07T10:00:00.',
    );
  });

  test('seconds and their parts count, down to the millisecond', () => {
    const ten = utc('2026-03-07T10:00:00');
    const at = (seconds: string) => instantOfWall(`2026-03-07T10:00${seconds}`, 'UTC') - ten;
    expect(['', ':07', ':07.5', ':07.25', ':07.125', ':07.1259'].map(at)).toEqual([0, 7000, 7500, 7250, 7125, 7125]);
  });

  test('texts that are no datetimes are refused', () => {
    const clocks = ['soon', '2026-02-30T10:00:00Z', '10:00', '2026-03-07T10:00:00Z+01:00'];
    const offsets = ['+25', '+15:00', '+24:00', '+99:99', '+05:60', '+1:00', 'z', '+01:00 '];
    for (const text of [...clocks, ...offsets.map((offset) => `2026-03-07T10:00:00${offset}`)])
      expect(() => instantOf(text, 'UTC'), text).toThrow(RangeError);
  });

  test('an offset names the instant in every zone', () => {
    const at = (offset: string) => instantOf(`2026-03-07T10:00:00${offset}`, 'Asia/Tokyo');
    expect(['Z', '+00:00', '+0530', '-03:30', '+14:00', '-00:30'].map(at)).toEqual(
      ['07T10:00', '07T10:00', '07T04:30', '07T13:30', '06T20:00', '07T10:30'].map((time) => utc(`2026-03-${time}:00`)),
    );
    const written = ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati', 'America/New_York'].map((zone) =>
      isoOf(utc('2026-03-07T10:00:00'), zone),
    );
    expect(written).toEqual([
      '2026-03-07T10:00:00+00:00',
      '2026-03-07T15:30:00+05:30',
      '2026-03-07T06:30:00-03:30',
      '2026-03-08T00:00:00+14:00',
      '2026-03-07T05:00:00-05:00',
    ]);
    for (const text of written) expect(instantOf(text, 'UTC')).toBe(utc('2026-03-07T10:00:00'));
  });
});
