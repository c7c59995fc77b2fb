/** What `flowc worker` runs, with the bench's channel and a clock of its own for each participant. Configuration in $BENCH_WORKER. */
import { join } from 'node:path';
import { createActivities } from '../../../runtime/activities/create.ts';
import type { EventMessage, Who } from '../../../runtime/activities/port.ts';
import { campaignFiles } from '../../../runtime/campaign-files.ts';
import type { ChannelAdapter } from '../../../runtime/channels/port.ts';
import { loadCampaigns } from '../../../runtime/load.ts';
import { pythonPool } from '../../../runtime/python/pool.ts';
import { openStore } from '../../../runtime/store/database.ts';
import { startRelay } from '../../../runtime/store/relay.ts';
import { bundleWorkflows } from '../../../runtime/temporal/bundle.ts';
import { connectClient, connectNative } from '../../../runtime/temporal/connect.ts';
import { signalParticipant } from '../../../runtime/temporal/signal.ts';
import { runWorker } from '../../../runtime/temporal/worker.ts';
import { post } from '../lib/http.ts';

interface Configuration {
  readonly address: string;
  readonly namespace: string;
  readonly sinkUrl: string;
  readonly workspace: string;
  readonly databaseUrl: string;
  readonly schema: string;
}

const configuration = JSON.parse(process.env.BENCH_WORKER!) as Configuration;
const { address, namespace, sinkUrl, workspace, databaseUrl, schema } = configuration;
const log = (line: string) => process.stderr.write(`${line}\n`);

/** One POST per message, handed off just before. */
const messages: Readonly<Record<string, { readonly n: number; readonly template: string }>> = {
  HELLO: { n: 1, template: 'welcome' },
  THANKS: { n: 2, template: 'thanks' },
  REMINDER: { n: 2, template: 'reminder' },
};

const sinkChannel: ChannelAdapter = {
  kind: 'email',
  async send({ id, to }, handOff) {
    const [, participant, , name] = id.split('/');
    // Unique in the database: `<measurement>-<person>`.
    const person = participant!.slice(participant!.indexOf('-') + 1);
    if (!(await handOff())) return { kind: 'withdrawn' };
    await post(`${sinkUrl}/send`, { participant: person, ...messages[name!], to, key: id });
    return { kind: 'sent' };
  },
  check: async () => ({ ok: true }),
  close: async () => {},
};

/** Only the first event of a participant counts: it starts the workflow. Its instant is the participant's virtual now. */
function withClock(who: Who, message: EventMessage): Who {
  return { ...who, clock: { base: message.at, start: Date.now(), scale: 1 } };
}

const campaigns = await loadCampaigns(workspace);
const byName = new Map(campaigns.map((campaign) => [campaign.name, campaign]));
const store = await openStore({ url: databaseUrl, workspace: campaigns[0]!.workspace, schema });
const target = { options: { address }, namespace };
const client = await connectClient(target);
const connection = await connectNative(target, join(workspace, '.flowc', 'worker.log'));
const activities = createActivities({
  store,
  campaigns: (name) => byName.get(name),
  channels: () => sinkChannel,
  python: pythonPool({ interpreter: 'python3' }),
  files: campaignFiles(workspace, byName),
  log,
});
const bundle = await bundleWorkflows(workspace);
const worker = await runWorker({ connection, namespace, bundle, activities, memoryMb: 1536 });
const signal = signalParticipant(client);
const relay = startRelay({
  store,
  campaigns: (name) => byName.get(name),
  signal: (who, message, versions) => signal(withClock(who, message), message, versions),
  channelUp: async () => true,
  log,
});
process.on('message', () => worker.shutdown());
process.on('disconnect', () => process.exit(0));
process.send!({ ready: true });
await worker.run;
await relay.stop();
await connection.close();
await client.connection.close();
await store.close();
process.exit(0);
