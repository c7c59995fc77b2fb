/** flowc as it runs: a built workspace, the store, the relay and a worker; people join and answer through the store. */
import { join } from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import protos from '@temporalio/proto';
import type { CampaignData } from '../../../runtime/data/types.ts';
import { loadCampaigns } from '../../../runtime/load.ts';
import { publishBuilt } from '../../../runtime/publish.ts';
import { setCampaignState } from '../../../runtime/store/campaigns.ts';
import { applyChange } from '../../../runtime/store/changes.ts';
import { openStore, type Store } from '../../../runtime/store/database.ts';
import { endCommunication } from '../../../runtime/store/ended.ts';
import { versionsAttribute } from '../../../runtime/temporal/signal.ts';
import { benchDatabase } from '../lib/database.ts';
import { startWorker } from '../lib/processes.ts';
import { benchFolder, connect, meanCounts, noneOpen } from '../lib/temporal.ts';
import type { Context, Driver, Implementation, Person, Sink } from '../lib/types.ts';

const workspace = join(benchFolder, 'workspace');

export const flowc = implementation('flowc', 'a .flow file, built', 'standard_journey');
export const flowcScript = implementation('flowc-script', 'the same with a script', 'scripted_journey');

function implementation(name: string, title: string, campaign: string): Implementation {
  return { name, title, setup: (context) => setup(context, campaign) };
}

async function setup(context: Context, name: string): Promise<Driver> {
  const campaign = (await loadCampaigns(workspace)).find((each) => each.name === name);
  if (!campaign) throw new Error(`The workspace of the bench has no campaign ${name}.`);
  const database = await benchDatabase();
  const schema = `bench_${context.runId}`;
  const store = await openStore({ url: database.url, workspace: campaign.workspace, schema });
  const client = await connect(context);
  await registerVersions(client, context.namespace);
  await publishBuilt(store.db, [campaign]);
  await setCampaignState(store.db, campaign.name, 'active');
  const worker = await startWorker(join(benchFolder, 'workers', 'flowc-worker.ts'), {
    address: context.address,
    namespace: context.namespace,
    sinkUrl: context.sink.url,
    workspace,
    databaseUrl: database.url,
    schema,
  });
  const people = peopleOf(context, store, campaign);
  return {
    info: {},
    charged: { worker: [worker.pid], store: [database.pid], scripts: [worker.pid] },
    join: people.join,
    answer: people.answer,
    allClosed: () => noneOpen(client, `${campaign.name}/${context.runId}-`),
    counts: (persons) =>
      meanCounts(
        client,
        persons.map((person) => ({ id: `${campaign.name}/${context.runId}-${person.id}` })),
      ),
    async stop() {
      await worker.stop();
      await client.connection.close();
      await store.db.schema.dropSchema(schema).cascade().execute();
      await store.close();
      await database.stop();
    },
  };
}

/** `flowc dev` has its own server declare the attribute; this one was started by hand. */
async function registerVersions(client: Client, namespace: string): Promise<void> {
  const { operatorService } = client.connection as Connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  if (versionsAttribute.name in customAttributes) return;
  const keywordList = protos.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST;
  await operatorService.addSearchAttributes({ namespace, searchAttributes: { [versionsAttribute.name]: keywordList } });
}

function peopleOf({ runId, sink }: Context, store: Store, campaign: CampaignData) {
  const joined = new Map<string, number>();
  const campaigns = (name: string) => (name === campaign.name ? campaign : undefined);
  return {
    async join({ id, t0, fields }: Person) {
      joined.set(id, Date.now());
      const externalId = `${runId}-${id}`;
      const change = {
        campaign,
        externalId,
        fields,
        cause: { kind: 'api' as const },
        at: t0,
      };
      const outcome = await store.db.transaction().execute((tx) => applyChange(tx, change, campaigns));
      if (outcome.kind !== 'created') throw new Error(`${id} could not join: ${JSON.stringify(outcome)}`);
    },
    async answer({ id, t0 }: Person) {
      const at = t0 + Date.now() - joined.get(id)!;
      const ended = { id: communicationOf(sink, id), status: 'Completed' as const, reason: 'answered' as const, at };
      await endCommunication(store, ended, campaign);
    },
  };
}

function communicationOf(sink: Sink, person: string): string {
  const key = sink.message(person, 1)?.key;
  if (!key) throw new Error(`${person} answers a message that has not arrived.`);
  return key;
}
