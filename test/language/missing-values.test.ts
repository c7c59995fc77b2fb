/** Where a missing value counts as different: warned about, unless somebody tested `is set`. */
import { describe, expect, test } from 'vitest';
import { checkFiles } from './workspace.ts';

/** The warnings of a campaign with these clauses and a flow with these statements. */
function messages(statements: string, clauses = ''): readonly string[] {
  const { diagnostics } = checkFiles({
    'workspace.flow': `workspace acme { timezone: "Europe/Berlin" }
channel billing: email
agent a { channels: billing  results { outcome: good | bad } }
`,
    'pay/campaign.flow': `campaign pay { ${clauses} }
participant {
  answered: boolean
  tier: gold | basic
  visits: integer
  order: string required
  paid: boolean = false
}
email HELLO { agent: a  at: now  window: any time  duration: 1 hour  template: "t" }
flow f {
  on participant created
  on communication ended
  on another flow
  again: restart
  send HELLO
  ${statements}
}
flow g { on another flow  to f }
`,
    'pay/templates/t.liquid': 'Hello',
  });
  expect(diagnostics.filter(({ code }) => code !== 'FLOW214')).toEqual([]);
  return diagnostics.map(({ message }) => message);
}

/** The fields they name. */
function warned(statements: string, clauses = ''): readonly string[] {
  return messages(statements, clauses).map((message) => /when `(.*)` has no value/.exec(message)![1]!);
}

describe('a condition', () => {
  test.each([
    ['not answered', ['answered']],
    ['tier != gold', ['tier']],
    ['gold != tier', ['tier']],
    ['tier not in (gold)', ['tier']],
    ['not (tier == gold)', ['tier']],
    ['not (visits > 3)', ['visits']],
    ['visits + 1 != 3', ['visits']],
    ['not (paid and visits > 3)', ['visits']],
    ['not (paid and visits != 3)', ['visits']],
    ['not (visits > 3 or tier in (gold))', ['visits']],
    ['not (visits > 3 and visits < 5)', ['visits']],
    ['not (visits == 1 or visits != 3)', ['visits']],
    ['not not answered', ['answered']],
    ['paid or not answered', ['answered']],
    ['result.outcome != good', ['result.outcome']],
    ['not answered or tier != gold', ['answered', 'tier']],
    ['answered', []],
    ['tier == gold', []],
    ['tier in (gold)', []],
    ['not paid', []],
    ['order != "1"', []],
    ['answered is not set', []],
    ['not (answered is set)', []],
    ['answered is set and not answered', []],
    ['not answered or answered is not set', []],
    ['visits is set and visits + 1 != 3', []],
    ['tier is set and not answered', ['answered']],
  ])('%s', (condition, fields) => expect(warned(`if ${condition} { stop }`)).toEqual(fields));

  test.each(['exit when', 'success when', 'failure when', 'skip when'])('of `%s`', (clause) => {
    expect(warned('stop', `${clause} not answered`)).toEqual(['answered']);
  });
});

test('is said of the part that holds, not of one around it', () => {
  const whole = ['not (tier != gold)', 'not (tier not in (gold))', 'not (not answered)'];
  expect(whole.map((condition) => messages(`if ${condition} { stop }`))).toEqual([
    ['`tier != gold` is also true when `tier` has no value.'],
    ['`tier not in (gold)` is also true when `tier` has no value.'],
    ['`not answered` is also true when `answered` has no value.'],
  ]);
});

describe('a test that came before', () => {
  test.each([
    ['in the branch it opens', 'if answered is set { if not answered { stop } }', []],
    ['in the other branch', 'if answered is not set { stop } else { if not answered { stop } }', []],
    ['with nothing known after it', 'if answered is set { set paid = true }  if not answered { stop }', ['answered']],
    ['that stopped the others', 'if answered is not set { stop }  if not answered { stop }', []],
    ['that sent the others away', 'if answered is not set { set paid = true  to g }  if not answered { stop }', []],
    ['that stopped in its else', 'if answered is set { set paid = true } else { stop }  if not answered { stop }', []],
    ['of a wait without a bound', 'wait for answered is set  if not answered { stop }', []],
    ['of a wait whose else ends', 'wait for answered is set up to 1 day else { stop }  if not answered { stop }', []],
    ['of a wait that goes on', 'wait for answered is set up to 1 day  if not answered { stop }', ['answered']],
    ['of another field', 'if tier is not set { stop }  if not answered { stop }', ['answered']],
  ])('%s', (_where, statements, fields) => expect(warned(statements)).toEqual(fields));
});

describe('is looked for', () => {
  test.each([
    ['if', 'if paid { if not answered { stop } }'],
    ['else', 'if paid { set paid = false } else { if not answered { stop } }'],
    ['match', 'match tier { gold -> { if not answered { stop } }  basic -> stop }'],
    ['the else of match', 'match tier { gold -> stop  else -> { if not answered { stop } } }'],
    ['split', 'split S { 50% -> { if not answered { stop } }  else -> stop }'],
    ['the else of split', 'split S { 50% -> stop  else -> { if not answered { stop } } }'],
    ['wait for', 'wait for not answered'],
    ['the else of wait for', 'wait for paid up to 1 day else { if not answered { stop } }'],
    ['the else of wait for a communication', 'wait for HELLO up to 1 day else { if not answered { stop } }'],
  ])('in %s', (_where, statements) => expect(warned(statements)).toEqual(['answered']));
});
