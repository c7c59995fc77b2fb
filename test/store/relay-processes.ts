/** Relays as processes that can be killed or stopped, writers beside them, and what the log of their signals says. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyChange } from '../../runtime/store/changes.ts';
import type { Store } from '../../runtime/store/database.ts';
import { type RelayProcessConfiguration, relayedCampaign } from './relay-process.ts';

export interface RelayProcess {
  readonly pid: number;
  send(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

/** Resolves when it relays. */
export async function startRelayProcess(configuration: RelayProcessConfiguration): Promise<RelayProcess> {
  const script = join(import.meta.dirname, 'relay-process.ts');
  const child = spawn(process.execPath, ['--conditions=flowc-source', script, JSON.stringify(configuration)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`The relay ended with ${code} before it relayed.`)));
  });
  return { pid: child.pid!, send: (signal) => void child.kill(signal) };
}

export interface Signalled {
  readonly at: number;
  readonly pid: number;
  readonly participant: string;
  readonly number: number;
}

/** What was signalled so far, in order. */
export function signalledIn(log: string): readonly Signalled[] {
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [at, pid, participant, number] = line.split(' ');
      return { at: Number(at), pid: Number(pid), participant: participant!, number: Number(number) };
    });
}

export function emptyLog(log: string): void {
  writeFileSync(log, '');
}

/** Writes events of people in turn, about `perSecond`, until it is told to stop. Gives the instant of each. */
export function startWriting(store: Store, people: number, perSecond: number) {
  const written = new Map<string, number>();
  let going = true;
  const writing = (async () => {
    const started = Date.now();
    for (let n = 0; going; n++) {
      const externalId = `p${n % people}`;
      const number = Math.floor(n / people) + 1;
      const change = { campaign: relayedCampaign, externalId, fields: { n }, cause: { kind: 'api' as const }, at: n };
      await store.db.transaction().execute((tx) => applyChange(tx, change, () => undefined));
      written.set(`${externalId} ${number}`, Date.now());
      await sleep(Math.max(0, started + ((n + 1) * 1000) / perSecond - Date.now()));
    }
  })();
  return {
    written: written as ReadonlyMap<string, number>,
    stop: async () => {
      going = false;
      await writing;
    },
  };
}

/** First signals that came before an earlier event of the same person: none, or the order is broken. */
export function outOfOrder(signals: readonly Signalled[]): readonly Signalled[] {
  const seen = new Map<string, number>();
  return signals.filter(({ participant, number }) => {
    const last = seen.get(participant) ?? 0;
    seen.set(participant, Math.max(last, number));
    return number > last + 1;
  });
}

/** Milliseconds from event to its first signal, in order of size. */
export function delays(written: ReadonlyMap<string, number>, signals: readonly Signalled[]): readonly number[] {
  const first = new Map<string, number>();
  for (const { participant, number, at } of signals) {
    const event = `${participant} ${number}`;
    if (!first.has(event)) first.set(event, at);
  }
  return [...written].map(([event, at]) => (first.get(event) ?? Number.POSITIVE_INFINITY) - at).sort((a, b) => a - b);
}
