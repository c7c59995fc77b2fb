import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { startRelay } from '../../runtime/store/relay.ts';
import { signalParticipant } from '../../runtime/temporal/signal.ts';
import { type SmtpPeer, startSmtpPeer } from '../peers/smtp-peer.ts';
import { type HastyWorker, startHastyWorker } from './hasty-worker-process.ts';
import { eventually, mailWorkspace, startWorld, type World } from './world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** An hour takes three seconds. */
const scale = 1200;
/** Shorter than the usual times. */
const watchTimes = { graceMs: 2_000, idleMs: 15_000, lateMs: 600_000, everyMs: 500, generationMs: 60_000 };

const email = (name: string, at = 'now') => `email ${name} {
    agent: concierge
    at: ${at}
    window: any time
    duration: 300 days
    template: "hello"
  }`;

const flow = (campaign: string, wait = '6 hours') => `campaign ${campaign}

participant {
  city: string
}

flow greet {
  on participant created

  ${email('HELLO')}
  wait ${wait}
  ${email('SECOND')}
}

flow moved {
  on participant updated: city

  wait 12 hours
}
`;

const plans = `campaign plans

flow plan {
  on participant created

  ${email('LATER', 'now + 20 days')}
}
`;

const files = (port: number) => ({
  ...mailWorkspace(port, { test: true, clock: { start: '2026-03-09T07:00:00Z', scale } }),
  'tour/flows.flow': flow('tour'),
  'bug/flows.flow': flow('bug'),
  'old/flows.flow': flow('old'),
  'plans/flows.flow': plans,
  ...Object.fromEntries(
    ['tour', 'bug', 'old', 'plans'].map((name) => [`${name}/templates/hello.txt`, 'subject: Hello\n---\nHello.\n']),
  ),
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
  worker ??= await startHastyWorker(world, watchTimes, log);
}

async function stopWorker(): Promise<void> {
  await worker?.stop();
  worker = null;
}

const joins = (campaign: string, name: string) => world.change(campaign, name, { email: `${name}@example.test` });
const workflow = (campaign: string, name: string) => world.client.workflow.getHandle(`${campaign}/${name}`);
const mailsTo = (name: string) => peer.accepted.filter(({ to }) => to[0] === `${name}@example.test`).length;
const gets = (name: string, mails: number) =>
  eventually(`${mails} mails to ${name}`, 120, async () => mailsTo(name) >= mails);
const says = (line: string) => worker!.line(line);

/** Each run of a participant: flow and how it ended, or its state. */
async function runsOf(campaign: string, name: string): Promise<Record<string, string>> {
  const rows = await world.workspace.store.db
    .selectFrom('run')
    .innerJoin('participant', 'participant.id', 'run.participant_id')
    .select(['run.flow', 'run.state', 'run.ended_as'])
    .where('participant.campaign', '=', campaign)
    .where('participant.external_id', '=', name)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.flow, row.ended_as ?? row.state]));
}

/** Waits until the run of the flow is parked. */
const parked = (campaign: string, name: string, flow: string) =>
  eventually(`${flow} of ${name} is parked`, 120, async () => (await runsOf(campaign, name))[flow] === 'parked');

async function repaired(...args: string[]): Promise<string> {
  return (await world.flowc('repair', ...args)).stdout;
}

