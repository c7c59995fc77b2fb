import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventMessage, KernelActivities } from '../../runtime/activities/port.ts';
import { environmentOf } from '../../runtime/config.ts';
import { bundleWorkflows } from '../../runtime/temporal/bundle.ts';
import { connectClient, connectNative, temporalTarget } from '../../runtime/temporal/connect.ts';
import { registerSearchAttributes } from '../../runtime/temporal/search-attributes.ts';
import { runningServer, startTemporal, type TemporalServer } from '../../runtime/temporal/server.ts';
import { signalParticipant, versionsAttribute } from '../../runtime/temporal/signal.ts';
import { runWorker } from '../../runtime/temporal/worker.ts';
import { hangMs } from '../patience.ts';

const dev = environmentOf({}, 'dev');

let workspace: string;
let folder: string;
let server: TemporalServer;

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'flowc-temporal-'));
  folder = join(workspace, '.flowc');
  writeWorkspace(workspace);
  server = await startTemporal({ folder, log: () => {} });
});

afterAll(async () => {
  await server?.stop();
  rmSync(workspace, { recursive: true, force: true });
});

/** A workflow that needs no kernel: it hands what it was signalled to the `close` activity and ends. */
function writeWorkspace(workspace: string): void {
  const generated = join(workspace, 'generated', 'hello');
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(workspace, 'generated', 'workflows.ts'), `export * from './hello/campaign.workflow.ts';\n`);
  writeFileSync(join(generated, 'greet.workflow.ts'), `export const greet = { words: 'greet was preloaded' };\n`);
  writeFileSync(
    join(generated, 'campaign.workflow.ts'),
    `import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import { greet } from './greet.workflow.ts';
const { close } = proxyActivities({ startToCloseTimeout: '10 seconds' });
export async function hello(argument) {
  let message;
  setHandler(defineSignal('participantCreated'), (given) => { message = given; });
  await condition(() => message !== undefined);
  return { answer: await close({ who: argument.who, because: message.id }), words: greet.words };
}
`,
  );
}

function message(id: string): EventMessage {
  return { number: 1, id, type: 'participantCreated', starts: [], at: 0 };
}

