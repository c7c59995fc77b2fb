import { expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import type { CommunicationModel, PythonModel, Statement, WorkspaceModel } from '../../compiler/model.ts';
import {
  binary,
  campaign,
  cancel,
  communication,
  field,
  fieldModel,
  flow,
  integer,
  origin,
  plan,
  result,
  stop,
  to,
  wait,
  when,
  workspace,
} from './models.ts';

const attempts = fieldModel('attempts', { kind: 'integer' }, { default: 0 });
const body = (limit: number, line = 3) => [
  when(line, binary(field(attempts), '>=', integer(limit)), [stop(line + 1)]),
  plan(line + 3, 'REMINDER'),
];
function model(limit = 3, line = 3, reminder: Partial<CommunicationModel> = {}): WorkspaceModel {
  return workspace([
    campaign([flow('remind', body(limit, line))], {
      participant: [attempts],
      communications: [communication('REMINDER', reminder)],
    }),
  ]);
}
function hashOf(each: WorkspaceModel): string {
  const { files } = build({ model: each, released: [] });
  const { text } = files.find(({ path }) => path === 'generated/payment_reminder/remind.data.ts')!;
  return /^ {2}hash: '(\w+)',$/m.exec(text)![1]!;
}
const changed = (each: WorkspaceModel) => hashOf(each) !== hashOf(model());

test('what no run depends on keeps the hash', () => {
  expect(changed(model(3, 200)), 'moved lines').toBe(false);
  expect(changed(model(3, 3, { startPhrase: 'Good morning' })), 'texts').toBe(false);
  const told = { ...model().agents[0]!, task: 'Be kind', instructions: 'Be brief', advanced: 'agents/a.json' };
  expect(changed({ ...model(), agents: [told] }), 'texts of the agent').toBe(false);
  const limits = [{ count: 1, kind: null, per: null, text: 'at most 1', origin: told.origin }] as const;
  expect(changed({ ...model(), limits }), 'limits, which hold for everybody at once').toBe(false);
  const titled = { ...model().campaigns[0]!.flows[0]!, title: 'First reminder' };
  expect(changed(workspace([campaign([titled])])), 'a title').toBe(false);
  const renamed = model(3, 3, { windowText: 'office' });
  expect(changed(renamed), 'the name of a window').toBe(false);
  const base = model();
  const other = communication('UNUSED', { durationMs: 1000 });
  const more = { ...base.campaigns[0]!, communications: [...base.campaigns[0]!.communications, other] };
  expect(changed({ ...base, campaigns: [more] }), 'a communication of another flow').toBe(false);
});

test('a moved line changes comments alone', () => {
  const lines = (each: WorkspaceModel) =>
    build({ model: each, released: [] }).files.map(({ text }) => text.replace(/\s*\/\/ .*|:\d+/g, ''));
  expect(lines(model(3, 200))).toEqual(lines(model()));
});

const base = model();
const weekend = [{ from: 540, to: 1080, days: [6, 7], except: [] }] as const;
const typed = (type: typeof attempts.type) =>
  workspace([
    campaign([
      flow('remind', [when(3, binary(field({ ...attempts, type }), '>=', integer(3)), [stop(4)]), plan(6, 'REMINDER')]),
    ]),
  ]);
const changes: Record<string, WorkspaceModel> = {
  'a number in a condition': model(4),
  'the type of a field it reads': typed({ kind: 'numeric' }),
  'a window': model(3, 3, { window: weekend }),
  'an excepted day': model(3, 3, { window: [{ ...weekend[0], except: ['2026-12-25'] }] }),
  'a duration': model(3, 3, { durationMs: 1000 }),
  'the date of a plan': model(3, 3, { at: result('pay_by', { kind: 'date' }) }),
  'a template': model(3, 3, { template: 'templates/other' }),
  context: model(3, 3, { context: ['amount'] }),
  if_past: model(3, 3, { ifPast: 'skip' }),
  'best time': model(3, 3, { bestTime: true }),
  'the number to call': model(3, 3, { voice: { phone: field(attempts), sipServer: null, sipParameters: {} } }),
  'the approved template': model(3, 3, { whatsapp: { template: 'due', language: null, variables: [] } }),
  'contact hours of the workspace': { ...base, contactHours: weekend },
  'contact hours of the campaign': { ...base, campaigns: [{ ...base.campaigns[0]!, contactHours: weekend }] },
  'contact hours of the channel': { ...base, channels: [{ ...base.channels[0]!, contactHours: weekend }] },
  'silence of the agent': { ...base, agents: [{ ...base.agents[0]!, silenceMs: 1 }] },
  again: workspace([campaign([flow('remind', body(3), { again: 'parallel' })])]),
  'the order of statements': workspace([campaign([flow('remind', body(3).toReversed())])]),
};

const action = (more: Partial<PythonModel> = {}): Statement => ({
  kind: 'python',
  action: {
    name: 'SCORE',
    script: 'scripts/score.py',
    code: null,
    params: [{ name: 'threshold', value: { kind: 'expression', expression: integer(1) } }],
    writes: [],
    reads: [],
    timeoutMs: 10_000,
    retries: 3,
    ...more,
  },
  origin: origin(3),
});
const split = (percent: number): Statement => ({
  kind: 'split',
  name: 'HALVES',
  arms: [{ percent, body: [plan(5, 'REMINDER')] }],
  else: [stop(6)],
  origin: origin(4),
});
const flowOf = (...statements: readonly Statement[]): WorkspaceModel =>
  workspace([
    campaign([flow('remind', statements)], { participant: [attempts], communications: [communication('REMINDER')] }),
  ]);
const params = (n: number): PythonModel['params'] => [
  { name: 'threshold', value: { kind: 'list', items: [{ kind: 'expression', expression: integer(n) }] } },
];
const pairs: Record<string, readonly [WorkspaceModel, WorkspaceModel]> = {
  'a parameter of a script': [flowOf(action({ params: params(1) })), flowOf(action({ params: params(2) }))],
  'the file of a script': [flowOf(action()), flowOf(action({ script: 'scripts/other.py' }))],
  'from a file to inline code': [flowOf(action()), flowOf(action({ script: null, code: 'def run(): pass' }))],
  'what a script writes': [flowOf(action()), flowOf(action({ writes: [attempts] }))],
  'what a script reads': [flowOf(action()), flowOf(action({ reads: [attempts] }))],
  'the timeout of a script': [flowOf(action()), flowOf(action({ timeoutMs: 1 }))],
  'the retries of a script': [flowOf(action()), flowOf(action({ retries: 0 }))],
  'a border of a split': [flowOf(split(50)), flowOf(split(60))],
  'the workspace’s name, by which people are split': [flowOf(split(50)), { ...flowOf(split(50)), name: 'other' }],
  'what is canceled': [flowOf(cancel(3)), flowOf(cancel(3, 'REMINDER'))],
  'how long it waits': [flowOf(wait(3, 1, 'day')), flowOf(wait(3, 2, 'day'))],
  'where it goes': [flowOf(to(3, 'a')), flowOf(to(3, 'b'))],
  spread: [model(), model(3, 3, { spreadMs: 60_000 })],
  uncapped: [model(), model(3, 3, { uncapped: true })],
};
test.each(Object.entries(pairs))('%s changes the hash as well', (_, [one, other]) => {
  expect(hashOf(one)).toBe(hashOf(structuredClone(one)));
  expect(hashOf(one)).not.toBe(hashOf(other));
});

test('what scripts say, and the workspace’s name where nobody is split by it, keep the hash', () => {
  const code = (text: string) => flowOf(action({ script: null, code: text }));
  expect(hashOf(code('def run(): return {}'))).toBe(hashOf(code('def run(): pass')));
  expect(changed({ ...model(), name: 'other' })).toBe(false);
});

test.each(Object.entries(changes))('%s changes the hash', (_, each) => {
  expect(changed(each)).toBe(true);
});

test('a changed flow keeps its older versions unchanged, newest first', () => {
  const first = build({ model: model(1), released: [] }).files;
  const [one, two, three] = [hashOf(model(1)), hashOf(model(2)), hashOf(model(3))];
  const second = build({ model: model(2), released: first }).files;
  const third = build({ model: model(3), released: second }).files;
  const text = (path: string) => third.find((file) => file.path === `generated/payment_reminder/${path}`)?.text;

  expect(text('campaign.workflow.ts')).toContain(`remind: [remind, remind_${two}, remind_${one}],`);
  expect(text('campaign.workflow.ts')).toContain(`from './versions/remind@${one}.workflow.ts'`);
  expect(text('campaign.data.ts')).toContain(`versions: [remind, remind_${two}, remind_${one}],`);
  expect(text('campaign.data.ts')).toContain(`remind: { hash: '${three}'`);
  const original = first.find((file) => file.path.endsWith('remind.workflow.ts'))!.text;
  expect(text(`versions/remind@${one}.workflow.ts`)).toBe(original);

  expect(build({ model: model(3), released: third }).files, 'building again changes nothing').toEqual(third);
});

test('going back to an older version makes it current again', () => {
  const first = build({ model: model(1), released: [] }).files;
  const second = build({ model: model(2), released: first }).files;
  const third = build({ model: model(1), released: second }).files;
  const older = third.map(({ path }) => path).filter((path) => path.includes('/versions/'));
  const version = `generated/payment_reminder/versions/remind@${hashOf(model(2))}`;
  expect(older).toEqual([`${version}.data.ts`, `${version}.workflow.ts`]);
});

test('a deleted flow keeps its last version for the people inside', () => {
  const first = build({ model: model(1), released: [] }).files;
  const without = workspace([campaign([])]);
  const { files } = build({ model: without, released: first });
  const workflow = files.find((file) => file.path.endsWith('campaign.workflow.ts'))!.text;
  expect(workflow).toContain(`remind: [remind_${hashOf(model(1))}],`);
  expect(files.find((file) => file.path.endsWith('campaign.data.ts'))!.text).toContain('flows: {},');
});
