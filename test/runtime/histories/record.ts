/**
 * Records the histories that `replay.test.ts` replays, on a real server, a real database and a real SMTP peer:
 *   node --conditions=flowc-source test/runtime/histories/record.ts
 * Run it only after a deliberate change of the kernel's commands; the old histories then need `patched()` or must go.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Fields } from '../../../runtime/model/values.ts';
import { setCampaignState } from '../../../runtime/store/campaigns.ts';
import { endCommunication } from '../../../runtime/store/ended.ts';
import { publish } from '../../../runtime/store/releases.ts';
import { eventually, startWorld } from '../../end-to-end/world.ts';
import { startSmtpPeer } from '../../peers/smtp-peer.ts';

const here = import.meta.dirname;
const campaign = 'journey';
/** Two virtual days take 48 seconds. */
const scale = 3600;

const peer = await startSmtpPeer();
const config = {
  environments: {
    dev: { test: true, clock: { start: '2026-03-09T07:00:00Z', scale }, channels: { billing: { smtp: `smtp://127.0.0.1:${peer.port}` } } },
  },
};
const world = await startWorld({ ...workspaceFiles(), 'flowc.json': JSON.stringify(config) });
try {
  const { store, campaigns } = world.workspace;
  const data = campaigns.find((one) => one.name === campaign)!;
  const current = Object.fromEntries(Object.entries(data.flows).map(([flow, { hash }]) => [flow, hash]));
  const older = data.versions.find(({ name, hash }) => name === 'nudge' && hash !== current.nudge)!;
  await setCampaignState(store.db, campaign, 'active');
  const worker = await world.worker();
  const change = (id: string, fields: Fields) => world.change(campaign, id, { email: `${id}@example.test`, ...fields });

  await publish(store.db, campaign, { ...current, nudge: older.hash });
  await change('two-hashes', { kind: 'waits' });
  await change('two-hashes', { due_date: '2026-05-01' });
  await parked('two-hashes', 2);
  await publish(store.db, campaign, current);
  await change('two-hashes', { due_date: '2026-06-01' });
  await parked('two-hashes', 3);

  const kinds = { answered: 'mail', silent: 'mail', canceled: 'mail', exited: 'mail', 'failed-python': 'fails', waits: 'waits', follows: 'follows', condition: 'condition', 'condition-late': 'condition' };
  for (const [id, kind] of Object.entries(kinds)) await change(id, { kind, due_date: '2026-03-15' });
  await Promise.all([
    change('canceled', { paid: true }),
    change('exited', { opted_out: true }),
    started('answered').then((id) => endCommunication(store, { id, status: 'Completed', reason: 'answered', at: world.workspace.now() }, data)),
    parked('condition', 1).then(() => change('condition', { paid: true })),
    parked('follows', 1).then(() => change('follows', { timezone: 'America/New_York' })),
    parked('waits', 1).then(continueAsNew),
  ]);
  // Silence ends what was sent after three days; the bound of the late condition is three days too.
  await eventually('short journeys ended', 400, async () => {
    const open = await world.client.workflow.count(`WorkflowType = '${campaign}' AND ExecutionStatus = 'Running'`);
    return open.count <= 2;
  });

  for await (const execution of world.client.workflow.list({ query: `WorkflowType = '${campaign}'` })) {
    const handle = world.client.workflow.getHandle(execution.workflowId, execution.runId);
    const history = scrubbed(JSON.parse(historyToJSON(await handle.fetchHistory())));
    const name = `${execution.workflowId.split('/')[1]}-${execution.status.name.toLowerCase()}`;
    const twin = (await number(name)) + 1;
    writeFileSync(join(here, 'recorded', `${name}-${twin}.json`), `${JSON.stringify(history)}\n`);
    console.log(`${name}-${twin}: ${history.events.length} events`);
  }
  await worker.stop();

  async function number(name: string): Promise<number> {
    return readdirSync(join(here, 'recorded')).filter((file) => file.startsWith(`${name}-`)).length;
  }

  /** Updates that start nothing, until the history is long enough to be left behind before the long wait. */
  async function continueAsNew(): Promise<void> {
    for (let i = 0; i < 25; i++) {
      await change('waits', { score: i });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async function parked(id: string, count: number): Promise<void> {
    await eventually(`${count} parked runs of ${id}`, 60, async () => {
      const rows = await store.db.selectFrom('run').innerJoin('participant', 'participant.id', 'run.participant_id').select('run.id').where('external_id', '=', id).where('state', '=', 'parked').execute();
      return rows.length >= count;
    });
  }

  async function started(id: string): Promise<string> {
    return eventually(`a started e-mail of ${id}`, 60, async () => {
      const row = await store.db.selectFrom('communication').innerJoin('participant', 'participant.id', 'communication.participant_id').select('communication.id').where('external_id', '=', id).where('status', '=', 'Started').executeTakeFirst();
      return row?.id ?? null;
    });
  }
} finally {
  await world.close();
  await peer.stop();
}

function workspaceFiles(): Record<string, string> {
  const folder = join(here, 'workspace');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(flow|py|ts)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

interface RecordedHistory {
  readonly events: readonly Record<string, unknown>[];
}

/** Takes out what tells of the machine it was recorded on. */
function scrubbed(history: RecordedHistory): RecordedHistory {
  return JSON.parse(JSON.stringify(history, (key, value: unknown) => (key === 'identity' ? 'recorder' : key === 'stackTrace' ? '' : value))) as RecordedHistory;
}
