import { describe, expect, it } from 'vitest';
import { allowedText, readJson, readText, sameValue } from '../../runtime/model/field-types.ts';
import { type FieldType, fieldTypeNames, type Value } from '../../runtime/model/values.ts';

const type = (kind: (typeof fieldTypeNames)[number]): FieldType => ({ kind });
const outcome: FieldType = { kind: 'enum', members: ['promised', 'refused'] };

/** Text of a cell and the value it is; `undefined`: refused. */
const cells: readonly (readonly [FieldType, string, Value | undefined])[] = [
  [type('string'), '  a b ', 'a b'],
  [type('string'), 'Zoe\u0308', 'Zoë'],
  [type('string'), 'a\0b', undefined],
  [type('integer'), '007', 7],
  [type('integer'), '-0', 0],
  [type('integer'), '9007199254740992', undefined],
  [type('integer'), '1.0', undefined],
  [type('numeric'), '+012.50', '12.50'],
  [type('numeric'), '.5', '0.5'],
  [type('numeric'), '1e3', undefined],
  [type('numeric'), '1234567890123456789012345678901234', '1234567890123456789012345678901234'],
  [type('numeric'), '12345678901234567890123456789012345', undefined],
  ...['true', 'YES', '1'].map((word) => [type('boolean'), word, true] as const),
  ...['false', 'No', '0'].map((word) => [type('boolean'), word, false] as const),
  [type('boolean'), 'on', undefined],
  [type('boolean'), 'constructor', undefined],
  [type('date'), '2028-02-29', '2028-02-29'],
  [type('date'), '2026-02-29', undefined],
  [type('date'), '03/07/2026', undefined],
  [type('datetime'), '2026-03-07 10:00', '2026-03-07T10:00:00'],
  [type('datetime'), '2026-03-07T10:00:00+0100', '2026-03-07T10:00:00+01:00'],
  [type('datetime'), '2026-03-07T10:00Z', '2026-03-07T10:00:00Z'],
  [type('datetime'), '2026-03-07T10:00:07.25-05:00', '2026-03-07T10:00:07-05:00'],
  [type('datetime'), '2026-03-07', '2026-03-07T00:00:00'],
  [type('datetime'), '2026-03-07T10:00:00+15:00', undefined],
  [type('datetime'), '2026-03-07T10:00:00+01:00 or so', undefined],
  [type('datetime'), '2026-03-07T25:00', undefined],
  [type('email'), 'ada.l+x@mail.example.co', 'ada.l+x@mail.example.co'],
  [type('email'), 'a@b.c-d.co', 'a@b.c-d.co'],
  [type('email'), 'ada@-example.com', undefined],
  [type('email'), 'ada@example-.com', undefined],
  [type('email'), '.ada@example.com', undefined],
  [type('email'), 'ada.@example.com', undefined],
  [type('email'), `${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  [type('email'), `${'a'.repeat(65)}@example.com`, undefined],
  [type('email'), 'ada@localhost', undefined],
  [type('email'), 'ada@example.com,bob@example.com', undefined],
  [type('email'), 'Ada <ada@example.com>', undefined],
  [type('email'), 'a..b@example.com', undefined],
  [type('phone'), '0049 (30) 123-4567', '+49301234567'],
  [type('phone'), '030 1234567', undefined],
  [type('phone'), '+49 30 1234567 x5', undefined],
  [type('phone'), '1+49301234567', undefined],
  [type('phone'), '+12003004000', '+12003004000'],
  [type('phone'), '+0049301234567', undefined],
  [type('timezone'), 'America/New_York', 'America/New_York'],
  [type('timezone'), '+02:00', undefined],
  [outcome, 'promised', 'promised'],
  [outcome, 'Promised', undefined],
];

describe('a field type', () => {
  it.each(cells)('%o reads %j as %j', (fieldType, text, value) => {
    const expected = value === undefined ? { ok: false, allowed: allowedText(fieldType) } : { ok: true, value };
    expect(readText(fieldType, text)).toEqual(expected);
  });

  const trimmed = cells.filter(([, text]) => text === text.trim());
  it.each(trimmed)('%o takes %j from JSON as well, and gives %j', (fieldType, text, value) => {
    const expected = value === undefined ? { ok: false, allowed: allowedText(fieldType) } : { ok: true, value };
    expect(readJson(fieldType, text)).toEqual(expected);
  });

  it('keeps the spaces of a text from JSON, and takes an empty one for a text and for nothing else', () => {
    expect(readJson(type('string'), ' a ')).toEqual({ ok: true, value: ' a ' });
    for (const fieldType of [...fieldTypeNames.map(type), outcome])
      expect(readJson(fieldType, '')).toEqual({ ok: true, value: fieldType.kind === 'string' ? '' : null });
  });

  it('reads an empty cell as missing, whatever its type', () => {
    for (const fieldType of [...fieldTypeNames.map(type), outcome])
      expect(readText(fieldType, '  ')).toEqual({ ok: true, value: null });
  });

  it('takes JSON values of its kind only', () => {
    expect(readJson(type('integer'), 3)).toEqual({ ok: true, value: 3 });
    expect(readJson(type('integer'), 3.5)).toMatchObject({ ok: false });
    expect(readJson(type('boolean'), true)).toEqual({ ok: true, value: true });
    expect(readJson(type('boolean'), 1)).toMatchObject({ ok: false });
    expect(readJson(type('numeric'), 12.5)).toEqual({ ok: true, value: '12.5' });
    expect(readJson(type('numeric'), Number.POSITIVE_INFINITY)).toMatchObject({ ok: false });
    expect(readJson(type('numeric'), true)).toMatchObject({ ok: false });
    expect(readJson(type('string'), null)).toEqual({ ok: true, value: null });
    expect(readJson(type('string'), 5)).toMatchObject({ ok: false });
    expect(readJson(outcome, 5)).toMatchObject({ ok: false });
    expect(readJson(type('string'), '\ud800')).toMatchObject({ ok: false });
    expect(readJson(type('date'), { year: 2026 })).toMatchObject({ ok: false });
    expect(readJson(outcome, undefined)).toEqual({ ok: true, value: null });
  });

  it('compares numerics as numbers and a missing value as missing', () => {
    expect(sameValue(type('numeric'), '1.0', '1')).toBe(true);
    expect(sameValue(type('string'), '1.0', '1')).toBe(false);
    expect(sameValue(type('numeric'), undefined, null)).toBe(true);
    expect(sameValue(type('numeric'), '0', null)).toBe(false);
  });
});
