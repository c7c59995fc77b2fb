/**
 * Brings events from the store to the participants' workflows: each participant's in order, at least once, from running
 * campaigns only. Any number of relays may run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { EventMessage, Who } from '../activities/port.ts';
import type { CampaignData } from '../data/types.ts';
import { type Clock, virtualNow } from '../model/clock.ts';
import { needsSignal } from '../rules/signal.ts';
import { activeCampaigns } from './campaigns.ts';
import { openParticipants } from './changes.ts';
import type { Store } from './database.ts';
import { relayChannel } from './events.ts';
import { heldCauses, heldParticipants, markResumed } from './holds.ts';
import { messageOf } from './messages.ts';
import { type Leased, lease, markRelayed, type PendingEvent, pendingEvents, type Relayed } from './relay-batch.ts';
import { currentPointer, type Pointer } from './releases.ts';

/** Signals the participant's workflow, and starts it if it does not run. `versions`: `flow@hash` of what the event starts. */
export type Signal = (who: Who, message: EventMessage, versions: readonly string[]) => Promise<void>;

export interface RelayOptions {
  readonly store: Store;
  readonly campaigns: (name: string) => CampaignData | undefined;
  readonly signal: Signal;
  /** Can messages leave by this channel now? Asked while communications are held for it. */
  readonly channelUp: (name: string) => Promise<boolean>;
  readonly clock?: Clock;
  /** Gets one sentence when signals fail, at most every 10 seconds. */
  readonly log: (line: string) => void;
  /** Signals under way at once. Default: 50. */
  readonly inFlight?: number;
  /** Resumed participants per second and cause. Default: 50. */
  readonly resumesPerSecond?: number;
  /** Between looks that no change called for, in milliseconds. Default: 1000. */
  readonly pollMs?: number;
}

export interface Relay {
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

const batchSize = 200;
const usualPollMs = 1000;
const channelPollMs = 5000;
const channelPatienceMs = 1000;

/** Starts relaying in this process. */
export function startRelay(given: RelayOptions): Relay {
  const options = { ...given, channelUp: remembered(given.channelUp) };
  const stopping = new AbortController();
  const bell = createBell();
  const listening = listen(options.store, bell.ring, stopping.signal);
  const lanes = [1, 2].map(() => untilStopped(stopping.signal, bell.wait, () => relayBatch(options)));
  const resuming = untilStopped(stopping.signal, pause, () => resumeHeld(options).then(() => 0), options.log);
  return {
    stop: async () => {
      stopping.abort();
      bell.ring();
      await Promise.all([...lanes, resuming, listening]);
    },
  };

  async function untilStopped(
    signal: AbortSignal,
    wait: (ms: number, signal: AbortSignal) => Promise<void>,
    work: () => Promise<number>,
    log = rarely(options.log),
  ): Promise<void> {
    while (!signal.aborted) {
      const done = await work().catch((error: unknown) => {
        log(`Events are not relayed at the moment: ${error instanceof Error ? error.message : String(error)}`);
        return 0;
      });
      if (done === 0) await wait(options.pollMs ?? usualPollMs, signal);
    }
  }
}

/** Relays one batch; gives the number of participants it served. */
export async function relayBatch(options: RelayOptions): Promise<number> {
  const { db } = options.store;
  let served = 0;
  for (const campaign of await activeCampaigns(db)) {
    const data = options.campaigns(campaign);
    if (!data) continue;
    const leased = await lease(db, campaign, batchSize);
    if (leased.length === 0) continue;
    const ids = leased.map((participant) => participant.id);
    const [events, open, pointer] = await Promise.all([
      pendingEvents(db, ids),
      openParticipants(db, ids),
      currentPointer(db, campaign),
    ]);
    const relayed: Relayed[] = [];
    await inParallel(leased, Math.ceil((options.inFlight ?? 50) / 2), async (participant) => {
      const isOpen = open.has(participant.id);
      relayed.push(await relayOne(options, data, pointer, participant, events.get(participant.id) ?? [], isOpen));
    });
    await markRelayed(db, relayed);
    served += relayed.filter((one) => one.retryAfterMs === null).length;
  }
  return served;
}

/** Temporal's client says which call failed, and only below it why. */
function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? rootOf(error.cause) : error.message;
}

