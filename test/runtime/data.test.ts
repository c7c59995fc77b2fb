import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arm,
  base,
  date,
  datetime,
  fromNow,
  instant,
  integer,
  is,
  isOneOf,
  isSet,
  now,
  numeric,
  splitArm,
  text,
  today,
  truth,
} from '../../runtime/data/index.ts';
import { orMissing } from '../../runtime/data/operand.ts';
import type { Reader } from '../../runtime/data/types.ts';
import { trials } from '../effort.ts';

function reader(zone = 'Europe/Berlin', at = Date.UTC(2026, 2, 7, 9)): Reader {
  const none = { name: null, status: null, reason: null, channel: null, result: () => null };
  return {
    now: at,
    zone,
    participant: {},
    profile: { external_id: '42' },
    communication: null,
    result: () => null,
    named: () => none,
  };
}
const r = reader();
const missing = [null, undefined] as const;

describe('with a missing side', () => {
  const families = [
    ['integer', integer, 3],
    ['numeric', numeric, '3.5'],
    ['text', text, 'a'],
    ['date', date, '2026-03-07'],
  ] as const;
  for (const [name, operations, present] of families) {
    const orders = [operations.eq, operations.lt, operations.le, operations.gt, operations.ge];
    test(`every comparison of ${name} is false`, () => {
      for (const gone of missing) {
        for (const compare of orders) {
          expect(compare(gone, present)).toBe(false);
          expect(compare(present, gone)).toBe(false);
          expect(compare(gone, gone)).toBe(false);
        }
        expect(operations.oneOf(gone, [present, null])).toBe(false);
      }
      // So that the above could fail.
      expect(operations.eq(present, present) && operations.le(present, present)).toBe(true);
    });
  }

  test('every comparison of datetime is false', () => {
    const at = '2026-03-07T10:00:00';
    for (const gone of missing) {
      for (const compare of [datetime.eq, datetime.lt, datetime.le, datetime.gt, datetime.ge]) {
        expect(compare(r, gone, at)).toBe(false);
        expect(compare(r, at, gone)).toBe(false);
      }
    }
  });

  test('members and booleans are not equal, not even to each other', () => {
    for (const gone of missing) {
      expect(is(gone, 'promised')).toBe(false);
      expect(is(gone, gone)).toBe(false);
      expect(is(false, gone)).toBe(false);
      expect(isOneOf(gone, ['a', null])).toBe(false);
      expect(truth(gone)).toBe(false);
      expect(isSet(gone)).toBe(false);
    }
    expect([isSet(false), isSet(0), isSet('')]).toEqual([true, true, true]);
  });

  test('arithmetic is missing', () => {
    for (const gone of missing) {
      for (const { plus, minus, times } of [integer, numeric]) {
        for (const operation of [plus, minus, times]) {
          expect(operation(gone, 1)).toBeNull();
          expect(operation(1, gone)).toBeNull();
        }
      }
      expect(numeric.dividedBy(gone, 2)).toBeNull();
      expect(integer.negated(gone)).toBeNull();
      expect(date.plus(gone, 1, 'day')).toBeNull();
      expect(date.minusDate(gone, '2026-03-07')).toBeNull();
      expect(date.at(gone, '10:00')).toBeNull();
      expect(datetime.plus(r, gone, 1, 'hour')).toBeNull();
      expect(instant(r, gone)).toBeNull();
      expect(base(gone)).toBeNull();
    }
  });
});

