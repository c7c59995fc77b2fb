/** Arbitrary syntax trees over the whole grammar, as the parser could have made them. */
import fc from 'fast-check';
import type {
  BinaryOperator,
  CommunicationNode,
  Declaration,
  Expr,
  FieldNode,
  FileNode,
  FlowItem,
  Item,
  Name,
  ScenarioLine,
  Setting,
  SettingValue,
  Span,
  StatementNode,
  TextLiteral,
  WindowPart,
} from '../../dsl/ast.ts';
import { channelKinds } from '../../runtime/model/channel-kinds.ts';
import { durationUnits } from '../../runtime/model/duration.ts';

const span: Span = { file: 'made.flow', line: 1, start: 0, end: 0 };
const named = (text: string): Name => ({ text, span });

/** Words of the grammar are names as well. */
const word = fc.constantFrom(
  'paid',
  'due_date',
  'a',
  'b1',
  'Zeta',
  'phone',
  'status',
  'result',
  'at',
  'window',
  'email',
  'set',
  'x_y',
);
const capitals = fc.constantFrom('HELLO', 'CALL_2', 'A');
const name = word.map(named);
const capital = capitals.map(named);
const some = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.array(one, { minLength: 1, maxLength });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const number = fc.constantFrom('0', '1', '12', '0.7', '48');
const time = fc.constantFrom('09:00', '18:30', '24:00', '00:05');
const date = fc.constantFrom('2026-03-07', '2024-02-29');

const letters = fc.string({ unit: 'grapheme', maxLength: 12 });
const texty = fc.string({
  unit: fc.constantFrom(
    'a',
    ' ',
    '"',
    "'",
    '\\',
    '\n',
    '\t',
    '{{ x }}',
    '//',
    '🙂',
    'é',
    '\u200f',
    '\r',
    '\u2028',
    '\0',
  ),
  maxLength: 12,
});
const text: fc.Arbitrary<TextLiteral> = fc
  .record({ value: fc.oneof(letters, texty).map((value) => value.normalize('NFC')), raw: fc.boolean() })
  .map(({ value, raw }) => ({ value, raw, span }));

const operators: readonly BinaryOperator[] = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'and',
  'or',
  '+',
  '-',
  '*',
  '/',
  'contains',
];

const duration = fc
  .tuple(number, fc.constantFrom(...durationUnits))
  .map(([amount, unit]): Expr => ({ kind: 'duration', amount, unit, span }));

const { expr } = fc.letrec<{ expr: Expr; leaf: Expr }>((tie) => ({
  leaf: fc.oneof(
    some(name).map((names): Expr => ({ kind: 'path', names, span })),
    text.map((one): Expr => ({ kind: 'text', text: one, span })),
    number.map((one): Expr => ({ kind: 'number', text: one, span })),
    fc.boolean().map((value): Expr => ({ kind: 'boolean', value, span })),
    date.map((one): Expr => ({ kind: 'date', text: one, span })),
    fc.tuple(date, time).map(([day, hour]): Expr => ({ kind: 'datetime', date: day, time: hour, span })),
    time.map((one): Expr => ({ kind: 'time', text: one, span })),
    duration,
  ),
  expr: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(fc.constantFrom('not' as const, '-' as const), tie('expr'))
      .map(([operator, operand]): Expr => ({ kind: 'unary', operator, operand, span })),
    fc
      .tuple(fc.constantFrom(...operators), tie('expr'), tie('expr'))
      .map(([operator, left, right]): Expr => ({ kind: 'binary', operator, left, right, span })),
    fc
      .tuple(fc.boolean(), tie('expr'), some(tie('expr')))
      .map(([negated, operand, list]): Expr => ({ kind: 'in', negated, operand, list, span })),
    fc.tuple(fc.boolean(), tie('expr')).map(([negated, operand]): Expr => ({ kind: 'is set', negated, operand, span })),
    fc.tuple(tie('expr'), time).map(([day, hour]): Expr => ({ kind: 'at', date: day, time: hour, span })),
  ),
}));

const dayNames = fc.constantFrom('mon', 'fri', 'sun').map(named);
const range: fc.Arbitrary<WindowPart> = fc
  .record({
    from: time,
    to: time,
    days: fc.array(fc.record({ from: dayNames, to: maybe(dayNames) }), { maxLength: 2 }),
    except: fc.array(fc.oneof(fc.constantFrom('holidays').map(named), date.map(named)), { maxLength: 2 }),
  })
  .map((one) => ({ kind: 'range', ...one, span }));
/** A name behind a list of days or calendars would belong to the list. */
const parts = fc.oneof(
  fc
    .tuple(
      fc.array(fc.constantFrom('office', 'evenings').map(named), { maxLength: 1 }),
      fc.array(range, { maxLength: 2 }),
    )
    .map(([names, ranges]): WindowPart[] => [
      ...names.map((one): WindowPart => ({ kind: 'named', name: one, span })),
      ...ranges,
    ]),
  fc.constant<WindowPart[]>([{ kind: 'any time', span }]),
  some(range, 2).map((within): WindowPart[] => [{ kind: 'best time', within, span }]),
  fc.constant<WindowPart[]>([{ kind: 'best time', within: [], span }]),
);
const windowParts = parts.filter((all) => all.length > 0);

