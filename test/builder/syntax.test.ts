/** Each builder function makes the syntax the parser makes of the words beside it. */
import { describe, expect, test } from 'vitest';
import { fieldNodes } from '../../dsl/builder/fields.ts';
import { triggerNode } from '../../dsl/builder/flow.ts';
import {
  agent,
  and,
  becomes,
  boolean,
  campaign,
  cancel,
  cancelCommunications,
  communication,
  date,
  datetime,
  declared,
  email,
  expr,
  integer,
  match,
  none,
  not,
  now,
  numeric,
  on,
  oneOf,
  or,
  python,
  type Statement,
  send,
  session,
  set,
  split,
  stop,
  string,
  system,
  type Trigger,
  telegram,
  to,
  today,
  voice,
  wait,
  waitFor,
  waitUntil,
  whatsapp,
  when,
} from '../../dsl/builder/index.ts';
import { callPlace } from '../../dsl/builder/place.ts';
import type { CommunicationRef } from '../../dsl/builder/references.ts';
import { bodyOf } from '../../dsl/builder/statements.ts';
import { parse } from '../../dsl/parser.ts';

const x = campaign('x', {
  participant: {
    a: integer(),
    price: numeric(),
    paid: boolean(),
    due: date(),
    seen: datetime(),
    note: string(),
    outcome: oneOf(['good', 'bad']),
  },
}).fields;
const { results } = agent('desk', {
  channels: ['billing'],
  results: { outcome: oneOf(['good', 'bad']), pay_by: date() },
});
const HELLO = declared.campaign('y', { folder: 'y', participant: {}, communications: { HELLO: 'email' }, flows: [] })
  .communications.HELLO;

function plain(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node, (key, part: unknown) => (key === 'span' || key === 'raw' ? undefined : part)));
}

function parsed(words: string): unknown {
  const { file, problems } = parse('a.flow', `flow f {\n  ${words}\n}`);
  expect(problems).toEqual([]);
  const [flow] = file.declarations;
  return plain(flow?.kind === 'flow' ? flow.items : null);
}

const made = (statement: Statement | CommunicationRef) => plain(bodyOf([statement], callPlace(), [], 'flow'));

describe('conditions', () => {
  test.each([
    [x.paid, 'paid'],
    [not(x.paid), 'not paid'],
    [x.paid.eq(true), 'paid == true'],
    [and(x.paid, x.a.gt(3), 'price < 2'), 'paid and a > 3 and price < 2'],
    [or(and(x.paid, x.a.ge(-3)), x.a.lt(2)), 'paid and a >= -3 or a < 2'],
    [and(or(x.paid, x.note.isSet()), x.note.isNotSet()), '(paid or note is set) and note is not set'],
    [x.a.plus(1).times(2).eq(x.price.minus(0.5).dividedBy(3)), '(a + 1) * 2 == (price - 0.5) / 3'],
    [x.a.le(10_000_000_000n), 'a <= 10000000000'],
    [x.price.ne(0.000001), 'price != 0.000001'],
    [x.a.in([1, 2, x.a]), 'a in (1, 2, a)'],
    [x.outcome.eq('good'), 'outcome == good'],
    [x.outcome.ne(results.outcome), 'outcome != result.outcome'],
    [x.outcome.notIn(['good', 'bad']), 'outcome not in (good, bad)'],
    [x.note.contains('say "hi"'), 'note contains "say \\"hi\\""'],
    [x.note.eq(system.name), 'note == name'],
    [x.due.lt('2026-03-07'), 'due < 2026-03-07'],
    [x.seen.ge('2026-03-07 10:00'), 'seen >= 2026-03-07 10:00'],
    [x.due.at('10:00').le(now), 'due at 10:00 <= now'],
    [x.due.daysSince(today).gt(3), 'due - today > 3'],
    [x.due.minus('1 month').plus('90 minutes').gt(now), 'due - 1 month + 90 minutes > now'],
    [HELLO.status.in(['NoResponse', 'Failed']), 'HELLO.status in (NoResponse, Failed)'],
    [HELLO.reason.eq('silence'), 'HELLO.reason == silence'],
    [communication.channel.eq('billing'), 'communication.channel == billing'],
    [session.channel.eq('billing'), 'session.channel == billing'],
    ['paid and a in (1, 2)', 'paid and a in (1, 2)'],
  ])('%#: %s', (condition, words) => {
    expect(made(when(condition, [stop()]))).toEqual(parsed(`if ${words} { stop }`));
  });

  test('results of a named communication', () => {
    const desk = declared.agent('desk', { pay_by: date() });
    expect(made(when(HELLO.resultOf(desk).pay_by.isSet(), [stop()]))).toEqual(
      parsed('if HELLO.result.pay_by is set { stop }'),
    );
    expect(made(when(session.resultOf(desk).pay_by.isSet(), [stop()]))).toEqual(
      parsed('if session.result.pay_by is set { stop }'),
    );
  });
});

test('a default with more digits than JavaScript keeps', () => {
  const place = callPlace();
  const digits = '0.1234567890123456789';
  const fields = { a: numeric(expr(digits)), b: numeric({ default: expr(digits) }), c: numeric(9007199254740993n) };
  const defaults = fieldNodes(fields, place, [0]).map((node) => plain(node.default));
  const number = (text: string) => ({ kind: 'number', text });
  expect(defaults).toEqual([number(digits), number(digits), number('9007199254740993')]);
});

