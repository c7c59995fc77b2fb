import { expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import type { CommunicationModel, WorkspaceModel } from '../../compiler/model.ts';
import { cases } from './cases.ts';
import {
  binary,
  campaign,
  communication,
  field,
  fieldModel,
  flow,
  integer,
  plan,
  result,
  stop,
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
test.each(Object.entries(changes))('%s changes the hash', (_, each) => {
  expect(changed(each)).toBe(true);
});

test.each(Object.entries(cases))('%s builds to the same bytes twice', (_, make) => {
  expect(build({ model: make(), released: [] })).toEqual(build({ model: make(), released: [] }));
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
