import fc from 'fast-check';
import { expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import type { Statement } from '../../compiler/model.ts';
import { trials } from '../effort.ts';
import { checkedFixture } from './fixtures.ts';
import { type Fields, runGenerated, runModel } from './interpreter.ts';
import { binary, campaign, field, flow, integer, plan, set, waitForCommunication, when, workspace } from './models.ts';
import { body, communications, count, flags, participant, record } from './programs.ts';

test('generated code does what the model says, statement by statement', async () => {
  await fc.assert(
    fc.asyncProperty(body, record, fc.array(fc.boolean(), { maxLength: 4 }), async (statements, fields, fate) => {
      const model = campaign([flow('main', statements)], { participant, communications });
      const expected = runModel(model, 'main', { ...fields }, fate);
      expect(await runGenerated(model, 'main', { ...fields }, fate)).toEqual(expected);
    }),
    trials(300),
  );
});

test('a value tested after a write is the written one', async () => {
  const model = checkedFixture('set-then-test').model.campaigns[0]!;
  const runWith = (fields: Fields) => runGenerated(model, 'count', fields, []);
  expect(await runWith({ attempts: 1 })).toEqual(['attempts = 2', 'attempts = 3', 'plan REMINDER', 'stop']);
  expect(await runWith({ attempts: 2 })).toEqual(['attempts = 3', 'stop']);
  expect(await runWith({ attempts: 0, paid: true })).toEqual(['attempts = 1', 'attempts = 2', 'note = paid', 'stop']);
});

test('both ways of a branch reach the rest that stands after it', async () => {
  const model = checkedFixture('wait-in-branch-then-rest').model.campaigns[0]!;
  expect(await runGenerated(model, 'wait_or_not', { due_date: '2026-04-01' }, [])).toEqual([
    'wait',
    'wait',
    'plan REMINDER',
    'stop',
  ]);
  expect(await runGenerated(model, 'wait_or_not', {}, [])).toEqual(['note = no date', 'wait', 'plan REMINDER', 'stop']);
});

test('output grows linearly with the source, also where every branch writes or waits', () => {
  const shapes: Record<string, (n: number) => Statement> = {
    writes: () => when(1, field(flags[0]!), [set(1, count, binary(field(count), '+', integer(1)))]),
    waits: () => when(1, field(flags[0]!), [waitForCommunication(1, 'A', null)]),
    'distinct conditions': (n) =>
      when(1, binary(field(count), '>=', integer(n)), [set(1, flags[1]!, field(flags[2]!))], [plan(1, 'A')]),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const size = (steps: number) => {
      const statements = Array.from({ length: steps }, (_, n) => shape(n));
      const model = workspace([campaign([flow('long', statements)], { participant, communications })]);
      return build({ model, released: [] }).files.reduce((sum, file) => sum + file.text.length, 0);
    };
    const [few, many] = [size(75), size(300)];
    expect(many / few, name).toBeLessThan(4.6);
  }
});
