/** What the checker accepts builds, and what it builds evaluates for every record: no expression ever throws. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import type { FlowData } from '../../runtime/data/types.ts';
import type { Value } from '../../runtime/model/values.ts';
import { createReader, type ReadCommunication } from '../../runtime/rules/reader.ts';
import { load } from '../compiler/interpreter.ts';
import { trials } from '../effort.ts';
import { checkFiles } from './workspace.ts';
import { any, fields, results, typed } from './written-expressions.ts';

const workspace = `workspace acme { timezone: "Europe/Berlin" }
channel billing: email
agent a { channels: billing  ${results} }
`;
const campaign = `campaign c
${fields}
email HELLO { agent: a  at: now  window: any time  duration: 1 hour  template: "t" }
`;

const { number, day, moment, words, tier, truth } = typed;
const python = (text: string) => `python P { code: "def run(): pass"  params: { x: ${text}, y: [${text}] } }`;
const mail = (at: string) => `email X { agent: a  at: ${at}  window: any time  duration: 1 hour  template: "t" }`;
const lines = fc.oneof(
  truth.map((text) => `if ${text} { stop }`),
  truth.map((text) => `wait for ${text} up to 3 days`),
  truth.map((text) => `set paid = ${text}`),
  number.map((text) => `set amount = ${text}`),
  fc.oneof(day, moment).map((text) => `wait until ${text}`),
  fc.oneof(day, moment).map((text) => `set seen = ${text}`),
  fc.oneof(day, moment).map(mail),
  fc.tuple(tier, words).map(([a, b]) => `set tier = ${a}, note = ${b}`),
  tier.map((text) => `match ${text} { gold -> stop  else -> { set paid = true } }`),
  any.map(python),
  any.map((text) => `if ${text} { stop }`),
  any.map((text) => `wait until ${text}`),
  any.map((text) => `set amount = ${text}`),
);

const record = fc.record({
  due: fc.constantFrom<Value>(null, '2026-03-07', '9999-12-31', 'never'),
  seen: fc.constantFrom<Value>(null, '2026-03-29T02:30:00', '2026-03-07T10:00:00Z', 'soon'),
  amount: fc.constantFrom<Value>(null, '0', '12.50', '-0.0000001', 'much'),
  visits: fc.constantFrom<Value>(null, 0, 7, 9007199254740991),
  paid: fc.constantFrom<Value>(null, true, false),
  tier: fc.constantFrom<Value>(null, 'gold', 'basic'),
  note: fc.constantFrom<Value>(null, '', 'Zoë'),
});
type Fields = Readonly<Record<string, Value>>;

const hello: ReadCommunication = {
  id: '1',
  name: 'HELLO',
  status: 'Failed',
  reason: 'network',
  channel: 'billing',
  results: { outcome: 'good', score: '1.5' },
  ended: 1,
};

/** Null where the checker refuses the line. */
function dataOf(line: string): FlowData | null {
  const flow = `flow f {\n  on participant created\n  ${line}\n}\n`;
  const files = { 'workspace.flow': workspace, 'c/a.flow': campaign, 'c/f.flow': flow, 'c/templates/t.txt': '' };
  const { model, diagnostics } = checkFiles(files);
  if (diagnostics.some((each) => each.severity === 'error')) return null;
  const written = build({ model: model!, released: [] }).files;
  return load<FlowData>(written.find((file) => file.path.endsWith('/f.data.ts'))!.text);
}

function evaluate(data: FlowData, participant: Fields, communications: readonly ReadCommunication[]): unknown[] {
  const now = Date.UTC(2026, 2, 29, 0, 30);
  const r = createReader({
    now,
    externalId: '1',
    participant,
    profile: {},
    timezone: 'UTC',
    communications,
    own: null,
  });
  return [
    ...Object.values(data.stretches).flatMap((stretch) => Object.values(stretch.facts(r))),
    ...Object.values(data.stretches).flatMap((stretch) =>
      Object.values(stretch.plans ?? {}).map((plan) => (plan === 'python' ? null : plan(r))),
    ),
    ...Object.values(data.sets).flatMap((set) => Object.values(set.values(r))),
    ...Object.values(data.pythons).map((python) => ('base' in python ? null : python.params(r))),
  ];
}

test('what the checker accepts builds, and evaluates whatever the record holds', () => {
  let accepted = 0;
  fc.assert(
    fc.property(lines, record, (line, fields) => {
      const data = dataOf(line);
      if (data === null) return;
      accepted += 1;
      for (const communications of [[], [hello]])
        for (const value of evaluate(data, fields, communications)) expect(value).not.toBeUndefined();
    }),
    trials(1000),
  );
  // So that the above could fail.
  expect(accepted).toBeGreaterThan(300);
});
