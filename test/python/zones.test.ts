/** A wall clock is the same instant in a script and in the kernel, whatever timezone data Python has. */
import { describe, expect, it } from 'vitest';
import type { PythonCall } from '../../runtime/python/port.ts';
import { zoneFile } from '../../runtime/python/zone-file.ts';
import { instantOf } from '../../runtime/time/calendar.ts';
import { offsetAt } from '../../runtime/time/offsets.ts';
import { body, callOf, closeAfterAll, fieldsOf, poolOf } from './support.ts';

const pool = closeAfterAll(poolOf('plain', { size: 1 }));
const sandboxed = closeAfterAll(poolOf('sandbox', { size: 1 }));
const at = (zone: string, wall: string): Partial<PythonCall> => ({
  zone,
  participant: { at: wall },
  types: { at: { kind: 'datetime' } },
});
/** Those in which Node's and Python's data differed when this was found, and others of every sort. */
const zones = [
  'America/Vancouver',
  'America/Edmonton',
  'Africa/Casablanca',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Cairo',
  'Antarctica/Troll',
  'America/Santiago',
  'Pacific/Apia',
  'UTC',
  'Etc/GMT+5',
  'US/Eastern',
];

describe.each(zones)('%s', (zone) => {
  it('is for scripts what it is for the kernel, week by week', async () => {
    const walls = Array.from({ length: 52 * 12 }, (_, week) =>
      new Date(Date.UTC(2020, 0, 1, 12) + week * 7 * 86_400_000).toISOString().slice(0, 19),
    );
    const script = body(
      'from datetime import datetime',
      'zone = participant["at"].tzinfo',
      'return {"instants": ",".join(str(int(datetime.fromisoformat(w).replace(tzinfo=zone).timestamp())) for w in params["walls"])}',
    );
    const outcome = await pool.call(callOf(script, { ...at(zone, '2026-12-10T10:00:00'), params: { walls } }));
    expect(String(fieldsOf(outcome).instants).split(',')).toEqual(walls.map((w) => String(instantOf(w, zone) / 1000)));
  });

  it('has every change of offset, to the second', () => {
    const changes = changesIn(Buffer.from(zoneFile(zone), 'base64'));
    for (const change of changes) {
      expect(offsetAt(zone, change.at)).toBe(change.offset);
      if (change !== changes[0]) expect(offsetAt(zone, change.at - 1000)).not.toBe(change.offset);
    }
    // Between two changes nothing moves: a change that was passed over would show.
    for (let day = Date.UTC(2000, 0, 1); day < Date.UTC(2040, 0, 1); day += 3 * 86_400_000)
      expect(offsetAt(zone, day)).toBe(changes.findLast((change) => change.at <= day)?.offset);
  });
});

/** The part of a TZif file that has 64 bits for an instant. */
function changesIn(file: Buffer): { at: number; offset: number }[] {
  const start = 44 + 7 + 44;
  const count = file.readInt32BE(start - 12);
  const kinds = start + 9 * count;
  return Array.from({ length: count }, (_, index) => ({
    at: Number(file.readBigInt64BE(start + 8 * index)) * 1000,
    offset: file.readInt32BE(kinds + 6 * file[start + 8 * count + index]!) * 1000,
  }));
}

it('has abbreviations and summer time as the timezone database has them', async () => {
  const looks = body(
    'from datetime import datetime',
    'from zoneinfo import ZoneInfo',
    'zone = participant["at"].tzinfo',
    'return {str(month): "%s %s" % (at.tzname(), bool(at.dst())) for month in (1, 7) for at in [datetime(2025, month, 1, tzinfo=zone)]}',
  );
  const named: Readonly<Record<string, readonly [string, string]>> = {
    'Europe/Berlin': ['CET False', 'CEST True'],
    'America/New_York': ['EST False', 'EDT True'],
    'Europe/London': ['GMT False', 'BST True'],
    'Asia/Kolkata': ['+0530 False', '+0530 False'],
    'Asia/Dubai': ['+04 False', '+04 False'],
    UTC: ['UTC False', 'UTC False'],
  };
  for (const [zone, [winter, summer]] of Object.entries(named))
    expect([zone, fieldsOf(await pool.call(callOf(looks, at(zone, '2026-12-10T10:00:00'))))]).toEqual([
      zone,
      { 1: winter, 7: summer },
    ]);
});

describe('a datetime in a script', () => {
  it.each([
    ['a wall clock', '2026-12-10T10:00'],
    ['with seconds', '2026-12-10T10:00:00'],
    ['an instant', '2026-12-10T18:00:00Z'],
    ['an instant with an offset', '2026-12-10T10:00:00-08:00'],
    ['one that occurs twice', '2025-11-02T01:30:00'],
    ['one that does not exist', '2025-03-09T02:30:00'],
    ['far in the future', '2199-06-01T10:00:00'],
  ])('that is returned unchanged does not move: %s', async (_what, text) => {
    const unchanged = body(
      'import copy, pickle',
      'at = participant["at"]',
      'return {"at": at, "other": copy.deepcopy(at), "third": pickle.loads(pickle.dumps(at))}',
    );
    const outcome = await sandboxed.call(callOf(unchanged, at('America/Vancouver', text)));
    expect(fieldsOf(outcome)).toEqual({ at: text, other: text, third: text });
  });

  it('that is moved keeps its wall clock over a change of offset, as the kernel does', async () => {
    const moved = body('from datetime import timedelta', 'return {"at": participant["at"] + timedelta(days=2)}');
    const outcome = await sandboxed.call(callOf(moved, at('Europe/Berlin', '2026-10-24T10:00:00')));
    expect(fieldsOf(outcome)).toEqual({ at: '2026-10-26T10:00:00+01:00' });
  });

  it('has a timezone that behaves like any other', async () => {
    const looks = body(
      'from datetime import datetime, timezone',
      'from zoneinfo import ZoneInfo',
      'zone = participant["at"].tzinfo',
      'utc = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)',
      'return {"key": zone.key, "text": str(zone), "same": ZoneInfo("America/Vancouver") is zone,',
      '        "local": utc.astimezone(zone).isoformat(), "other": utc.astimezone(ZoneInfo("Asia/Tokyo")).isoformat(),',
      '        "back": participant["at"].astimezone(timezone.utc).isoformat(), "named": participant["at"].tzname()}',
    );
    const outcome = await sandboxed.call(callOf(looks, at('America/Vancouver', '2026-12-10T10:00:00')));
    const back = new Date(instantOf('2026-12-10T10:00:00', 'America/Vancouver'))
      .toISOString()
      .replace('.000Z', '+00:00');
    expect(fieldsOf(outcome)).toEqual({
      key: 'America/Vancouver',
      text: 'America/Vancouver',
      same: true,
      local: '2026-07-01T05:00:00-07:00',
      other: '2026-07-01T21:00:00+09:00',
      back,
      named: expect.stringMatching(/^(P[SD]T|-0[78])$/),
    });
  });
});
