import { describe, expect, test } from 'vitest';
import { checkFiles } from './workspace.ts';

/** Codes and help for a campaign with these fields, and a flow with these statements. */
function said(fields: string, statements = 'stop', workspace = ''): readonly string[] {
  const { diagnostics } = checkFiles({
    'workspace.flow': `workspace acme { timezone: "Europe/Berlin" }\n${workspace}`,
    'pay/campaign.flow': `campaign pay\nparticipant {\n  ${fields}\n}\nflow f {\n  on participant created\n  ${statements}\n}\n`,
  });
  return diagnostics.map(({ code, help }) => `${code} ${help}`);
}

describe('constants that no field may hold are refused where they are written', () => {
  test.each([
    ['z: timezone', 'z', '"Berlin"', 'FLOW310 Write `"Europe/Berlin"`.'],
    ['e: email', 'e', '"nobody"', 'FLOW204 Write an e-mail address, such as ada@example.com.'],
    ['p: phone', 'p', '"12"', 'FLOW204 Write a phone number with its country code, such as +49 30 1234567.'],
    ['i: integer', 'i', '99999999999999999', 'FLOW233 The largest `integer` is 9007199254740991.'],
    ['n: numeric', 'n', '0.12345678901234567890123456789012345', 'FLOW233 A `numeric` has at most 34 digits.'],
  ])('%s = %s', (field, name, value, message) => {
    expect(said(`${field} = ${value}`)).toEqual([message]);
    expect(said(field, `set ${name} = ${value}`)).toEqual([message]);
  });

  test('system fields too', () => {
    expect(said('a: string', 'set timezone = "Mars"')).toEqual([
      'FLOW310 Write an IANA name such as `"Europe/Berlin"`.',
    ]);
  });

  test('those a field may hold are stored as an import would store them', () => {
    const { model, diagnostics } = checkFiles({
      'workspace.flow': 'workspace acme { timezone: "Europe/Berlin" }',
      'pay/campaign.flow':
        'campaign pay\nparticipant { p: phone = "0049 30 1234567"  d: datetime = 2026-01-01  z: timezone = "Europe/Berlin"  n: numeric = 12.50 }\n',
    });
    expect(diagnostics).toEqual([]);
    expect(model!.campaigns[0]!.participant.map((field) => field.default)).toEqual([
      '+49301234567',
      '2026-01-01T00:00:00',
      'Europe/Berlin',
      '12.50',
    ]);
  });
});

describe('words with a meaning are no names', () => {
  test.each([
    ['a: none | some', '', 'FLOW208 Choose another name, such as `none_value`.'],
    ['a: today | later', '', 'FLOW208 Choose another name, such as `today_value`.'],
    ['a: string', 'enum string: a | b', 'FLOW208 Choose another name, such as `string_value`.'],
    ['a: string', 'enum when: now | later', 'FLOW208 Choose another name, such as `now_value`.'],
  ])('%s %s', (field, workspace, message) => expect(said(field, 'stop', workspace)).toEqual([message]));
});

describe('durations', () => {
  test.each([
    ['wait 36525 days', []],
    ['wait 1200 months', []],
    ['wait 36526 days', ['FLOW304 For example: `wait 3 days` or `wait until due_date`.']],
    ['wait 999999999999999999 days', ['FLOW304 For example: `wait 3 days` or `wait until due_date`.']],
    ['wait 1.5 days', ['FLOW304 For example: `wait 3 days` or `wait until due_date`.']],
    ['wait 0 days', ['FLOW315 For example: `wait 3 days`.']],
    ['wait for due is set up to 0 days', ['FLOW315 For example: `up to 3 days`.']],
    ['wait until due + 1.5 days', ['FLOW204 Use a smaller unit, such as `90 minutes` or `36 hours`.']],
    ['if 3 days > 2 days { stop }', ['FLOW205 Compare dates instead: `due_date + 3 days < today`.']],
    ['if 3 days in (3 days) { stop }', ['FLOW204 Use a field or a result: `due_date in (…)`.']],
    ['if 3 days is set { stop }', ['FLOW204 Use a field or a result: `due_date is set`.']],
    ['if none is set { stop }', ['FLOW204 Use a field or a result: `due_date is set`.']],
    ['wait for 3 days', ['FLOW228 Write `wait 3 days` to let time pass, or a condition such as `paid` here.']],
    [
      'wait until now + (3 days + 2 hours)',
      ['FLOW205 Add them to the date one after the other: `due_date + 3 days + 2 hours`.'],
    ],
    ['if due + 3 > today { stop }', ['FLOW205 Add a unit: `+ 3 days` or `+ 2 hours`.']],
    [
      'python A { code: "x" params: { a: 3 days } }',
      ['FLOW304 For example: `params: { days: 3, until: due_date + 3 days }`.'],
    ],
  ])('%s', (statement, expected) => expect(said('due: date required', statement)).toEqual(expected));
});

describe('what was meant', () => {
  test.each([
    ['if due == "2026-03-07" { stop }', 'FLOW205 Write a date without quotes: `2026-03-07`.'],
    ['wait until "2026-03-07"', 'FLOW204 Write it without quotes: `2026-03-07`.'],
    [
      'wait for due is set up to 3',
      'FLOW204 Write `3 days`, `now`, `today`, or a date field such as `due_date - 3 days`.',
    ],
    ['wait for HELLO', 'FLOW202 Declare the communication, or correct the name.'],
    ['if kind contains "a" { stop }', 'FLOW205 Both sides must be strings.'],
    ['if seen - due > 1 { stop }', 'FLOW205 Only dates without a time can be subtracted from each other.'],
  ])('%s', (statement, message) =>
    expect(said('due: date required  seen: datetime  kind: a | b', statement)).toEqual([message]),
  );

  test.each([
    ['int', 'integer'],
    ['text', 'string'],
    ['bool', 'boolean'],
    ['number', 'numeric'],
    ['timestamp', 'datetime'],
  ])('a field of type %s', (type, meant) => expect(said(`a: ${type}`)).toEqual([`FLOW210 Write \`${meant}\`.`]));
});