const settings = { agent: 'desk', at: 'today', window: 'any time', duration: '00:30' } as const;
const written = 'agent: desk  at: today  window: any time  duration: 00:30';

describe('statements', () => {
  test.each([
    [when(x.paid, [stop()], [when(x.a.eq(1), [stop()])]), 'if paid { stop } else if a == 1 { stop }'],
    [
      match(x.outcome, [{ is: ['good', 'bad'], do: [stop()] }, { otherwise: [wait('1 day'), stop()] }]),
      'match outcome { good, bad -> stop  else -> { wait 1 day  stop } }',
    ],
    [
      match(results.outcome, { good: [stop()], bad: [to('next')] }),
      'match result.outcome { good -> stop  bad -> to next }',
    ],
    [match('outcome', { good: [stop()], else: [stop()] }), 'match outcome { good -> stop  else -> stop }'],
    [
      split('WAYS', [{ percent: 33.3, do: [stop()] }, { otherwise: [send('HELLO')] }]),
      'split WAYS { 33.3% -> stop  else -> send HELLO }',
    ],
    [
      set(
        x.a.to(x.a.plus(1)),
        x.outcome.to('good'),
        x.note.to('good'),
        x.due.to(none),
        x.seen.to(now),
        x.paid.to(false),
      ),
      'set a = a + 1, outcome = good, note = "good", due = none, seen = now, paid = false',
    ],
    [set(system.phone.to('+49')), 'set phone = "+49"'],
    [set(x.a.to(expr('a * 2'))), 'set a = a * 2'],
    [send(HELLO), 'send HELLO'],
    [cancel(HELLO, 'OTHER'), 'cancel HELLO, OTHER'],
    [cancelCommunications(), 'cancel communications'],
    [to({ kind: 'flow', name: 'next' }), 'to next'],
    [wait('2 weeks'), 'wait 2 weeks'],
    [wait('00:30'), 'wait 00:30'],
    [waitUntil(x.due.at('10:00')), 'wait until due at 10:00'],
    [waitUntil('due + 1 day'), 'wait until due + 1 day'],
    [waitFor(x.paid), 'wait for paid'],
    [waitFor(HELLO, { upTo: '48 hours', else: [stop()] }), 'wait for HELLO up to 48 hours else { stop }'],
    [waitFor('paid or a > 3', { upTo: x.due.plus('1 day') }), 'wait for paid or a > 3 up to due + 1 day'],
    [
      python('SCORE', {
        code: 'return {}',
        params: { threshold: 0.7, who: system.name, tags: ['late', 1], more: { yes: true } },
        writes: [x.a, 'note'],
        reads: [system.name],
        timeout: '10 seconds',
        retries: 2,
      }),
      'python SCORE { code: "return {}" params: { threshold: 0.7, who: name, tags: ["late", 1], more: { yes: true } } writes: a, note reads: name timeout: 10 seconds retries: 2 }',
    ],
    [
      email('A', {
        ...settings,
        title: 'First',
        context: [x.due, 'note'],
        ifPast: 'skip',
        spread: '2 hours',
        uncapped: true,
        template: 'a',
      }),
      `email A "First" { ${written} context: due, note if_past: skip spread: 2 hours uncapped: true template: "a" }`,
    ],
    [
      telegram('B', { ...settings, channel: 'bot', startPhrase: 'Hi' }),
      `telegram B { ${written} channel: bot start_phrase: "Hi" }`,
    ],
    [
      whatsapp('C', { ...settings, template: 'c', language: 'de', variables: { first: system.name } }),
      `whatsapp C { ${written} template: "c" language: "de" variables: { first: name } }`,
    ],
    [
      voice('D', { ...settings, phone: system.phone, sipServer: 's', sipParameters: 'k=v' }),
      `voice D { ${written} phone: phone sip_server: "s" sip_parameters: "k=v" }`,
    ],
    [
      email('E', {
        at: { python: 'date.today()' },
        window: 'best time within 09:00-12:00 on mon-fri, sun except days',
      }),
      'email E { at: python "date.today()" window: best time within 09:00-12:00 on mon-fri, sun except days }',
    ],
  ] as const)('%#: %s', (statement, words) => {
    expect(made(statement)).toEqual(parsed(words));
  });
});

test.each([
  [on.participantCreated, 'on participant created'],
  [on.participantUpdated(), 'on participant updated'],
  [on.participantUpdated(x.due, 'note'), 'on participant updated: due, note'],
  [on.communicationEnded(HELLO), 'on communication ended: HELLO'],
  [on.communicationUpdated('B', becomes(HELLO, 'Read')), 'on communication updated: B, HELLO becomes Read'],
  [on.incomingSession('bot'), 'on incoming session: bot'],
  [on.anotherFlow, 'on another flow'],
] as const satisfies readonly (readonly [Trigger, string])[])('trigger %#: %s', (trigger, words) => {
  expect(plain(triggerNode(trigger, callPlace(), 0))).toEqual(parsed(words));
});
