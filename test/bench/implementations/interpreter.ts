import { control } from '../lib/temporal.ts';

const office = { from: '09:00', to: '18:00', days: [1, 2, 3, 4, 5] };
const address = 'participant.email';

function definition(timeoutMs: number) {
  return {
    name: 'standard-journey',
    version: 1,
    start: 'paid?',
    nodes: [
      { id: 'paid?', type: 'if', path: 'participant.paid', equals: true, then: 'end', else: 'window' },
      { id: 'window', type: 'window', window: office, zone: 'participant.timezone', next: 'welcome' },
      { id: 'welcome', type: 'send', n: 1, template: 'welcome', to: address, next: 'wait' },
      { id: 'wait', type: 'waitEnded', timeoutMs, into: 'welcome', next: 'answered?' },
      { id: 'answered?', type: 'if', path: 'welcome.status', equals: 'answered', then: 'thanks', else: 'reminder' },
      { id: 'thanks', type: 'send', n: 2, template: 'thanks', to: address, next: 'end' },
      { id: 'reminder', type: 'send', n: 2, template: 'reminder', to: address, next: 'end' },
      { id: 'end', type: 'end' },
    ],
  };
}

export const interpreter = control({
  name: 'interpreter',
  title: 'a JSON definition as argument, one log activity per node',
  workflows: 'interpreter.ts',
  workflowType: 'interpreter',
  args: ({ id, fields, t0, timeoutMs }) => [definition(timeoutMs), { id, fields, t0, timeoutMs }],
  signal: { name: 'communicationEnded', args: [{ status: 'answered' }] },
});
