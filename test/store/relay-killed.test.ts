import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { useStore } from './fixture.ts';
import { relayedCampaign } from './relay-process.ts';
import {
  delays,
  emptyLog,
  outOfOrder,
  type RelayProcess,
  type Signalled,
  signalledIn,
  startRelayProcess,
  startWriting,
} from './relay-processes.ts';

const database = useStore();
const started: RelayProcess[] = [];
const writers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of writers.splice(0)) await stop();
  for (const relay of started.splice(0)) relay.send('SIGKILL');
});

/** Two relays that take a while for each signal, and somebody who writes events. */
async function twoRelays(signalMs: number) {
  const store = await database.store();
  await setCampaignState(store.db, relayedCampaign.name, 'active');
  const log = join(mkdtempSync(join(tmpdir(), 'flowc-relay-')), 'signals.log');
  emptyLog(log);
  const start = async (): Promise<RelayProcess> => {
    const relay = await startRelayProcess({ url: database.url(), schema: store.schema, log, signalMs });
    started.push(relay);
    return relay;
  };
  const relays = [await start(), await start()] as const;
  const writer = startWriting(store, 20, 40);
  writers.push(writer.stop);
  /** Until every event has been signalled, at most half a minute. */
  const settled = async (): Promise<readonly Signalled[]> => {
    await writer.stop();
    for (let waited = 0; waited < 30_000; waited += 200) {
      const signals = signalledIn(log);
      if (Number.isFinite(delays(writer.written, signals).at(-1)!)) return signals;
      await sleep(200);
    }
    return signalledIn(log);
  };
  return { relays, start, writer, settled };
}

it('what a killed relay had taken goes on within seconds, in order', async () => {
  const { relays, start, writer, settled } = await twoRelays(200);
  const [first, second] = relays;
  await sleep(3000);
  first.send('SIGKILL');
  await sleep(4000);
  await start();
  second.send('SIGKILL');
  await sleep(4000);
  const signals = await settled();
  const late = delays(writer.written, signals);
  console.log(`${late.length} events; the latest was signalled after ${late.at(-1)} ms`);
  expect(late.length).toBeGreaterThan(100);
  expect(late.at(-1)).toBeLessThan(8000);
  expect(outOfOrder(signals)).toEqual([]);
}, 180_000);

it('a relay that hangs and comes back breaks no order, and another one serves its people meanwhile', async () => {
  const { relays, writer, settled } = await twoRelays(200);
  const [hanging, other] = relays;
  await sleep(3000);
  hanging.send('SIGSTOP');
  const stopped = Date.now();
  await sleep(14_000);
  hanging.send('SIGCONT');
  const back = Date.now();
  await sleep(3000);
  const signals = await settled();
  expect(Number.isFinite(delays(writer.written, signals).at(-1)!)).toBe(true);
  expect(outOfOrder(signals)).toEqual([]);
  // All of them, those that the hanging one had taken too.
  const served = signals.filter(({ at, pid }) => pid === other.pid && at > stopped && at < back);
  expect(new Set(served.map(({ participant }) => participant)).size).toBe(20);
  // It serves again, in a life of its own.
  expect(signals.some(({ at, pid }) => pid === hanging.pid && at > back + 1000)).toBe(true);
}, 180_000);
