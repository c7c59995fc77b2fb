import { describe, expect, test } from 'vitest';
import { declarationWords, keywordType, reservedWords, vocabulary } from '../../dsl/tokens.ts';
import { readSipParameters } from '../../runtime/model/sip.ts';
import { checkFiles, type Files } from './workspace.ts';

const workspace = `workspace acme { timezone: "Europe/Berlin" }
channel billing: email
channel main_bot: telegram
agent collector {
  channels: billing
  results { outcome: promised | refused }
}
agent surveyor: inbound {
  channels: main_bot
  inbound: main_bot
  welcome_message: "How was it?"
  results { outcome: happy | unhappy }
}
`;
const start = `campaign c
participant {
  said: promised | refused
  tier: gold | basic private
  open: gold | basic
}
flow begin {
  on participant created
  email DEMAND { agent: collector  at: now  window: any time  duration: 24 hours  template: "t" }
  telegram SURVEY { agent: surveyor  at: now  window: any time  duration: 24 hours }
}
`;
const at = (flows: string, more: Files = {}): Files => ({
  'workspace.flow': workspace,
  'c/templates/t.liquid': 'Hello',
  'c/a.flow': `${start}${flows}`,
  ...more,
});
const messages = (files: Files) => checkFiles(files).diagnostics.map(({ code, message }) => `${code} ${message}`);

describe('`result.x` reads the agents that can have led here', () => {
  const ended = (names: string, statements: string) =>
    `flow after { ${names === '' ? 'on communication ended' : `on communication ended: ${names}`}\n${statements} }\n`;

  test('one named communication: its agent’s members are all there are', () => {
    expect(messages(at(ended('DEMAND', 'set said = result.outcome')))).toEqual([]);
    expect(messages(at(ended('DEMAND', 'match result.outcome { promised, refused -> stop }')))).toEqual([]);
    expect(messages(at(ended('DEMAND', 'if result.outcome == happy { stop }')))).toEqual([
      'FLOW207 `happy` is neither a field nor a member of `promised | refused`.',
    ]);
  });

  test('any communication: the members of all agents', () => {
    expect(
      messages(at(ended('', 'match result.outcome { promised, refused -> stop  happy, unhappy -> stop }'))),
    ).toEqual([]);
    expect(messages(at(ended('', 'set said = result.outcome')))).toHaveLength(1);
  });

  test('`to` hands on what led to the flow it leaves, over several steps', () => {
    const chain = `${ended('DEMAND', 'to second')}flow second { on another flow\nto third }\n`;
    const third = 'flow third { on another flow\nset said = result.outcome }\n';
    expect(messages(at(chain + third))).toEqual([]);
    const survey = 'flow other { on communication ended: SURVEY\nto third }\n';
    expect(messages(at(chain + third + survey))).toEqual([
      'FLOW204 Field `said` expects `promised | refused`, but `result.outcome` is `promised | refused | happy | unhappy`.',
    ]);
  });

  test('a circle of flows ends', () => {
    expect(
      messages(at(`${ended('DEMAND', 'to a')}flow a { on another flow\nto b }\nflow b { on another flow\nto a }\n`)),
    ).toEqual([]);
  });
});

describe('`session`', () => {
  test('is known behind its trigger, also through `to`', () => {
    const listen = 'flow listen { on incoming session: main_bot\nto next }\n';
    const next =
      'flow next { on another flow\nif session.channel == main_bot and session.result.outcome == happy { stop } }\n';
    expect(messages(at(listen + next))).toEqual([]);
    expect(messages(at(next))).toEqual([
      'FLOW235 `session.channel` is not available in flow `next`: it is never reached from `on incoming session`.',
      'FLOW235 `session.result.outcome` is not available in flow `next`: it is never reached from `on incoming session`.',
    ]);
  });

  test('names only channels its trigger lets in', () => {
    expect(messages(at('flow l { on incoming session: main_bot\nif session.channel == billing { stop } }\n'))).toEqual([
      'FLOW207 `billing` is neither a field nor a member of `main_bot`.',
    ]);
  });
});

