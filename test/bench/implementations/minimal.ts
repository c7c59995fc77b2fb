import { control } from '../lib/temporal.ts';

export const minimal = control({
  name: 'minimal',
  title: 'written by hand, fields from the trigger',
  workflows: 'minimal.ts',
  workflowType: 'minimal',
  args: ({ id, fields, t0, timeoutMs }) => [{ id, fields, t0, timeoutMs }],
  signal: { name: 'communicationEnded', args: [{ status: 'answered' }] },
});