async function relayOne(
  options: RelayOptions,
  data: CampaignData,
  pointer: Pointer | undefined,
  participant: Leased,
  events: readonly PendingEvent[],
  open: boolean,
): Promise<Relayed> {
  const signalled: number[] = [];
  let upTo: number | null = null;
  // A run that an earlier event of this batch starts reads the record as it is then.
  for (const event of events) {
    const message = messageOf(data, pointer, event);
    const starts = message.starts.map((start) => start.flow);
    if (needsSignal({ ...event, starts, open })) {
      try {
        const versions = message.starts.map(({ flow, hash }) => `${flow}@${hash}`);
        await options.signal(whoOf(options, participant), message, versions);
      } catch (error) {
        rarely(options.log)(`Temporal does not take signals (${rootOf(error)}). They are kept and tried again.`);
        return { id: participant.id, upTo, signalled, retryAfterMs: 2000 };
      }
      signalled.push(event.number);
    }
    upTo = event.number;
  }
  return { id: participant.id, upTo, signalled, retryAfterMs: null };
}

/** Tells the held whose cause has cleared, at a bounded rate. */
export async function resumeHeld(options: RelayOptions): Promise<void> {
  const { db } = options.store;
  const active = await activeCampaigns(db);
  for (const { cause, of } of await heldCauses(db)) {
    const cleared = cause === 'campaign stopped' ? active.has(of) : await options.channelUp(of);
    if (!cleared) continue;
    for (const participant of await heldParticipants(db, cause, of, options.resumesPerSecond ?? 50)) {
      const at = virtualNow(options.clock, Date.now());
      const { relayed: upTo } = participant;
      const message = {
        number: 0,
        id: `resume-${participant.id}-${at}`,
        type: 'resume',
        starts: [],
        at,
        upTo,
      } as const;
      await options.signal(whoOf(options, participant), message, []);
      await markResumed(db, participant, cause, of);
    }
  }
}

/**
 * A channel is asked every few seconds, however many wait for it. One whose server says nothing for a minute holds up
 * neither the others nor the end of the relay: it counts as down until its answer is there.
 */
function remembered(ask: (name: string) => Promise<boolean>): (name: string) => Promise<boolean> {
  const answers = new Map<string, { readonly up: Promise<boolean>; answered: number | null }>();
  const anew = (name: string) => {
    const asked = { up: ask(name).catch(() => false), answered: null as number | null };
    asked.up.then(() => {
      asked.answered = Date.now();
    });
    answers.set(name, asked);
    return asked;
  };
  return (name) => {
    const last = answers.get(name);
    const old = !last || (last.answered !== null && Date.now() - last.answered >= channelPollMs);
    const { up } = old ? anew(name) : last;
    return Promise.race([up, sleep(channelPatienceMs, false)]);
  };
}

function whoOf({ clock }: RelayOptions, { campaign, key }: { campaign: string; key: string }): Who {
  return { campaign, participant: key, ...(clock ? { clock } : {}) };
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}

/** Rings all who wait, and once whoever comes next: a notification between two batches is not lost. */
function createBell() {
  let waiting: (() => void)[] = [];
  let rung = false;
  return {
    ring: () => {
      rung = waiting.length === 0;
      for (const wake of waiting) wake();
      waiting = [];
    },
    wait: async (ms: number, signal: AbortSignal) => {
      if (rung || signal.aborted) {
        rung = false;
        return;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          // Left among the waiting it would take the next ring, and nobody would hear it.
          waiting = waiting.filter((other) => other !== wake);
          resolve();
        }, ms);
        waiting.push(wake);
      });
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** Keeps a LISTEN connection; without one, polling goes on. */
async function listen(store: Store, ring: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const client = new Client({ connectionString: store.url });
    const broken = new Promise<void>((resolve) => {
      client.once('error', () => resolve());
      client.once('end', () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', ring);
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(relayChannel(store.schema))}`);
      // What was told before it listened.
      ring();
      await broken;
    } catch {
      await pause(2000, signal);
    }
    await client.end().catch(() => {});
  }
}

const said = new WeakMap<(line: string) => void, number>();

function rarely(log: (line: string) => void): (line: string) => void {
  return (line) => {
    if (Date.now() - (said.get(log) ?? 0) < 10_000) return;
    said.set(log, Date.now());
    log(line);
  };
}
