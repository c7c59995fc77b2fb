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
    ['if paid && n > 1 { stop }', '`&&` means nothing here. Write `and`.'],
    ['if paid || n > 1 { stop }', 'Expected `{`, but found `|`. Write `or`.'],
    ['if !paid { stop }', '`!` means nothing here. Write `not`.'],
    ['if n === 1 { stop }', 'A value is missing after `==`: found `=`. Write `==`.'],
    ['if n <> 1 { stop }', 'A value is missing after `<`: found `>`. Write `!=`.'],
    ['if n is null { stop }', 'Expected `set`, but found `null`. Write `is not set`.'],
    ['if paid is true { stop }', 'Expected `set`, but found `true`. Write the field alone: `if paid { stop }`.'],
    ['if paid then stop', 'Expected `{`, but found `then`. Write `{` instead: `if paid { stop }`.'],
    ['if paid { stop } elif n > 1 { stop }', '`elif` begins nothing that may stand in a flow. Write `else if`.'],
    ['if 1 < n < 3 { stop }', 'Expected `{`, but found `<`. Comparisons do not chain: write `1 < n and n < 3`.'],
    ['match kind { x | y -> stop }', 'Expected `->`, but found `|`. Write a comma between members.'],
    ['match kind { x: stop  else -> stop }', 'Expected `->`, but found `:`. Write `->`.'],
    ['match kind { x => stop  else -> stop }', 'Expected `->`, but found `=`. Write `->`.'],
    ['stop;', '`;` means nothing here. Remove it: a line ends by itself.'],
    ['# a comment', '`#` means nothing here. A comment begins with `//`.'],
    ['wait for paid upto 3 days', 'Expected the next statement after `paid`, but found `upto`. Write `up to`.'],
    [
      'voice CALL { agent: a  at: now  window: any time  duration: 1 hour  phone: +49301234567 }',
      'Expected a value, but found `+`. Write the number without `+`, or in quotes if it is a phone number.',
    ],
    [
      'email B { agent: a  at: now  window: 09:00–18:00  duration: 1 hour  template: "hello" }',
      '`–` means nothing here. Write `-`.',
    ],
    ['set n = “1”', '`“` means nothing here. Write straight double quotes: `"…"`.'],
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
    ['set n = 1 m = 2', 'Expected the next statement after `1`, but found `m`.'],
    ['send HELLO, HELLO', 'Expected the next statement after `HELLO`, but found `,`.'],
    [
      'email B { agent: a  at: now  window: any time except c  duration: 1 hour  template: "hello" }',
      'Expected the next setting after `time`, but found `except`.',
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
    'Expected the next statement after `"he said "`, but found `hi`. Quotes inside of a text are written `\\"`, and inside of `{{ … }}` single ones: `{{ name | default: \'there\' }}`.',
  );
});

describe('a word without its name does not take that of the next line', () => {
  test.each([
    ['send\n  stop', 'Expected a name, but found `stop`. It is written `send NAME`, once for each communication.'],
    ['to\n  stop', 'Expected a name, but found `stop`. It is written `to flow`.'],
    [
      'cancel\n  stop',
      'Expected a name, but found `stop`. It is written `cancel communications` or `cancel NAME, OTHER`.',
    ],
  ])('%j', (statements, message) => expect(said(statements)).toEqual([message]));
});

describe('what no run reaches', () => {
  test.each([
    ['stop send HELLO', '`stop`'],
    ['if paid { stop } else { stop } send HELLO', 'each branch of the `if`'],
    ['match kind { x -> stop  else -> { set n = 1  stop } } send HELLO', 'each arm of the `match`'],
    ['split S { 50% -> stop  else -> stop } send HELLO', 'each arm of the `split`'],
    ['if paid { if n > 1 { stop } else { stop } } else { stop } send HELLO', 'each branch of the `if`'],
  ])('%s', (statements, why) =>
    expect(said(statements)).toEqual([
      `This is never reached: ${why} before it ends the run. Remove it, or move it up.`,
    ]),
  );

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
      '`result` is all that a conversation gave, not a value. Write one result, such as `result.outcome`.',
    ],
    [
      'if HELLO.result is set { stop }',
      '`HELLO.result` is all that a conversation gave, not a value. Write one result, such as `HELLO.result.outcome`.',
    ],
    [
      'if communication { stop }',
      '`communication` is a communication, not a value. Write `communication.status`, `communication.reason` or `result.…`.',
    ],
    [
      'if participant is set { stop }',
      '`participant` is the whole record, not a value. Write one of its fields, such as `participant.due_date`.',
    ],
    [
      'if participant.paid.x { stop }',
      'There is no part of `participant.paid` called `x`. Values have no parts: write `participant.paid`.',
    ],
    [
      'if HELLO.status.x is set { stop }',
      'There is no part of `HELLO.status` called `x`. Values have no parts: write `HELLO.status`.',
    ],
    [
      'if communication.status.x.y is set { stop }',
      'There is no part of `communication.status` called `x`. Values have no parts: write `communication.status`.',
    ],
    [
      'if HELLO.nothing.x is set { stop }',
      'There is no property of a communication called `nothing`. There are `name`, `status`, `reason`, `channel` and `result`.',
    ],
    ['if HELLO.result.x is set { stop }', 'There is no result `x`. Declare it in `results { … }` of agent `a`.'],
    [
      'if HELLO.stauts == Failed { stop }',
      'There is no property of a communication called `stauts`. Did you mean `status`?',
    ],
  ])('%s', (statements, message) => expect(said(statements)).toEqual([message]));
});

describe('what has no value cannot be computed with or compared', () => {
  test.each([
    [
      'set n = none + 1',
      '`+` cannot stand between `none` (`none`) and `1` (an integer). Allowed are number with number, date with duration, and date minus date.',
    ],
    [
      'if n * none > 1 { stop }',
      '`*` cannot stand between `n` (an integer) and `none` (`none`). Both sides must be numbers.',
    ],
    [
      'if n < none { stop }',
      '`n < none` has the same answer for everybody: no value compares with `none`. Write `n is not set`.',
    ],
    [
      'if none != n { stop }',
      '`none != n` has the same answer for everybody: no value compares with `none`. Write `n is set`.',
    ],
  ])('%s', (statements, message) => expect(said(statements)).toEqual([message]));
});

describe('days', () => {
  const all = '`mon`, `tue`, `wed`, `thu`, `fri`, `sat` and `sun`';
  test.each([
    ['weekdays-sat', `\`weekdays\` is no day of the week. There are ${all}.`],
    ['sat-weekend', `\`weekend\` is no day of the week. There are ${all}.`],
    ['Monday', '`Monday` is no day of the week. Write `mon`.'],
    ['mon-Friday', '`Friday` is no day of the week. Write `fri`.'],
    ['weekday', '`weekday` is no day of the week. Did you mean `weekdays`?'],
  ])('%s', (days, message) =>
    expect(said('stop', 'n: integer = 0', `window hours: 09:00-18:00 on ${days}`)).toEqual([message]),
  );
});
