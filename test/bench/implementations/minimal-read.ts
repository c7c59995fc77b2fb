import { control } from '../lib/temporal.ts';

export const minimalRead = control({
  name: 'minimal-read',
  title: 'the same, fields read by an activity',
  workflows: 'minimal.ts',
  workflowType: 'minimalRead',
  args: ({ id, t0, timeoutMs }) => [{ id, t0, timeoutMs }],
  signal: { name: 'communicationEnded', args: [{ status: 'answered' }] },
});