describe('a workflow is terminated by hand', () => {
  it('before its first commit: its events are signalled again, and everything happens once', async () => {
    await joins('tour', 'early');
    const { store, clock } = world.workspace;
    const relay = startRelay({
      store,
      campaigns: (name) => world.workspace.campaigns.find((one) => one.name === name),
      signal: signalParticipant(world.client),
      channelUp: async () => true,
      log: () => {},
      ...(clock ? { clock } : {}),
    });
    const signalled = store.db.selectFrom('event').select('number').where('state', '=', 'signalled');
    await eventually('the event is signalled', 60, async () => (await signalled.execute()).length === 1);
    await relay.stop();
    await workflow('tour', 'early').terminate();
    await startWorker();
    expect(await says('stuck: tour/early')).toBe(
      'stuck: tour/early has events that were signalled to a workflow that ended before it took them (the workflow is TERMINATED). `flowc repair` signals them again.',
    );
    expect(await repaired('--dry-run')).toContain('to do: 1 event signalled again\n');
    expect(await repaired('--dry-run')).toContain('tour early has events');
    expect(await repaired()).toMatch(/^tour early has events .*: 1 event signalled again\n$/);
    await gets('early', 2);
    await says('no longer stuck: tour/early');
    expect(mailsTo('early')).toBe(2);
  });

  it('after its first commit: what the store has of it ends as terminated, and nothing more is sent', async () => {
    await joins('tour', 'cut');
    await gets('cut', 1);
    await parked('tour', 'cut', 'greet');
    await workflow('tour', 'cut').terminate();
    await says('stuck: tour/cut has runs or communications but no workflow (the workflow is TERMINATED)');

    const all = await world.flowc('status');
    expect(all.stdout).toMatch(/^stuck +participants +each\ntour +1 +has runs or communications but no workflow\./m);
    const campaign = await world.flowc('status', 'tour', '--format', 'json');
    expect(JSON.parse(campaign.stdout).stuck).toMatchObject([
      { campaign: 'tour', externalId: 'cut', kind: 'no workflow', said: 'the workflow is TERMINATED' },
    ]);
    expect((await world.flowc('status', 'tour', 'cut')).stdout).toMatch(
      /^cut has runs or communications but no workflow \(the workflow is TERMINATED\)\. `flowc repair` ends them as terminated\. Found /,
    );
    expect((await world.flowc('doctor')).stdout).toMatch(/^missing +participants +1 is stuck: /m);

    expect(await repaired('tour', 'cut')).toMatch(
      /^tour cut has .*: 1 run ended as terminated, 1 communication canceled/,
    );
    expect(await runsOf('tour', 'cut')).toEqual({ greet: 'terminated' });
    expect((await world.flowc('doctor')).stdout).toMatch(/^ok +participants +no participant is known to be stuck/m);
    expect(mailsTo('cut')).toBe(1);
  });

  it('with a plan that is not due for weeks: it is canceled and can never be sent', async () => {
    await joins('plans', 'soon');
    const { db } = world.workspace.store;
    const planned = await eventually('the plan', 60, () =>
      db
        .selectFrom('communication')
        .select(['id', 'status'])
        .where('name', '=', 'LATER')
        .executeTakeFirst()
        .then((row) => row ?? null),
    );
    expect(planned.status).toBe('Planned');
    await workflow('plans', 'soon').terminate();
    await says('stuck: plans/soon');
    expect(await repaired('plans')).toContain(': 1 communication canceled');
    const rows = await db
      .selectFrom('communication')
      .select(['status', 'reason'])
      .where('id', '=', planned.id)
      .execute();
    expect(rows).toEqual([{ status: 'Canceled', reason: 'terminated' }]);
    const tombstone = await db.selectFrom('outbox').select('state').where('id', '=', planned.id).execute();
    expect(tombstone).toEqual([{ state: 'CANCELED' }]);
  });

  it('and another one begins: what the first left ends, the second goes on', async () => {
    await joins('tour', 'twice');
    await gets('twice', 1);
    await parked('tour', 'twice', 'greet');
    await workflow('tour', 'twice').terminate();
    await world.change('tour', 'twice', { city: 'Oslo' });
    await says('stuck: tour/twice has runs or communications of a workflow that is gone; another one runs');
    expect(await repaired()).toMatch(/^tour twice has .*: 1 run ended as terminated, 1 communication canceled/);
    await eventually('the second ends by itself', 60, async () => (await runsOf('tour', 'twice')).moved === 'stopped');
    expect(await runsOf('tour', 'twice')).toEqual({ greet: 'terminated', moved: 'stopped' });
    expect(mailsTo('twice')).toBe(1);
  });
});

