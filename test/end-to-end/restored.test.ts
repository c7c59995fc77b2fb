import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { storeGeneration } from '../../runtime/store/generation.ts';
import { type SmtpPeer, startSmtpPeer } from '../peers/smtp-peer.ts';
import { backupsOf } from './database-copy.ts';
import { type HastyWorker, startHastyWorker } from './hasty-worker-process.ts';
import { eventually, mailWorkspace, startWorld, type World } from './world.ts';

/** An hour takes three seconds. */
const scale = 1200;
const watchTimes = { graceMs: 2_000, idleMs: 15_000, everyMs: 500, generationMs: 500 };

const email = (name: string, at: string) => `email ${name} {
    agent: concierge
    at: ${at}
    window: any time
    duration: 300 days
    template: "hello"
  }`;

const files = (port: number) => ({
  ...mailWorkspace(port, { test: true, clock: { start: '2026-03-09T07:00:00Z', scale } }),
  'tour/flows.flow': `campaign tour

flow greet {
  on participant created

  ${email('HELLO', 'now')}
  wait 6 hours
  ${email('SECOND', 'now')}
}
`,
  'slow/flows.flow': `campaign slow

flow later {
  on participant created

  ${email('LATER', 'now + 30 hours')}
}
`,
  'near/flows.flow': `campaign near

flow soon {
  on participant created

  ${email('SOON', 'now + 6 hours')}
}
`,
  'near/templates/hello.txt': 'subject: Hello\n---\nHello.\n',
  'tour/templates/hello.txt': 'subject: Hello\n---\nHello.\n',
  'slow/templates/hello.txt': 'subject: Hello\n---\nHello.\n',
});

let world: World;
let peer: SmtpPeer;
let worker: HastyWorker | null = null;
const log: string[] = [];

beforeAll(async () => {
  peer = await startSmtpPeer();
  world = await startWorld(files(peer.port));
  for (const { name } of world.workspace.campaigns) await setCampaignState(world.workspace.store.db, name, 'active');
});
afterAll(async () => {
  await worker?.stop();
  await world?.close();
  await peer?.stop();
});

async function startWorker(): Promise<void> {
  worker = await startHastyWorker(world, watchTimes, log);
}

const joins = (campaign: string, name: string) => world.change(campaign, name, { email: `${name}@example.test` });
const mailsTo = (name: string) => peer.accepted.filter(({ to }) => to[0] === `${name}@example.test`).length;
const gets = (name: string, mails: number) =>
  eventually(`${mails} mails to ${name}`, 120, async () => mailsTo(name) >= mails);
const isOpen = async (workflowId: string) =>
  (await world.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';

async function statusesOf(name: string): Promise<readonly string[]> {
  const rows = await world.workspace.store.db
    .selectFrom('communication')
    .innerJoin('participant', 'participant.id', 'communication.participant_id')
    .select(['communication.name', 'communication.status', 'communication.reason'])
    .where('participant.external_id', '=', name)
    .orderBy('communication.seq')
    .execute();
  return rows.map((row) => `${row.name} ${row.status}${row.reason ? ` ${row.reason}` : ''}`);
}

it('a backup is restored under running workers: nothing is sent until both sides were compared, and nothing twice', async () => {
  const backups = backupsOf(world.workspace.store.url);
  const { db } = world.workspace.store;
  await startWorker();
  await joins('slow', 'bob');
  await eventually('bob’s message is planned', 60, async () => (await statusesOf('bob'))[0] === 'LATER Planned');
  // Clocks of server and database may differ by seconds: who moved just before the backup counts as moved after it.
  await sleep(7_000);
  await joins('near', 'eve');
  await joins('tour', 'cyd');
  await gets('cyd', 1);
  await eventually('eve’s message is planned', 60, async () => (await statusesOf('eve'))[0] === 'SOON Planned');
  await eventually('cyd waits', 60, async () => (await statusesOf('cyd'))[0] === 'HELLO Started');
  const generation = await storeGeneration(db);
  await backups.take();

  // What the backup does not know: messages that went out, and somebody new.
  await gets('cyd', 2);
  await gets('eve', 1);
  await joins('tour', 'dan');
  await gets('dan', 1);
  await eventually('the generation goes on', 60, async () => (await storeGeneration(db)) > generation + 1);
  await backups.restore();
  const told = await worker!.line('restoring a backup');
  expect(told).toMatch(
    /^The database is older than .*restoring a backup: .* nothing is sent until `flowc repair` has compared the two\.$/,
  );

  const before = peer.accepted.length;
  for (const args of [['status'], ['status', 'tour'], ['doctor']])
    expect((await world.flowc(...args)).stdout).toContain(told);
  expect(await world.flowc('start', 'tour')).toMatchObject({ code: 3, stderr: expect.stringContaining(told) });
  expect(await world.flowc('repair', 'tour')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Run that first'),
  });

  expect((await world.flowc('repair', '--dry-run')).stdout).toMatch(/^tour dan did .*: to do: workflow terminated$/m);
  await eventually('bob’s time comes', 120, async () => {
    const row = await db.selectFrom('communication').select('opens').where('name', '=', 'LATER').executeTakeFirst();
    return world.workspace.now() > row!.opens! + 3_600_000;
  });
  expect(peer.accepted.length).toBe(before);

  const repaired = await world.flowc('repair');
  expect(repaired.code).toBe(0);
  const lines = repaired.stdout.trimEnd().split('\n').sort();
  expect(lines).toEqual([
    expect.stringMatching(
      /^near eve did something that the restored database does not know: .*1 communication failed as unknown/,
    ),
    expect.stringMatching(/^tour cyd did .*: .*1 run ended as terminated/),
    expect.stringMatching(/^tour dan did .*: workflow terminated$/),
  ]);
  // Bob stood still meanwhile, and goes on. What may have gone out does not go out again.
  await gets('bob', 1);
  expect(await isOpen('tour/dan')).toBe(false);
  expect(await statusesOf('eve')).toEqual(['SOON Failed unknown']);
  expect((await world.flowc('status', '--format', 'json')).stdout).toContain('"restored": null');
  expect((await world.flowc('repair')).stdout).toBe('Nobody is stuck.\n');
  expect(await storeGeneration(db)).toBeGreaterThan(generation + 1);
  await sleep(3_000);
  expect({ bob: mailsTo('bob'), cyd: mailsTo('cyd'), eve: mailsTo('eve') }).toEqual({ bob: 1, cyd: 2, eve: 1 });
}, 600_000);
