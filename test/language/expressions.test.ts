import { describe, expect, test } from 'vitest';
import { checkFiles } from './workspace.ts';

const workspace =
  'workspace acme { timezone: "Europe/Berlin" }\nchannel billing: email\nagent a { channels: billing  results { outcome: promised | refused  pay_by: date } }\n';
const participant = `campaign c
participant {
  due_date: date required
  seen: datetime = 2026-03-07 10:00
  amount: numeric = 12.50
  visits: integer = 0
  paid: boolean = false
  note: string = ""
  outcome: promised | refused | unreachable
  secret: string private
}
`;

/** The condition of an `if` of its own, and what is reported. */
function condition(text: string) {
  const flows = `flow f {\n  on participant created\n  email HELLO { agent: a  at: now  window: any time  duration: 1 hour  template: "t" }\n  if ${text} { stop }\n}\n`;
  const { model, diagnostics } = checkFiles({
    'workspace.flow': workspace,
    'c/a.flow': participant,
    'c/f.flow': flows,
    'c/templates/t.txt': '',
  });
  const statement = model!.campaigns[0]!.flows[0]!.body.find((other) => other.kind === 'if');
  return {
    condition: statement?.kind === 'if' ? statement.condition : null,
    codes: diagnostics.map((diagnostic) => diagnostic.code),
  };
}

describe('the words of an expression', () => {
  test.each([
    ['((paid))', 'paid'],
    ['visits   +  1 >= (2*3)', 'visits + 1 >= 2 * 3'],
    ['(paid and visits > 1) or (note == "x")', 'paid and visits > 1 or note == "x"'],
    ['paid and (visits > 1 or note == "x")', 'paid and (visits > 1 or note == "x")'],
    ['not (paid or visits == 1)', 'not (paid or visits == 1)'],
    ['visits - (1 - 2) > 0', 'visits - (1 - 2) > 0'],
    ['(visits - 1) - 2 > 0', 'visits - 1 - 2 > 0'],
    ['-visits < 1', '-visits < 1'],
    ['HELLO.status not in ( NoResponse,Failed )', 'HELLO.status not in (NoResponse, Failed)'],
    ['due_date at 10:00 < now', 'due_date at 10:00 < now'],
    ['due_date + 1 days == today', 'due_date + 1 day == today'],
    ['HELLO.result.outcome is  not  set', 'HELLO.result.outcome is not set'],
    ['note contains "a" or true', 'note contains "a" or true'],
  ])('%s → %s', (written, words) => {
    const { condition: resolved, codes } = condition(written);
    expect(codes).toEqual([]);
    expect(resolved!.text).toBe(words);
    expect(condition(words).condition!.text).toBe(words);
  });
});

describe('types', () => {
  test.each([
    'due_date < seen',
    'due_date - today <= 3',
    'amount * 2 / visits > 1.5',
    'due_date + 3 days == today',
    'due_date + 2 hours < now',
    'outcome == promised',
    'promised == outcome',
    'outcome == "promised"',
    '"promised" == outcome',
    '"b" > note',
    'outcome == result.outcome',
    'result.pay_by == due_date',
    'note < "b"',
    'participant.paid',
    'HELLO.reason == silence',
    'secret == "x"',
  ])('%s is a condition', (text) => {
    expect(condition(text).codes).toEqual([]);
  });

  test.each([
    ['due_date', 'FLOW228'],
    ['due_date + visits == today', 'FLOW205'],
    ['3 days + due_date == today', 'FLOW205'],
    ['outcome < promised', 'FLOW205'],
    ['outcome == late', 'FLOW207'],
    ['paid == 1', 'FLOW205'],
    ['note == none', 'FLOW215'],
    ['seen at 10:00 < now', 'FLOW204'],
    ['not visits', 'FLOW228'],
    ['seen - seen > 1', 'FLOW205'],
    ['3 days < 5 days', 'FLOW205'],
    ['10:00 == 11:00', 'FLOW205'],
    ['3 days is set', 'FLOW204'],
    ['3 days in (3 days, 2 days)', 'FLOW204'],
    ['visits in (3 days)', 'FLOW205'],
    ['HELLO.result.amount > 1', 'FLOW202'],
    ['HELLO.state == Failed', 'FLOW202'],
    ['HALLO.status == Failed', 'FLOW202'],
    ['2026-13-01 == today', 'FLOW226'],
    ['visits is 3', 'FLOW101'],
    ['not outcome == promised and visits not in (1, "a")', 'FLOW205'],
  ])('%s is refused as %s', (text, code) => {
    expect(condition(text).codes).toEqual([code]);
  });

  test('an expression over a private field is private, also inside', () => {
    expect(condition('secret == "x" and paid').condition).toMatchObject({ private: true });
    expect(condition('note == "x" and paid').condition).toMatchObject({ private: false });
  });
});

describe('a comparison that holds for missing values', () => {
  test.each([
    ['outcome != promised', ['FLOW214']],
    ['outcome is set and outcome != promised', []],
    ['visits != 3', []],
    ['outcome not in (promised)', ['FLOW214']],
  ])('%s', (text, codes) => {
    expect(condition(text).codes).toEqual(codes);
  });
});

describe('a field tested before the run goes on', () => {
  const codesOf = (first: string) => {
    const flow = `flow f {\n  on participant created\n  ${first}\n  if outcome != promised { stop }\n}\n`;
    const { diagnostics } = checkFiles({ 'workspace.flow': workspace, 'c/a.flow': participant, 'c/f.flow': flow });
    return diagnostics.map(({ code }) => code);
  };
  test.each(['if outcome is not set { stop }', 'if outcome is set { set note = "x" } else { stop }'])(
    'needs no second test after `%s`',
    (first) => expect(codesOf(first)).toEqual([]),
  );
  test.each(['if outcome is set { set note = "x" }', 'if visits == 3 { stop }'])(
    'needs one after `%s`, which lets the others through',
    (first) => expect(codesOf(first)).toEqual(['FLOW214']),
  );
});