const { entryValue } = fc.letrec<{ entryValue: SettingValue }>((tie) => ({
  entryValue: fc.oneof(
    { maxDepth: 2 },
    expr.map((item): SettingValue => ({ kind: 'list', items: [item], span })),
    fc
      .array(fc.record({ name, value: tie('entryValue') }), { maxLength: 3 })
      .map((entries): SettingValue => ({ kind: 'object', entries, span })),
    fc.array(tie('entryValue'), { maxLength: 3 }).map((items): SettingValue => ({ kind: 'array', items, span })),
  ),
}));

const plainKeys = [
  'agent',
  'channel',
  'at',
  'duration',
  'template',
  'context',
  'timezone',
  'params',
  'own',
  'script',
  'phone',
];
const setting: fc.Arbitrary<Setting> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...plainKeys),
      fc.oneof(
        some(expr).map((items): SettingValue => ({ kind: 'list', items, span })),
        entryValue,
        text.map((code): SettingValue => ({ kind: 'python', code, span })),
        fc.tuple(number, fc.constantFrom('minute', 'hour')).map(
          ([amount, per]): SettingValue => ({
            kind: 'rate',
            amount: { kind: 'number', text: amount, span },
            per: named(per),
            span,
          }),
        ),
      ),
    )
    .map(([key, value]): Setting => ({ kind: 'setting', key: named(key), value, span })),
  fc.tuple(fc.constantFrom('window', 'contact_hours'), windowParts).map(
    ([key, all]): Setting => ({
      kind: 'setting',
      key: named(key),
      value: { kind: 'window', parts: all, span },
      span,
    }),
  ),
);

const description = maybe(fc.constantFrom('what it is', 'a // b', '"x"'));
const field: fc.Arbitrary<FieldNode> = fc.record({
  name,
  title: maybe(text),
  type: some(fc.constantFrom('string', 'gold', 'silver', 'outcome').map(named)),
  modifiers: fc.subarray(['required', 'private', 'not imported']).map((all) => all.map(named)),
  default: maybe(expr),
  description,
  span: fc.constant(span),
});

const { item } = fc.letrec<{ item: Item }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 2 },
    setting,
    fc
      .tuple(
        fc.constantFrom('exit when' as const, 'skip when' as const, 'success when' as const, 'failure when' as const),
        expr,
      )
      .map(([kind, condition]): Item => ({ kind, condition, span })),
    fc
      .tuple(
        number,
        maybe(fc.constantFrom('voice', 'email').map(named)),
        maybe(fc.constantFrom('day', '7 days').map(named)),
      )
      .map(([count, of, per]): Item => ({ kind: 'at most', count, of, per, span })),
    number.map((percent): Item => ({ kind: 'holdout', percent, span })),
    fc.array(tie('item'), { maxLength: 3 }).map((items): Item => ({ kind: 'defaults', items, span })),
    fc.array(field, { maxLength: 3 }).map((fields): Item => ({ kind: 'results', fields, span })),
  ),
}));
const items = fc.array(item, { maxLength: 4 });

const communication: fc.Arbitrary<CommunicationNode> = fc
  .record({
    channelKind: fc.constantFrom(...channelKinds).map(named),
    name: capital,
    title: maybe(text),
    items,
  })
  .map((one) => ({ kind: 'communication', ...one, span }));

const { statement, block } = fc.letrec<{ statement: StatementNode; block: StatementNode[] }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
  statement: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    some(fc.record({ target: some(name, 2), value: expr, span: fc.constant(span) }), 2).map(
      (assignments): StatementNode => ({ kind: 'set', assignments, span }),
    ),
    fc.constant<StatementNode>({ kind: 'stop', span }),
    capital.map((one): StatementNode => ({ kind: 'send', name: one, span })),
    fc.array(capital, { maxLength: 2 }).map((names): StatementNode => ({ kind: 'cancel', names, span })),
    name.map((flow): StatementNode => ({ kind: 'to', flow, span })),
    expr.map((until): StatementNode => ({ kind: 'wait until', until, span })),
    fc.tuple(duration, duration).map(
      ([left, right]): StatementNode => ({
        kind: 'wait',
        duration: { kind: 'binary', operator: '+', left, right, span },
        span,
      }),
    ),
    fc.tuple(capital, items).map(([one, own]): StatementNode => ({ kind: 'python', name: one, items: own, span })),
    communication,
    fc
      .tuple(expr, tie('block'), fc.oneof(fc.constant([]), tie('block')))
      .map(([condition, then, otherwise]): StatementNode => ({ kind: 'if', condition, then, else: otherwise, span })),
    fc
      .tuple(expr, maybe(expr), maybe(tie('block')))
      .map(([condition, upTo, otherwise]): StatementNode => ({ kind: 'wait for', condition, upTo, otherwise, span })),
    fc.tuple(expr, fc.array(fc.tuple(fc.array(name, { maxLength: 2 }), tie('block')), { maxLength: 3 })).map(
      ([subject, arms]): StatementNode => ({
        kind: 'match',
        subject,
        arms: arms.map(([members, body]) => ({ members, otherwise: members.length === 0, body, span })),
        span,
      }),
    ),
    fc.tuple(capital, fc.array(fc.tuple(maybe(number), tie('block')), { maxLength: 3 })).map(
      ([one, arms]): StatementNode => ({
        kind: 'split',
        name: one,
        arms: arms.map(([percent, body]) => ({ percent, body, span })),
        span,
      }),
    ),
  ),
}));

