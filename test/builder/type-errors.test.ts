/** What TypeScript and the checker say of one builder file, together: one cause, one message. */
import { expect, test } from 'vitest';
import { checkFolder } from '../language/workspace.ts';

const files = {
  'workspace.flow.ts': `import { agent, channel, workspace } from 'flowc';
workspace('acme', { timezone: 'Europe/Berlin' });
export const billing = channel('billing', 'email');
export const desk = agent('desk', { channels: [billing], welcomeMessage: 'Hello' });
`,
  'hello/campaign.flow.ts': `import { boolean, campaign, email, flow, integer, on, send, stop, to, when } from 'flowc';
import { desk } from '../workspace.flow.ts';

const hello = campaign('hello', { participant: { paid: boolean(false), visits: integer(0) } });
const { fields } = hello;
const HELLO = email('HELLO', { agent: desk, at: 'now', window: 'any time', duration: '1 hour' });
const count: number = 'many';
for (const name of ['one', 'two']) {
  flow(hello, name, { on: on.participantCreated, do: [
    when(fields.visit, [stop()]),
    to('nowhere'),
  ] });
}
flow(hello, 'three', { on: on.participantCreated, do: [send(HELLO)] });
export const use = [count];
`,
};

test('of a misspelt name TypeScript tells, once', async () => {
  const { diagnostics } = await checkFolder(files);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ span, code, message, help }) => [span.line, code, message, help])).toEqual([
    [
      7,
      'FLOW608',
      "TypeScript reports: Type 'string' is not assignable to type 'number'.",
      'Write a value of the expected type.',
    ],
    [
      10,
      'FLOW608',
      "TypeScript reports: Property 'visit' does not exist on type 'Fields<{ … }>'. Did you mean 'visits'?",
      'Write `visits`.',
    ],
    [11, 'FLOW202', 'Unknown flow `nowhere`.', 'Available: `one`, `two` and `three`.'],
  ]);
});
