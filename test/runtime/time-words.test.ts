import { describe, expect, test } from 'vitest';
import { anyTime, type Weekday, type Window } from '../../runtime/model/window.ts';
import { localDate } from '../../runtime/time/calendar.ts';
import { openingLabel } from '../../runtime/time/label.ts';
import { windowText } from '../../runtime/time/text.ts';
import { isZone, zoneLabel } from '../../runtime/time/zone.ts';

const daily: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const hour = 3_600_000;
const utc = (text: string) => Date.parse(`${text}Z`);

function window(times: string, days = daily, except: readonly string[] = []): Window {
  const [from, to] = times.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
  return [{ from: from!, to: to!, days, except }];
}

describe('zones and labels', () => {
  test.each(['UTC', 'Europe/Berlin', 'US/Eastern', 'Asia/Kolkata', 'America/Port-au-Prince', 'Etc/GMT+5'])(
    '%s is a zone',
    (name) => {
      expect(isZone(name)).toBe(true);
    },
  );

  test.each(['+02:00', 'utc+2', 'GMT+2', 'local', 'system', 'europe/berlin', 'Berlin', 'Europe/Berlin ', ''])(
    '%j is none',
    (name) => {
      expect(isZone(name)).toBe(false);
      expect(() => localDate(0, name)).toThrow('is not a timezone');
    },
  );

  test('a zone is called by its place', () => {
    expect(['America/New_York', 'America/Argentina/Buenos_Aires', 'UTC', 'Etc/GMT+5'].map(zoneLabel)).toEqual([
      'New York',
      'Buenos Aires',
      'UTC',
      'UTC-5',
    ]);
  });

  test('an opening has a year only when it is far away', () => {
    const at = utc('2026-03-09T13:00:00');
    expect(openingLabel(at, 'America/New_York', at - 300 * 24 * hour)).toBe('Mon 9 Mar 09:00 New York');
    expect(openingLabel(at, 'America/New_York', at - 301 * 24 * hour)).toBe('Mon 9 Mar 2026 09:00 New York');
  });

  test('windows read as they are written', () => {
    const office = [
      ...window('09:00-18:00', [1, 2, 3, 4]),
      ...window('09:00-14:00', [5], ['2026-12-25', '2026-12-26', '2027-01-01']),
    ];
    expect(windowText(office)).toBe('09:00-18:00 on mon-thu, 09:00-14:00 on fri except 2026-12-25 and 2 more days');
    expect(windowText(window('22:00-24:00', [1, 3, 6, 7]))).toBe('22:00-24:00 on mon, wed, sat-sun');
    expect(windowText(anyTime)).toBe('any time');
    expect(windowText(window('00:00-18:00'))).toBe('00:00-18:00');
    expect(windowText(window('00:00-24:00', [6, 7]))).toBe('00:00-24:00 on sat-sun');
    expect(windowText(window('00:00-24:00', daily, ['2026-12-25', '2026-12-26']))).toBe(
      '00:00-24:00 except 2026-12-25 and 1 more day',
    );
  });
});
