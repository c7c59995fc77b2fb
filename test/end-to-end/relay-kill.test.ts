import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { useStore } from '../store/fixture.ts';
import { relayedCampaign } from '../store/relay-process.ts';
import {
  delays,
  emptyLog,
  outOfOrder,
  signalledIn,
  startRelayProcess,
  startWriting,
} from '../store/relay-processes.ts';

const database = useStore();
const kills = 6;

it('of two relays one is killed every ten seconds: 99 of 100 events are signalled within five', async () => {
  const store = await database.store();
  await setCampaignState(store.db, relayedCampaign.name, 'active');
  const log = join(mkdtempSync(join(tmpdir(), 'flowc-relay-kill-')), 'signals.log');
  emptyLog(log);
  const start = () => startRelayProcess({ url: database.url(), schema: store.schema, log, signalMs: 30 });
  const relays = [await start(), await start()];
  try {
    const writer = startWriting(store, 100, 50);
    for (let kill = 0; kill < kills; kill++) {
      await sleep(10_000);
      relays[kill % 2]!.send('SIGKILL');
      relays[kill % 2] = await start();
    }
    await writer.stop();
    await sleep(8_000);
    const signals = signalledIn(log);
    const late = delays(writer.written, signals);
    const quantile = (q: number): number => late[Math.min(late.length - 1, Math.floor(q * late.length))]!;
    const again = signals.length - late.length;
    console.log(
      `${late.length} events, ${kills} kills: signalled after ${quantile(0.5)} ms (p50), ${quantile(0.99)} ms (p99), ${late.at(-1)} ms (the latest); ${again} signalled again`,
    );
    expect(late.length).toBeGreaterThan(500);
    expect(quantile(0.99)).toBeLessThan(5000);
    expect(Number.isFinite(late.at(-1)!)).toBe(true);
    expect(outOfOrder(signals)).toEqual([]);
  } finally {
    for (const relay of relays) relay.send('SIGKILL');
  }
}, 300_000);