describe('the dev server of a workspace', () => {
  it('leaves its address where other commands find it', () => {
    expect(runningServer(folder)?.address).toBe(server.address);
    expect(temporalTarget(folder, dev)?.options.address).toBe(server.address);
    expect(server.uiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('shows the web interface', async () => {
    expect((await fetch(server.uiUrl!)).status).toBe(200);
  });

  it('is taken over, not doubled, by a second start', async () => {
    const again = await startTemporal({ folder, log: () => {} });
    expect(again.address).toBe(server.address);
  });

  it('keeps what it knew over a restart', async () => {
    const own = mkdtempSync(join(tmpdir(), 'flowc-temporal-'));
    try {
      const first = await startTemporal({ folder: own, log: () => {}, headless: 'headless' });
      const client = await connectClient({ options: { address: first.address }, namespace: first.namespace });
      await signalParticipant(client)({ campaign: 'hello', participant: 'kept' }, message('e1'), ['greet@1']);
      await client.connection.close();
      await first.stop();
      expect(runningServer(own)).toBeNull();
      const second = await startTemporal({ folder: own, log: () => {}, headless: 'headless' });
      const after = await connectClient({ options: { address: second.address }, namespace: second.namespace });
      const seen = await after.workflow.getHandle('hello/kept').describe();
      expect(seen.status.name).toBe('RUNNING');
      await after.connection.close();
      await second.stop();
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  });
});

describe('a namespace of a server that somebody else set up', () => {
  const target = (namespace: string) => ({ options: { address: server.address }, namespace });

  it('gets the search attribute that workflows are started with, once', async () => {
    const client = await connectClient(target('default'));
    const { workflowService, operatorService } = client.connection;
    const namespace = 'bare';
    const day = { seconds: (24 * 3600) as unknown as Long };
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: day });
    const attributes = async () => (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
    // The server takes a moment to know its own namespace.
    await vi.waitUntil(
      () =>
        attributes().then(
          () => true,
          () => false,
        ),
      { timeout: hangMs, interval: 200 },
    );
    expect(await attributes()).not.toHaveProperty(versionsAttribute.name);
    const said: string[] = [];
    await registerSearchAttributes(client, target(namespace), (line) => said.push(line));
    await vi.waitUntil(async () => versionsAttribute.name in (await attributes()), { timeout: hangMs, interval: 200 });
    await registerSearchAttributes(client, target(namespace), (line) => said.push(line));
    expect(said).toEqual([]);
    await client.connection.close();
  });

  it('is named, with how to make it, when it does not exist', async () => {
    await expect(connectClient(target('nowhere'))).rejects.toThrow(
      `Temporal at ${server.address} has no namespace nowhere: make it with \`temporal operator namespace create --namespace nowhere\`, or name another one with TEMPORAL_NAMESPACE or "temporal": { "namespace": … } in flowc.json.`,
    );
  });

  it('says how to make the search attribute by hand where no client may', async () => {
    const refusing = {
      connection: { operatorService: { listSearchAttributes: () => Promise.reject(new Error('permission denied')) } },
    } as unknown as Client;
    const said: string[] = [];
    await registerSearchAttributes(refusing, target('acme'), (line) => said.push(line));
    expect(said).toEqual([
      expect.stringContaining('(permission denied). If it is missing no workflow starts: make it'),
    ]);
  });
});

describe('an event on its way to a worker', () => {
  it('creates the participant’s workflow, named after campaign and participant, with its versions', async () => {
    const client = await connectClient({ options: { address: server.address }, namespace: server.namespace });
    const target = { options: { address: server.address }, namespace: server.namespace };
    const connection = await connectNative(target, join(folder, 'worker.log'));
    const activities = { close: async (input: unknown) => input } as unknown as KernelActivities;
    const bundle = await bundleWorkflows(workspace);
    const worker = await runWorker({ connection, namespace: server.namespace, bundle, activities, memoryMb: 1024 });
    try {
      await signalParticipant(client)({ campaign: 'hello', participant: '42' }, message('event-7'), ['greet@abc']);
      const handle = client.workflow.getHandle('hello/42');
      expect(await handle.result()).toEqual({
        answer: { who: { campaign: 'hello', participant: '42' }, because: 'event-7' },
        words: 'greet was preloaded',
      });
      const description = await handle.describe();
      expect(description.type).toBe('hello');
      expect(description.taskQueue).toBe('flowc');
      expect(description.typedSearchAttributes.get(versionsAttribute)).toEqual(['greet@abc']);
    } finally {
      worker.shutdown();
      await worker.run;
      await connection.close();
      await client.connection.close();
    }
  });
});

describe('the bundle', () => {
  it('is made once for the same content', async () => {
    const first = await bundleWorkflows(workspace);
    const kept = join(folder, `bundle-${first.hash}.js`);
    const { mtimeMs } = statSync(kept);
    expect((await bundleWorkflows(workspace)).hash).toBe(first.hash);
    expect(statSync(kept).mtimeMs).toBe(mtimeMs);
    expect(readFileSync(kept, 'utf8')).toBe(first.code);
  });

  it('says in one sentence when nothing was built', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'flowc-empty-'));
    await expect(bundleWorkflows(empty)).rejects.toThrow(/no generated.workflows\.ts yet: run `flowc build`/);
    rmSync(empty, { recursive: true });
  });
});

describe('a Temporal server that is down', () => {
  const target = { options: { address: '127.0.0.1:1' }, namespace: 'default' };

  it('is one sentence for the client', async () => {
    await expect(connectClient(target)).rejects.toThrow(
      /^Temporal at 127\.0\.0\.1:1 cannot be reached \(.+\): start it, or set TEMPORAL_ADDRESS/,
    );
  });

  it('is one sentence for the worker', async () => {
    await expect(connectNative(target, join(folder, 'worker.log'))).rejects.toThrow(
      /^Temporal at 127\.0\.0\.1:1 cannot be reached \(.+\): start it, or set TEMPORAL_ADDRESS/,
    );
  });
});