describe('private fields', () => {
  test.each([
    ['match', 'match tier { gold -> stop  basic -> stop }'],
    ['set', 'set open = tier'],
    ['wait until', 'wait until tier'],
  ])('%s cannot carry them into the workflow', (_, statement) => {
    const found = messages(at(`flow f { on participant updated\nagain: restart\n${statement} }\n`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^FLOW(216|204)/);
  });

  test('a condition may read them: only its truth leaves the database', () => {
    expect(messages(at('flow f { on participant updated\nif tier == gold { stop } }\n'))).toEqual([]);
  });
});

describe('limits', () => {
  const limits = (lines: string) => {
    const files = at('', { 'c/b.flow': '' });
    return checkFiles({ ...files, 'c/a.flow': files['c/a.flow']!.replace('campaign c', `campaign c {\n${lines}\n}`) });
  };

  test('count in calendar periods, in a time that rolls, or for life', () => {
    const { model, diagnostics } = limits('at most 1 email per day\nat most 2 per 36 hours\nat most 9 telegram');
    expect(diagnostics).toEqual([]);
    expect(model!.campaigns[0]!.limits.map(({ count, kind, per }) => [count, kind, per])).toEqual([
      [1, 'email', { kind: 'calendar', unit: 'day' }],
      [2, null, { kind: 'rolling', ms: 36 * 3_600_000 }],
      [9, 'telegram', null],
    ]);
  });

  test.each([
    ['at most 0', '`at most 0` must be a whole number greater than zero.'],
    ['at most 1.5 email', '`at most 1.5 email` must be a whole number greater than zero.'],
    ['at most 2 per 0 days', '`per 0 days` is not a valid period for a limit.'],
    ['at most 2 per hour', '`per hour` is not a valid period for a limit.'],
    ['holdout 0%', '`holdout 0%` holds nobody back.'],
  ])('%s is refused', (line, message) => {
    expect(limits(line).diagnostics.map((one) => one.message)).toEqual([message]);
  });

  test('the same limit twice is one too many', () => {
    expect(limits('at most 1 per day\nat most 2 per day').diagnostics.map(({ code }) => code)).toEqual(['FLOW303']);
  });
});

test.each([
  ['', {}],
  ['transport=tls', { transport: 'tls' }],
  [' transport = udp ; timeout=300; ', { transport: 'udp', timeout: 300 }],
  ['from=sip:a=b@acme.example', { from: 'sip:a=b@acme.example' }],
])('sip_parameters "%s" are read', (text, parameters) => {
  expect(readSipParameters(text)).toEqual({ ok: true, parameters });
});

test.each([
  ['transport=ftp', { kind: 'value', parameter: 'transport', value: 'ftp' }],
  ['timeout=0', { kind: 'value', parameter: 'timeout', value: '0' }],
  ['timeout=301', { kind: 'value', parameter: 'timeout', value: '301' }],
  ['timeout=1;timeout=2', { kind: 'repeated', parameter: 'timeout' }],
  ['user', { kind: 'value', parameter: 'user', value: '' }],
  ['password=x', { kind: 'unknown', parameter: 'password' }],
  ['constructor=x', { kind: 'unknown', parameter: 'constructor' }],
])('sip_parameters "%s" are refused', (text, problem) => {
  expect(readSipParameters(text)).toEqual({ ok: false, problem });
});

describe('every word of the grammar is a name', () => {
  const words = vocabulary
    .map((type) => type.name.replace(/^word /, ''))
    .filter((word) => keywordType(word) !== null && !reservedWords.includes(word));

  test('of a field, in conditions, settings, scenarios and at the start of their lines', () => {
    expect(words).toEqual(expect.arrayContaining([...declarationWords, 'expect', 'opens', 'no', 'API', 'session']));
    const fields = words.map((word) => `  ${word}: boolean = false`).join('\n');
    const conditions = words
      .map((word) => `  if ${word} and not participant.${word} { set ${word} = true }`)
      .join('\n');
    const given = words.map((word) => `${word}: true`).join(', ');
    const expectations = words.map((word) => `  expect ${word}\n  expect ${word} == true`).join('\n');
    const files = {
      'workspace.flow': workspace,
      'd/a.flow': `campaign d\nparticipant {\n${fields}\n}\nflow f {\n  on participant created\n${conditions}\n}\n`,
      'd/a.test.flow': `scenario "x" in d {\n  given { ${given} }\n  start at 2026-03-06\n${expectations}\n}\n`,
    };
    const found = messages(files).filter((message) => !/`API`|`external|^FLOW238/.test(message));
    expect(found).toEqual([]);
  });
});

describe('scenarios', () => {
  const scenario = (lines: string) => messages(at('', { 'c/a.test.flow': `scenario "x" in c {\n${lines}\n}\n` }));
  const begin = 'start at 2026-03-06 20:00\n';

  test.each([
    ['start at 2026-03-06\nstart at 2026-03-07', 'FLOW320 A scenario can have only one `start`.'],
    ['start at 2026-03-06\ngiven { said: refused }', 'FLOW320 `given` must come before `start`.'],
    ['when API cancels at 2026-03-07\nstart at 2026-03-08', 'FLOW320 This happens before the scenario starts.'],
    ['start at soon', 'FLOW304 Invalid `at`: expected a date, optionally with a time, but found `soon`.'],
    [`${begin}when DEMAND becomes Ended at 2026-03-07`, 'FLOW202 Unknown status `Ended`.'],
    [
      `${begin}when DEMAND becomes Completed with { outcome: happy } at 2026-03-07`,
      'FLOW207 `happy` is not a member of `promised | refused`.',
    ],
    [
      `${begin}expect DEMAND.status`,
      'FLOW228 `expect` expects a condition, but `DEMAND.status` is `Planned | Started | Delivered | Read | Replied | …`.',
    ],
    ['stub SCORE returns { said: refused }\nstart at 2026-03-06', 'FLOW202 Unknown Python action `SCORE`.'],
    ['given { said: refused, said: promised }\nstart at 2026-03-06', 'FLOW303 Duplicate `said`; first on line 2.'],
    ['given { said: open }\nstart at 2026-03-06', 'FLOW207 `open` is not a member of `promised | refused`.'],
  ])('%s', (lines, message) => {
    expect(scenario(lines)).toEqual([message]);
  });

  test('a broken line does not make the others wrong', () => {
    expect(scenario('strat at 2026-03-06\nexpect no DEMAND')).toEqual([
      'FLOW102 `strat` is not a valid line in a scenario.',
    ]);
  });

  test('opening times lie ahead without moving the clock', () => {
    expect(scenario(`${begin}expect DEMAND opens at 2026-04-01\nwhen API cancels at 2026-03-07`)).toEqual([]);
  });
});
