import { describe, expect, test } from 'vitest';
import { checkFiles } from './workspace.ts';

/** What is said of a flow with these statements: the message and what to do. */
function said(statements: string, fields = 'n: integer = 0', workspace = ''): readonly string[] {
  const { diagnostics } = checkFiles({
    'workspace.flow': `workspace acme { timezone: "Europe/Berlin" }
channel billing: email
channel office_line: voice
agent a { channels: billing, office_line }
${workspace}`,
    'pay/campaign.flow': `campaign pay
participant {
  paid: boolean = false
  kind: x | y
  ${fields}
}
email HELLO { agent: a  at: now  window: any time  duration: 1 hour  template: "hello" }
flow f {
  on participant created
  send HELLO
  ${statements}
}
`,
    'pay/templates/hello.txt': '',
  });
  return diagnostics.map(({ message, help }) => `${message} ${help}`);
}

describe('what other languages and word processors write', () => {
  test.each([
    ['if paid && n > 1 { stop }', 'Unexpected character `&&`. Write `and`.'],
    ['if paid || n > 1 { stop }', 'Expected `{`, but found `|`. Write `or`.'],
    ['if !paid { stop }', 'Unexpected character `!`. Write `not`.'],
    ['if n === 1 { stop }', 'Expected a value after `==`, but found `=`. Write `==`.'],
    ['if n <> 1 { stop }', 'Expected a value after `<`, but found `>`. Write `!=`.'],
    ['if n is null { stop }', 'Expected `set`, but found `null`. Write `is not set`.'],
    ['if paid is true { stop }', 'Expected `set`, but found `true`. Write only the field: `if paid { stop }`.'],
    ['if paid then stop', 'Expected `{`, but found `then`. Write `{` instead: `if paid { stop }`.'],
    ['if paid { stop } elif n > 1 { stop }', '`elif` is not a valid statement in a flow. Write `else if`.'],
    ['if 1 < n < 3 { stop }', 'Expected `{`, but found `<`. Comparisons cannot be chained: write `1 < n and n < 3`.'],
    ['match kind { x | y -> stop }', 'Expected `->`, but found `|`. Separate members with a comma.'],
    ['match kind { x: stop  else -> stop }', 'Expected `->`, but found `:`. Write `->`.'],
    ['match kind { x => stop  else -> stop }', 'Expected `->`, but found `=`. Write `->`.'],
    ['stop;', 'Unexpected character `;`. Remove it: a line needs no terminator.'],
    ['# a comment', 'Unexpected character `#`. Comments start with `//`.'],
    ['wait for paid upto 3 days', 'Unexpected `upto` after `paid`. Write `up to`.'],
    [
      'voice CALL { agent: a  at: now  window: any time  duration: 1 hour  phone: +49301234567 }',
      'Expected a value, but found `+`. Write the number without `+`, or put it in quotes if it is a phone number.',
    ],
    [
      'email B { agent: a  at: now  window: 09:00–18:00  duration: 1 hour  template: "hello" }',
      'Unexpected character `–`. Write `-`.',
    ],
    ['set n = “1”', 'Unexpected character `“`. Use straight double quotes: `"…"`.'],
  ])('%s', (statements, message) => expect(said(statements)).toEqual([message]));

  test('in declarations', () => {
    expect(said('stop', 'a string')).toEqual(['Expected `:` after `a`, but found `string`. Write `a: …`.']);
    expect(said('stop', 'a: "x" | "y"')).toEqual(['Expected a name, but found `"x"`. Write `x` without quotes.']);
    expect(said('stop', '', 'calendar c: 25.12.2026')).toEqual([
      'Expected a date, but found `25.12`. A calendar is written `calendar name: 2026-12-25, 2026-12-26`.',
    ]);
  });
});

describe('what stands behind a finished line is told as that', () => {
  test.each([
    ['set n = 1 m = 2', 'Unexpected `m` after `1`.'],
    ['send HELLO, HELLO', 'Unexpected `,` after `HELLO`.'],
    [
      'email B { agent: a  at: now  window: any time except c  duration: 1 hour  template: "hello" }',
      'Unexpected `except` after `time`.',
    ],
  ])('%s', (statements, message) => {
    const [only, ...more] = said(statements);
    expect(more).toEqual([]);
    expect(only).toContain(message);
  });
});

test('quotes inside of a text', () => {
  const [only, ...more] = said('set note = "he said "hi" twice"', 'note: string');
  expect(more).toEqual([]);
  expect(only).toBe(
    'Unexpected `hi` after `"he said "`. Inside a string, write a quote as `\\"`; inside `{{ … }}`, use single quotes: `{{ name | default: \'there\' }}`.',
  );
});