it('a workflow is reset by hand: it gets back from the store what it has forgotten, and nothing is sent twice', async () => {
  await startWorker();
  await joins('tour', 'back');
  await gets('back', 1);
  await parked('tour', 'back', 'greet');
  await world.change('tour', 'back', { city: 'Oslo' });
  await parked('tour', 'back', 'moved');
  const { namespace } = world.client.options;
  await world.client.connection.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: 'tour/back' },
    reason: 'by hand',
    workflowTaskFinishEventId: await firstTask('tour/back'),
    requestId: 'reset',
    resetReapplyType: 2,
    resetReapplyExcludeTypes: [1],
  });
  await eventually(
    'both runs have ended',
    180,
    async () => !Object.values(await runsOf('tour', 'back')).includes('parked'),
  );
  expect(await runsOf('tour', 'back')).toEqual({ greet: 'stopped', moved: 'stopped' });
  await gets('back', 2);
  expect(await repaired('tour', 'back')).toBe('Nobody is stuck.\n');
  expect(mailsTo('back')).toBe(2);
});

async function firstTask(workflowId: string): Promise<never> {
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  // The end of the first workflow task: after it came everything that was sent.
  return events!.find((event) => event.workflowTaskCompletedEventAttributes)!.eventId as never;
}

describe('a workflow task that always fails', () => {
  it('because of a bug: the failure is told, and the participant can be ended', async () => {
    await stopWorker();
    const file = join(world.folder, 'generated', 'bug', 'greet.workflow.ts');
    const text = readFileSync(file, 'utf8');
    const broken = text.replace(
      /(function afterWait\w*\([^)]*\)[^{]*\{)/,
      "$1\n  if (flow) throw new Error('there is no such thing');",
    );
    expect(broken).not.toBe(text);
    writeFileSync(file, broken);
    await startWorker();
    await joins('bug', 'ada');
    await gets('ada', 1);
    expect(await says('stuck: bug/ada')).toContain(
      'is stuck because its workflow fails (there is no such thing). It continues by itself once the cause is fixed.',
    );

    const nothingToDo = await world.flowc('repair');
    expect(nothingToDo.code).toBe(1);
    expect(nothingToDo.stdout).toContain(
      'bug ada is stuck because its workflow fails (there is no such thing). It continues by itself once the cause is fixed. `flowc repair --terminate bug ada` ends it instead.\n',
    );
    expect(await world.flowc('repair', '--terminate', 'bug')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`--terminate` ends one participant'),
    });
    expect(await repaired('--terminate', 'bug', 'ada')).toMatch(
      /^bug ada is ended: workflow terminated, 1 run ended as terminated, 1 communication canceled/,
    );
    expect(await runsOf('bug', 'ada')).toEqual({ greet: 'terminated' });
    await says('no longer stuck: bug/ada');
    expect(mailsTo('ada')).toBe(1);
    writeFileSync(file, text);
  });

  it('because no worker holds its version: it goes on when one does', async () => {
    await joins('old', 'eve');
    await gets('eve', 1);
    await parked('old', 'eve', 'greet');
    await stopWorker();
    const generated = join(world.folder, 'generated');
    const kept = join(world.folder, 'kept');
    cpSync(generated, kept, { recursive: true });
    world.write('old/flows.flow', flow('old', '9 hours'));
    rmSync(generated, { recursive: true });
    expect((await world.flowc('build')).code).toBe(0);
    await startWorker();
    expect(await says('stuck: old/eve')).toMatch(
      /^stuck: old\/eve waits for a version that no running worker has \(greet@\w+\)\. Start a worker whose build has it; /,
    );
    expect(await world.flowc('repair', 'old')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^old eve waits for a version that no running worker has \(greet@\w+\)\. Start a worker /,
      ),
    });
    expect(await runsOf('old', 'eve')).toEqual({ greet: 'parked' });

    await stopWorker();
    rmSync(generated, { recursive: true });
    cpSync(kept, generated, { recursive: true });
    await startWorker();
    await gets('eve', 2);
    await says('no longer stuck: old/eve');
    expect(mailsTo('eve')).toBe(2);
  });
});