const flowItem: fc.Arbitrary<FlowItem> = fc.oneof(
  { weight: 3, arbitrary: statement },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('participant created', 'participant updated', 'communication ended', 'another flow'),
        fc.array(fc.record({ name, becomes: maybe(fc.constantFrom('Read', 'Failed').map(named)) }), { maxLength: 3 }),
      )
      .map(([words, filters]): FlowItem => ({ kind: 'trigger', words, filters, span })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('restart', 'parallel').map(
      (choice): FlowItem => ({
        kind: 'setting',
        key: named('again'),
        value: { kind: 'list', items: [{ kind: 'path', names: [named(choice)], span }], span },
        span,
      }),
    ),
  },
);

const instant = fc.oneof(
  date.map((one): Expr => ({ kind: 'date', text: one, span })),
  fc.tuple(date, time).map(([day, hour]): Expr => ({ kind: 'datetime', date: day, time: hour, span })),
);
const entries = fc.array(fc.record({ name, value: entryValue }), { maxLength: 3 });
/** Of a condition that begins with `no` or `all`, or has a word such as `opens` second, another line would be read. */
const scenarioLine: fc.Arbitrary<ScenarioLine> = fc.oneof(
  entries.map((values): ScenarioLine => ({ kind: 'given', values, span })),
  instant.map((at): ScenarioLine => ({ kind: 'start', at, span })),
  fc.tuple(entries, instant).map(([values, at]): ScenarioLine => ({ kind: 'participant changes', values, at, span })),
  fc.tuple(capital, fc.constantFrom('Completed', 'Read').map(named), entries, instant).map(
    ([one, status, results, at]): ScenarioLine => ({
      kind: 'communication becomes',
      name: one,
      status,
      results,
      at,
      span,
    }),
  ),
  fc.tuple(name, instant).map(([channel, at]): ScenarioLine => ({ kind: 'incoming session', channel, at, span })),
  instant.map((at): ScenarioLine => ({ kind: 'API cancels', at, span })),
  fc
    .tuple(capital, fc.constantFrom('opens' as const, 'starts' as const), instant)
    .map(([one, moment, at]): ScenarioLine => ({ kind: 'expect time', name: one, moment, at, span })),
  capital.map((one): ScenarioLine => ({ kind: 'expect none', name: one, span })),
  fc.tuple(capital, text).map(([one, words]): ScenarioLine => ({ kind: 'expect text', name: one, text: words, span })),
  expr.map((condition): ScenarioLine => ({ kind: 'expect condition', condition, span })),
  instant.map((by): ScenarioLine => ({ kind: 'expect ended', by, span })),
  fc.tuple(capital, entries).map(([one, returns]): ScenarioLine => ({ kind: 'stub', name: one, returns, span })),
);

const own = { span: fc.constant(span), description };
export const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('workspace' as const, 'campaign' as const),
    name,
    title: maybe(text),
    items,
    ...own,
  }),
  fc.record({ kind: fc.constant('enum' as const), name, members: some(name), ...own }),
  fc.record({
    kind: fc.constantFrom('profile' as const, 'participant' as const),
    fields: fc.array(field, { maxLength: 4 }),
    ...own,
  }),
  fc.record({ kind: fc.constant('channel' as const), name, title: maybe(text), channelKind: name, items, ...own }),
  fc.record({ kind: fc.constant('calendar' as const), name, dates: some(date.map(named)), ...own }),
  fc.record({ kind: fc.constant('window' as const), name, parts: windowParts, ...own }),
  fc.record({ kind: fc.constant('agent' as const), name, title: maybe(text), role: maybe(name), items, ...own }),
  fc.record({ kind: fc.constant('shared communication' as const), communication, ...own }),
  fc.record({
    kind: fc.constant('scenario' as const),
    title: text,
    campaign: name,
    lines: fc.array(scenarioLine, { maxLength: 4 }),
    ...own,
  }),
  fc.record({
    kind: fc.constant('flow' as const),
    name,
    title: maybe(text),
    items: fc.array(flowItem, { maxLength: 5 }),
    ...own,
  }),
);

export const program: fc.Arbitrary<FileNode> = fc
  .array(declaration, { maxLength: 4 })
  .map((declarations) => ({ path: 'made.flow', declarations, comments: [] }));

export { block };