describe('a word without its name does not take that of the next line', () => {
  test.each([
    ['send\n  stop', 'Expected a name, but found `stop`. Write `send NAME`, once for each communication.'],
    ['to\n  stop', 'Expected a name, but found `stop`. Write `to flow`.'],
    ['cancel\n  stop', 'Expected a name, but found `stop`. Write `cancel communications` or `cancel NAME, OTHER`.'],
  ])('%j', (statements, message) => expect(said(statements)).toEqual([message]));
});

describe('what no run reaches', () => {
  test.each([
    ['stop send HELLO', 'the `stop` above always ends the run'],
    ['if paid { stop } else { stop } send HELLO', 'every branch of the `if` above ends the run'],
    ['match kind { x -> stop  else -> { set n = 1  stop } } send HELLO', 'every arm of the `match` above ends the run'],
    ['split S { 50% -> stop  else -> stop } send HELLO', 'every arm of the `split` above ends the run'],
    [
      'if paid { if n > 1 { stop } else { stop } } else { stop } send HELLO',
      'every branch of the `if` above ends the run',
    ],
  ])('%s', (statements, why) => expect(said(statements)).toEqual([`Unreachable: ${why}. Remove it, or move it up.`]));

  test.each(['if paid { stop } send HELLO', 'match kind { x -> stop  else -> set n = 1 } send HELLO'])(
    'but %s',
    (statements) => expect(said(statements)).toEqual([]),
  );
});

describe('what holds values and is none', () => {
  test.each([
    [
      'if HELLO { stop }',
      '`HELLO` is a communication, not a value. Write `HELLO.status`, `HELLO.reason` or `HELLO.result.…`.',
    ],
    [
      'if result { stop }',
      '`result` is all results of a conversation, not one value. Write one result, such as `result.outcome`.',
    ],
    [
      'if HELLO.result is set { stop }',
      '`HELLO.result` is all results of a conversation, not one value. Write one result, such as `HELLO.result.outcome`.',
    ],
    [
      'if communication { stop }',
      '`communication` is a communication, not a value. Write `communication.status`, `communication.reason` or `result.…`.',
    ],
    [
      'if participant is set { stop }',
      '`participant` is a whole record, not a value. Write one of its fields, such as `participant.due_date`.',
    ],
    ['if participant.paid.x { stop }', '`participant.paid` has no part `x`. Write `participant.paid`.'],
    ['if HELLO.status.x is set { stop }', '`HELLO.status` has no part `x`. Write `HELLO.status`.'],
    [
      'if communication.status.x.y is set { stop }',
      '`communication.status` has no part `x`. Write `communication.status`.',
    ],
    [
      'if HELLO.nothing.x is set { stop }',
      'A communication has no property `nothing`. Available: `name`, `status`, `reason`, `channel` and `result`.',
    ],
    ['if HELLO.result.x is set { stop }', 'Unknown result `x`. Declare it in `results { … }` of agent `a`.'],
    ['if HELLO.stauts == Failed { stop }', 'A communication has no property `stauts`. Did you mean `status`?'],
  ])('%s', (statements, message) => expect(said(statements)).toEqual([message]));
});

describe('what has no value cannot be computed with or compared', () => {
  test.each([
    [
      'set n = none + 1',
      '`+` does not work with `none` (`none`) and `1` (`integer`). Add or subtract two numbers, a date and a duration, or two dates.',
    ],
    [
      'if n * none > 1 { stop }',
      '`*` does not work with `n` (`integer`) and `none` (`none`). Both sides must be numbers.',
    ],
    [
      'if n < none { stop }',
      '`n < none` is the same for everyone: nothing can be compared with `none`. Write `n is not set`.',
    ],
    [
      'if none != n { stop }',
      '`none != n` is the same for everyone: nothing can be compared with `none`. Write `n is set`.',
    ],
  ])('%s', (statements, message) => expect(said(statements)).toEqual([message]));
});

describe('days', () => {
  const all = '`mon`, `tue`, `wed`, `thu`, `fri`, `sat` and `sun`';
  test.each([
    ['weekdays-sat', `Unknown day of the week \`weekdays\`. Available: ${all}.`],
    ['sat-weekend', `Unknown day of the week \`weekend\`. Available: ${all}.`],
    ['Monday', 'Unknown day of the week `Monday`. Write `mon`.'],
    ['mon-Friday', 'Unknown day of the week `Friday`. Write `fri`.'],
    ['weekday', 'Unknown day of the week `weekday`. Did you mean `weekdays`?'],
  ])('%s', (days, message) =>
    expect(said('stop', 'n: integer = 0', `window hours: 09:00-18:00 on ${days}`)).toEqual([message]),
  );
});
