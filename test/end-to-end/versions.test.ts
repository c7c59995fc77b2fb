import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SmtpPeer, startSmtpPeer } from '../peers/smtp-peer.ts';
import { csv, eventually, mailWorkspace, startWorld, type World } from './world.ts';

/** Eight hours take a second. */
const scale = 28_800;

const flow = (wait: string, second: string) => `campaign tour

flow greet {
  on participant created

  email HELLO {
    agent: concierge
    at: now
    window: any time
    duration: 300 days
    template: "hello"
  }
  wait ${wait}
  email SECOND {
    agent: concierge
    at: now
    window: any time
    duration: 300 days
    template: "${second}"
  }
}
`;

const files = (port: number) => ({
  ...mailWorkspace(port, { test: true, clock: { start: '2026-03-09T07:00:00Z', scale } }),
  'tour/flows.flow': flow('6 days', 'old'),
  'tour/templates/hello.txt': 'subject: Hello\n---\nHello.\n',
  'tour/templates/old.txt': 'subject: Old\n---\nAs it was.\n',
  'tour/templates/new.txt': 'subject: New\n---\nAs it is.\n',
});

let world: World;
let peer: SmtpPeer;
beforeAll(async () => {
  peer = await startSmtpPeer();
  world = await startWorld(files(peer.port));
});
afterAll(async () => {
  await world?.close();
  await peer?.stop();
});

/** The subjects each person got. */
function mails(): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { to, data } of peer.accepted) {
    const name = to[0]!.split('@')[0]!;
    found[name] = [...(found[name] ?? []), /^Subject: (.*)$/m.exec(data)![1]!.trim()];
  }
  for (const subjects of Object.values(found)) subjects.sort();
  return found;
}

function everyone(expected: Record<string, string[]>): Promise<true> {
  return eventually(`mails of ${Object.keys(expected)}`, 90, async () =>
    Object.entries(expected).every(([name, subjects]) => mails()[name]?.length === subjects.length),
  ).then(() => {
    expect(mails()).toEqual(expected);
    return true;
  });
}

async function add(...names: string[]): Promise<void> {
  world.write(
    'people.csv',
    csv(
      ['external_id', 'email'],
      names.map((name) => [name, `${name}@example.test`]),
    ),
  );
  expect(await world.flowc('import', 'tour', 'people.csv')).toMatchObject({ code: 0 });
}

it('a campaign is stopped, edited and started again while people are inside: each gets what their version says, once', async () => {
  const generated = join(world.folder, 'generated');
  const first = await world.worker();
  expect(await world.flowc('start', 'tour')).toMatchObject({ code: 0 });
  await add('ada', 'bob');
  await everyone({ ada: ['Hello'], bob: ['Hello'] });

  // Stopped: waits run down, events are kept, nothing is sent.
  expect(await world.flowc('stop', 'tour')).toMatchObject({ code: 0 });
  await add('cyd', 'dan');
  const overdue = world.workspace.now() + 6.5 * 86_400_000;

  // Edited: the old version stays beside the new one, and no worker that lacks the new one may be alive at its release.
  world.write('tour/flows.flow', flow('1 hour', 'new'));
  expect(await world.flowc('build')).toMatchObject({ code: 0 });
  expect(await world.flowc('publish', 'tour')).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/lacks tour\/greet@\w+\. Restart the worker/),
  });
  await eventually('the waits are over', 60, async () => world.workspace.now() > overdue);
  expect(mails()).toEqual({ ada: ['Hello'], bob: ['Hello'] });
  expect(await first.stop()).toBe(0);

  // A worker whose build has lost the old version: new people go on, those inside the old one wait for its return.
  cpSync(generated, join(world.folder, 'kept'), { recursive: true });
  rmSync(generated, { recursive: true });
  expect(await world.flowc('build')).toMatchObject({ code: 0 });
  const lacking = await world.worker();
  expect(await world.flowc('publish', 'tour')).toMatchObject({ code: 0 });
  expect(await world.flowc('start', 'tour')).toMatchObject({ code: 0 });
  const fresh = { cyd: ['Hello', 'New'], dan: ['Hello', 'New'] };
  await everyone({ ada: ['Hello'], bob: ['Hello'], ...fresh });
  await lacking.kill();

  rmSync(generated, { recursive: true });
  cpSync(join(world.folder, 'kept'), generated, { recursive: true });
  const healed = await world.worker();
  await everyone({ ada: ['Hello', 'Old'], bob: ['Hello', 'Old'], ...fresh });
  await eventually('every run ended and nothing waits', 60, async () => {
    const runs = await world.workspace.store.db.selectFrom('run').select(['state', 'ended_as']).execute();
    return runs.length === 4 && runs.every((run) => run.state === 'ended');
  });
  expect(await healed.stop()).toBe(0);
});
