/** What an expert would write by hand: one workflow per participant, two activities, two timers. */
import { condition, defineSignal, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import { nextOpen } from './clock.ts';
import type { Participant, SendArgs } from './types.ts';

interface Activities {
  send(message: SendArgs): Promise<{ accepted: boolean }>;
  readFields(id: string): Promise<Participant['fields']>;
}

const { send, readFields } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });
export const ended = defineSignal<[{ status: string }]>('communicationEnded');
const office = { from: '09:00', to: '18:00', days: [1, 2, 3, 4, 5] };

async function journey(person: Participant, read: (id: string) => Promise<Participant['fields']>): Promise<string> {
  let status: string | undefined;
  setHandler(ended, (event) => {
    status = event.status;
  });
  const fields = await read(person.id);
  if (fields.paid) return 'already-paid';
  const delay = nextOpen(person.t0, fields.timezone, office) - person.t0;
  if (delay > 0) await sleep(delay);
  await send({ participant: person.id, n: 1, template: 'welcome', to: fields.email });
  await condition(() => status !== undefined, person.timeoutMs);
  await send({ participant: person.id, n: 2, template: status ? 'thanks' : 'reminder', to: fields.email });
  return status ?? 'timeout';
}

/** The fields come with the start argument. */
export async function minimal(person: Participant): Promise<string> {
  return journey(person, async () => person.fields);
}

/** An activity reads the fields when the journey starts: they may differ from what the trigger carried. */
export async function minimalRead(person: Participant): Promise<string> {
  return journey(person, readFields);
}
