/** Rules of lowering that no committed output shows, each read off the IR of a small flow. */
import { expect, test } from 'vitest';
import type { Instruction } from '../../compiler/ir.ts';
import { lowerFlow } from '../../compiler/lower.ts';
import { checkFiles } from '../language/workspace.ts';
import { runGenerated, runModel } from './interpreter.ts';
import { binary, campaign, field, flow, integer, plan, set, when } from './models.ts';
import { communications, count, flags, participant } from './programs.ts';

/** The IR of a flow with these statements. */
function lowered(statements: string) {
  const { model, diagnostics } = checkFiles({
    'workspace.flow': `workspace acme { timezone: "Europe/Berlin" }
channel billing: email
agent a { channels: billing }
`,
    'pay/campaign.flow': `campaign pay
participant { due: date required }
email PLAIN { agent: a  at: now  window: any time  duration: 1 hour  template: "t" }
email LATER { agent: a  at: python "due - timedelta(days=1)"  window: any time  duration: 1 hour  template: "t" }
flow f {
  on communication ended: PLAIN
  send PLAIN
  ${statements}
  stop
}
`,
    'pay/templates/t.liquid': 'Hello',
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return lowerFlow(model!.campaigns[0]!, model!.campaigns[0]!.flows[0]!);
}

const first = (kind: Instruction['kind'], statements: string) =>
  lowered(statements).segments[0]!.body.find((instruction) => instruction.kind === kind);

test('Python is asked when a communication opens only before the plan of that one', () => {
  const { pythons, segments } = lowered('send LATER');
  expect(pythons).toMatchObject([{ name: 'at of LATER', communication: 'LATER', base: 'due - timedelta(days=1)' }]);
  expect(segments[0]!.body.map(({ kind }) => kind)).toEqual(['plan', 'python', 'plan', 'stop']);
});

test('a wait for what the own communication does watches every one: it may be any', () => {
  const watches = (condition: string) => first('wait for condition', `wait for ${condition}`);
  expect(watches('communication.status == Completed')).toMatchObject({ watches: ['LATER', 'PLAIN'] });
  expect(watches('communication.status == Completed or due is set')).toMatchObject({
    watches: ['LATER', 'PLAIN', 'due'],
  });
  expect(watches('PLAIN.status == Completed')).toMatchObject({ watches: ['PLAIN'] });
});

test('a wait until a date follows the timezone, one told from the moment is fixed', () => {
  const follows = (until: string) => first('wait for time', `wait until ${until}`);
  expect(follows('due at 10:00')).toMatchObject({ follows: 'wait until due at 10:00' });
  expect(follows('today + 1 day')).toMatchObject({ follows: null });
  expect(follows('now + 1 day')).toMatchObject({ follows: null });
});

test('many facts after a branch that writes are those of after the write, whichever way was taken', async () => {
  const body = [
    when(1, field(flags[0]!), [set(2, count, integer(20))]),
    ...Array.from({ length: 12 }, (_, n) =>
      when(3 + n, binary(field(count), '>=', integer(10 + n)), [plan(3 + n, 'A')]),
    ),
  ];
  const model = campaign([flow('main', body)], { participant, communications });
  const ids = lowerFlow(model, model.flows[0]!).stretches.map(({ id }) => id);
  expect(ids).toContain(`after if ${flags[0]!.name}`);
  for (const taken of [true, false])
    for (const before of [0, 15, 30]) {
      const fields = { [flags[0]!.name]: taken, [count.name]: before };
      const ran = await runGenerated(model, 'main', { ...fields }, []);
      expect(ran).toEqual(runModel(model, 'main', { ...fields }, []));
    }
});
