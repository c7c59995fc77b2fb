/**
 * A relay as a process of its own, with signals that only take time: node test/store/relay-process.ts CONFIGURATION
 * Each signal is a line of the log: instant, process, participant, number.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignData } from '../../runtime/data/types.ts';
import { openStore } from '../../runtime/store/database.ts';
import { startRelay } from '../../runtime/store/relay.ts';

export interface RelayProcessConfiguration {
  readonly url: string;
  readonly schema: string;
  readonly log: string;
  readonly signalMs: number;
}

/** Every event starts its one flow, so that each is signalled. */
export const relayedCampaign: CampaignData = {
  workspace: 'acme',
  name: 'relayed',
  timezone: 'Europe/Berlin',
  locale: 'en-GB',
  participant: [
    { name: 'n', type: { kind: 'integer' }, required: false, private: false, imported: true, default: null },
  ],
  profile: [],
  channels: {},
  results: {},
  flows: {
    go: { hash: 'go1', triggers: [{ on: 'participant created' }, { on: 'participant updated', fields: ['n'] }] },
  },
  versions: [],
};

if (process.argv[2]) await relay(JSON.parse(process.argv[2]) as RelayProcessConfiguration);

async function relay({ url, schema, log, signalMs }: RelayProcessConfiguration): Promise<void> {
  const store = await openStore({ url, workspace: 'acme', schema, connections: 8 });
  startRelay({
    store,
    campaigns: () => relayedCampaign,
    signal: async ({ participant }, { number }) => {
      await sleep(signalMs);
      appendFileSync(log, `${Date.now()} ${process.pid} ${participant} ${number}\n`);
    },
    channelUp: async () => true,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write('relays\n');
}
