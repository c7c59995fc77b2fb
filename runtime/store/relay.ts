/**
 * Brings events from the store to the participants' workflows: each participant's in order, at least once, from running
 * campaigns only. Any number of relays may run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../in-parallel.ts';
import { messageOf } from '../user-error.ts';
import { type Bell, createBell } from './bell.ts';
import { activeReleases, type Lane, lease, markRelayed, type Relayed } from './relay-batch.ts';
import { enterRelays, registerRelay, removeRelay } from './relay-presence.ts';
import { remembered, resumeHeld } from './relay-resume.ts';
import { type RelayOptions, relayOne, type Signalling } from './relay-signal.ts';
import { begunRuns, type RelayWindow, relayWindow } from './relay-window.ts';

export { resumeHeld } from './relay-resume.ts';
export type { RelayOptions, Signal } from './relay-signal.ts';

export interface Relay {
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

const batchSize = 200;
const usualPollMs = 1000;
const usualInFlight = 50;
const usualWindow = 64;
/** How often a full window is looked at. */
const windowPollMs = 150;
const complaintMs = 10_000;

/** Starts relaying in this process. */
export function startRelay(given: RelayOptions): Relay {
  const options = { ...given, channelUp: remembered(given.channelUp) };
  const { pollMs = usualPollMs, inFlight = usualInFlight } = options;
  const say = rarely(options.log);
  const stopping = new AbortController();
  const bells: Readonly<Record<Lane, Bell>> = { live: createBell(), bulk: createBell() };
  const presence = enterRelays({
    store: options.store,
    ring: (lane) => {
      if (lane !== 'bulk') bells.live.ring();
      if (lane !== 'live') bells.bulk.ring();
    },
  });
  const window = relayWindow({
    begun: (started) => begunRuns(options.store.db, started),
    most: options.window ?? usualWindow,
  });
  const turn = { options, say, owns: presence.owns, renounce: presence.renounce };

  // Two, so that a batch is read and marked while another one is signalled.
  const live = [1, 2].map(() =>
    untilStopped('live', async (relay) => {
      const { more, full } = await relayLane(turn, relay, { lane: 'live', limit: batchSize, width: inFlight / 2 });
      if (full) bells.live.ring();
      return more || full ? 0 : pollMs;
    }),
  );
  const bulk = untilStopped('bulk', async (relay) => {
    const limit = await window.room();
    if (limit === 0) {
      await pause(windowPollMs);
      return 0;
    }
    const { more, full } = await relayLane(turn, relay, { lane: 'bulk', limit, width: limit, window });
    return more || full ? 0 : pollMs;
  });
  const resuming = untilStopped(null, async () => {
    if (presence.eldest()) await resumeHeld(options);
    return pollMs;
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([...live, bulk, resuming]);
      await presence.leave();
    },
  };

  /** `work` says how long to wait before it is done again, unless the lane's bell rings. */
  async function untilStopped(lane: Lane | null, work: (relay: number) => Promise<number>): Promise<void> {
    while (!stopping.signal.aborted) {
      const relay = presence.id();
      const rest = relay === null ? pollMs : await work(relay).catch(failed(lane));
      if (rest > 0) await (lane === null ? pause(rest) : bells[lane].wait(rest, stopping.signal));
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => {});
  }

  function failed(lane: Lane | null): (error: unknown) => number {
    return (error) => {
      const what = lane === null ? 'What is held is not resumed' : 'Events are not relayed';
      say(what, `${what} at the moment: ${rootOf(error)}. They are kept and tried again.`);
      return pollMs;
    };
  }
}

/** Relays one batch of each lane as a relay of its own; gives the number of participants it served. */
export async function relayBatch(options: RelayOptions): Promise<number> {
  const { db } = options.store;
  const relay = await registerRelay(db);
  const turn = { options, say: rarely(options.log), owns: () => true, renounce: () => {} };
  try {
    let total = 0;
    for (const lane of ['live', 'bulk'] as const)
      total += (await relayLane(turn, relay, { lane, limit: batchSize, width: usualInFlight })).served;
    return total;
  } finally {
    await removeRelay(db, relay);
  }
}

interface Turn {
  readonly options: RelayOptions;
  readonly say: (about: string, line: string) => void;
  readonly owns: (relay: number) => boolean;
  readonly renounce: (relay: number) => void;
}

interface Batch {
  readonly lane: Lane;
  readonly limit: number;
  /** Participants signalled at once. */
  readonly width: number;
  readonly window?: RelayWindow;
}

interface Outcome {
  /** Participants with all their events done. */
  readonly served: number;
  /** More is pending for one of them. */
  readonly more: boolean;
  /** As many were there as were asked for, and one at least was served: there may be others. */
  readonly full: boolean;
}

/** One batch. Whatever goes wrong on the way to its end, the participants are free again soon. */
async function relayLane(turn: Turn, relay: number, batch: Batch): Promise<Outcome> {
  try {
    const { leased, relayed } = await leaseAndSignal(turn, relay, batch);
    const more = await markRelayed(turn.options.store.db, relay, relayed);
    if (relayed.length < leased) turn.renounce(relay);
    const served = relayed.filter((one) => one.retryAfterMs === null).length;
    return { served, more, full: leased === batch.limit && served > 0 };
  } catch (error) {
    // A lease whose answer was lost is one nobody knows of.
    turn.renounce(relay);
    throw error;
  }
}

async function leaseAndSignal({ options, say, owns }: Turn, relay: number, { lane, limit, width, window }: Batch) {
  const { db } = options.store;
  const relayed: Relayed[] = [];
  const releases = await activeReleases(db);
  const names = [...releases.keys()].filter((name) => options.campaigns(name) !== undefined);
  if (names.length === 0) return { leased: 0, relayed };
  const leased = await lease(db, relay, names, lane, limit);
  await inParallel(leased, width, async (participant) => {
    const signalling: Signalling = {
      options,
      data: options.campaigns(participant.campaign)!,
      pointer: releases.get(participant.campaign),
      owns: () => owns(relay),
      failed: (error) =>
        say('signals', `Temporal does not take signals (${rootOf(error)}). They are kept and tried again.`),
      signalled: (id, message) => window?.signalled(id, message.starts.length > 0 ? message.id : null),
    };
    const one = await relayOne(signalling, participant);
    if (one) relayed.push(one);
  });
  return { leased: leased.length, relayed };
}

/** Temporal's client says which call failed, and only below it why. */
function rootOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : messageOf(error);
}

/** One line in ten seconds about each subject. */
function rarely(log: (line: string) => void): (about: string, line: string) => void {
  const said = new Map<string, number>();
  return (about, line) => {
    if (Date.now() - (said.get(about) ?? 0) < complaintMs) return;
    said.set(about, Date.now());
    log(line);
  };
}