describe('comparisons', () => {
  const inBerlin = {
    eq: datetime.eq.bind(null, r),
    lt: datetime.lt.bind(null, r),
    le: datetime.le.bind(null, r),
    gt: datetime.gt.bind(null, r),
    ge: datetime.ge.bind(null, r),
    oneOf: datetime.oneOf.bind(null, r),
  };
  test.each([
    ['integer', integer, [-7, 0, 3, 10]],
    ['numeric', numeric, ['-1e2', '-0.5', 0, '0.10', 3, '10']],
    ['text', text, ['', 'A', 'B', 'Ba', 'a']],
    ['date', date, ['2025-12-31', '2026-01-01', '2026-01-10']],
    ['datetime', inBerlin, ['2026-03-07', '2026-03-07T00:30:00', '2026-03-07T00:00:00Z', '2026-03-07T01:00:01']],
  ] as const)('of %s follow the order of its values', (_, operations, ascending) => {
    for (const [i, a] of ascending.entries())
      for (const [j, b] of ascending.entries()) {
        const { eq, lt, le, gt, ge, oneOf } = operations;
        const found = [eq(a, b), lt(a, b), le(a, b), gt(a, b), ge(a, b), oneOf(a, [b]), oneOf(a, [null, b])];
        expect(found, `${a} and ${b}`).toEqual([i === j, i < j, i <= j, i > j, i >= j, i === j, i === j]);
      }
  });

  test('of members and booleans ask for the very value', () => {
    expect([is('gold', 'gold'), is(false, false), is('gold', 'silver'), is(true, false)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([isOneOf('b', ['a', 'b']), isOneOf('c', ['a', 'b']), isOneOf('a', [])]).toEqual([true, false, false]);
    expect([true, false, null, undefined].map(truth)).toEqual([true, false, false, false]);
  });

  test('what is not of the type is missing', () => {
    expect([date.eq('soon', 'soon'), date.eq(20260307, 20260307), inBerlin.eq('soon', 'soon')]).toEqual([
      false,
      false,
      false,
    ]);
    expect([datetime.of(null), numeric.json(null), numeric.json('abc'), integer.minus('x', 1)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test('an error of our own is not taken for a missing value', () => {
    const fails = () => {
      throw new TypeError('our bug');
    };
    expect(() => orMissing(fails)).toThrow('our bug');
  });
});

describe('numbers', () => {
  test.each([
    [numeric.plus('0.1', '0.2'), '0.3'],
    [numeric.times('12.50', 2), '25'],
    [numeric.dividedBy(1, 3), '0.3333333333333333333333333333333333'],
    [numeric.dividedBy('1', '0'), null],
    [numeric.dividedBy(1, 0), null],
    [numeric.minus('1e3', '0.5'), '999.5'],
    [numeric.plus('0.0000000000000000000000000000000001', 0), '0.0000000000000000000000000000000001'],
    // Half-even at the 34th digit.
    [numeric.plus('1.0000000000000000000000000000000005', 0), '1'],
    [
      numeric.plus('1.000000000000000000000000000000001', '0.0000000000000000000000000000000005'),
      '1.000000000000000000000000000000002',
    ],
    [numeric.negated('0'), '0'],
    [numeric.of(5), '5'],
    [numeric.of('abc'), null],
    [numeric.of(''), null],
    [integer.plus(2, 3), 5],
    [integer.minus(0, 0), 0],
    [numeric.json('0.1'), 0.1],
    [numeric.json('0.12345678901234567890123'), '0.12345678901234567890123'],
  ])('%# gives %s', (actual, expected) => {
    expect(actual).toBe(expected);
  });

  test('compare by value, not by writing', () => {
    expect(numeric.eq('12.50', '12.5')).toBe(true);
    expect(numeric.lt('9', '10')).toBe(true);
    expect(numeric.ge(10, '9.99')).toBe(true);
  });

  test('agree with exact arithmetic on integers', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        expect(numeric.plus(a, b)).toBe((BigInt(a) + BigInt(b)).toString());
        expect(numeric.times(a, b)).toBe(product(a, b));
        expect(numeric.minus(a, b)).toBe((BigInt(a) - BigInt(b)).toString());
      }),
      trials(100),
    );
  });
});

/** Exact where it has at most 34 digits: two safe integers have 32. */
function product(a: number, b: number): string {
  return (BigInt(a) * BigInt(b)).toString();
}

describe('text', () => {
  test('compares case-sensitively after NFC', () => {
    expect(text.eq('Zoë', 'Zoe\u0308')).toBe(true);
    expect(text.eq('a', 'A')).toBe(false);
    expect(text.contains('caf\u00e9 noir', 'e\u0301')).toBe(true);
    expect(text.contains('Zoe', 'o')).toBe(true);
    expect(text.contains('Zoe', 'O')).toBe(false);
    expect(text.contains('Zoe', '')).toBe(true);
    for (const gone of missing) expect([text.contains(gone, 'a'), text.contains('a', gone)]).toEqual([false, false]);
  });
});

describe('dates', () => {
  test.each([
    [date.plus('2026-01-31', 1, 'month'), '2026-02-28'],
    [date.minus('2026-03-10', 3, 'days'), '2026-03-07'],
    [date.plus('2026-03-07', 2, 'weeks'), '2026-03-21'],
    [date.plus('2026-02-30', 1, 'day'), null],
    [date.plus('9999-12-31', 1, 'day'), null],
    [date.plus('2026-03-07', 1, 'hour'), null],
    [date.minusDate('2026-03-10', '2026-03-07'), 3],
    [date.minusDate('2026-03-07', '2026-03-10'), -3],
    [date.at('2026-03-07', '10:00'), '2026-03-07T10:00:00'],
    [datetime.of('2026-03-07'), '2026-03-07T00:00:00'],
    // Wall clocks stay such; the night of 29 March has no 02:30 in Berlin.
    [datetime.plus(r, '2026-03-28T02:30:00', 1, 'day'), '2026-03-29T03:00:00'],
    [datetime.plus(r, '2026-03-28T10:00:00', 24, 'hours'), '2026-03-29T11:00:00'],
    [datetime.plus(r, '2026-03-28T10:00:00', 1, 'day'), '2026-03-29T10:00:00'],
    [datetime.minus(r, '2026-03-07T10:00:00Z', 30, 'minutes'), '2026-03-07T09:30:00Z'],
    [datetime.plus(r, '2026-03-07', 2, 'hours'), '2026-03-07T02:00:00'],
    // 02:30 occurs twice on 25 October: the second one needs its offset.
    [datetime.plus(r, '2026-10-25T01:30:00', 2, 'hours'), '2026-10-25T01:30:00Z'],
    [datetime.plus(r, 'tomorrow', 2, 'hours'), null],
  ])('%# gives %s', (actual, expected) => {
    expect(actual).toBe(expected);
  });

  test('today is the local date, now needs no zone', () => {
    const late = Date.UTC(2026, 2, 7, 23, 30);
    expect(today(reader('Europe/Berlin', late))).toBe('2026-03-08');
    expect(today(reader('America/New_York', late))).toBe('2026-03-07');
    expect(now(reader('Asia/Tokyo', late))).toBe('2026-03-07T23:30:00Z');
  });

  test('a datetime without offset is wall clock in the scheduling timezone', () => {
    const ten = '2026-03-07T10:00:00';
    expect(instant(reader('Europe/Berlin'), ten)).toBe(Date.UTC(2026, 2, 7, 9));
    expect(instant(reader('Asia/Tokyo'), ten)).toBe(Date.UTC(2026, 2, 7, 1));
    expect(datetime.eq(reader('Europe/Berlin'), ten, '2026-03-07T09:00:00Z')).toBe(true);
    expect(datetime.lt(reader('Europe/Berlin'), '2026-03-07', ten)).toBe(true);
  });

  test('days from now keep the wall clock over a change of offset', () => {
    const before = reader('Europe/Berlin', Date.UTC(2026, 2, 28, 9));
    expect(fromNow(before, 1, 'day')).toBe(Date.UTC(2026, 2, 29, 8));
    expect(fromNow(before, 24, 'hours')).toBe(Date.UTC(2026, 2, 29, 9));
  });

  test.each([
    ['2026-03-07', { kind: 'date', date: '2026-03-07' }],
    ['2026-03-07T10:00:00', { kind: 'wall', wall: '2026-03-07T10:00:00' }],
    ['2026-03-07T10:00:00Z', { kind: 'instant', at: Date.UTC(2026, 2, 7, 10) }],
    ['2026-03-07T10:00:00+01:00', { kind: 'instant', at: Date.UTC(2026, 2, 7, 9) }],
    ['soon', null],
  ])('a plan counts from %s as what it is', (written, expected) => {
    expect(base(written)).toEqual(expected);
  });
});

test.each([' 0', '1 ', '\t2', '\u00a03', '0x1f', '1_000', 'Infinity', 'NaN', '١'])(
  'the text %j is no number',
  (text) => {
    expect(numeric.of(text)).toBe(null);
    expect(numeric.eq(text, text)).toBe(false);
    expect(integer.plus(text, 1)).toBe(null);
  },
);

test('no operation throws, whatever the record holds', () => {
  const nearlyNumber = fc.string({ unit: fc.constantFrom(...' +-.019eExX_\t\u00a0') });
  const value = fc.oneof(
    fc.string(),
    nearlyNumber,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constant('2026-03-07'),
  );
  const unit = fc.constantFrom('day', 'months', 'hours', 'seconds' as const);
  fc.assert(
    fc.property(value, value, fc.integer(), unit, (a, b, amount, each) => {
      for (const kind of [integer, numeric, text, date]) for (const operation of [kind.eq, kind.lt]) operation(a, b);
      for (const { plus, times } of [integer, numeric]) for (const operation of [plus, times]) operation(a, b);
      numeric.dividedBy(a, b);
      date.plus(a, amount, each);
      date.minusDate(a, b);
      datetime.plus(r, a, amount, each);
      datetime.lt(r, a, b);
      fromNow(r, amount, each);
      base(a);
    }),
    trials(500),
  );
});

describe('arms', () => {
  test('a match gives the number of its arm, without telling the value', () => {
    expect(arm('blue', [['red'], ['green', 'blue']])).toBe(1);
    expect(arm('red', [['red'], ['green', 'blue']])).toBe(0);
    expect(arm('black', [['red']])).toBeNull();
    expect(arm(null, [['red']])).toBeNull();
  });

  test('a split takes its share, keeps people where they are, and moves only those between the borders', () => {
    const people = Array.from({ length: 4000 }, (_, n) => ({ ...r, profile: { external_id: `p${n}` } }));
    const key = ['acme', 'nurture', 'GREETING'];
    const half = people.map((person) => splitArm(person, key, [50]));
    const share = half.filter((each) => each === 0).length / people.length;
    expect(share).toBeGreaterThan(0.46);
    expect(share).toBeLessThan(0.54);
    const more = people.map((person) => splitArm(person, key, [60]));
    expect(half.every((each, n) => each !== 0 || more[n] === 0)).toBe(true);
    expect(people.map((person) => splitArm(person, key, [50]))).toEqual(half);
    expect(people.every((person) => splitArm(person, key, [30, 100]) !== null)).toBe(true);
  });
});
