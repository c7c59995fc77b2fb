import { afterAll, beforeAll, expect, it } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { type SmtpPeer, startSmtpPeer } from '../peers/smtp-peer.ts';
import { eventually, mailWorkspace, startWorld, type World } from './world.ts';

const files = (port: number) => ({
  ...mailWorkspace(port),
  'blast/flows.flow': `campaign blast

flow hello {
  on participant created

  email HELLO {
    agent: concierge
    at: now
    window: any time
    duration: 24 hours
    template: "hello"
  }
}
`,
  'blast/templates/hello.txt': 'subject: Hello\n---\nHello.\n',
});

let world: World;
let peer: SmtpPeer;
beforeAll(async () => {
  // Takes the message and says nothing: the send is still under way when the worker has to end.
  peer = await startSmtpPeer({ at: (stage) => (stage === 'dot' ? { do: 'silent' } : { do: 'go on' }) });
  world = await startWorld(files(peer.port));
});
afterAll(async () => {
  await world?.close();
  await peer?.stop();
});

it('a worker that is told to end ends, also when a mail server leaves it without an answer', async () => {
  await setCampaignState(world.workspace.store.db, 'blast', 'active');
  const worker = await world.worker();
  await world.change('blast', 'ada', { email: 'ada@example.test' });
  await eventually('the message is handed over', 60, async () => peer.accepted.length === 1);
  expect(await worker.stop()).toBe(0);
});
