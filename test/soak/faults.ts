/** What goes wrong, and when, from a seed. Two lanes: what the store does to workers, and which process ends or campaign stands still. */
import { setTimeout as sleep } from 'node:timers/promises';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import type { Random } from './random.ts';
import type { SoakWorld } from './world.ts';

export const storeFaults = ['late begin', 'stall', 'slow', 'cut', 'away'] as const;
export const processFaults = ['SIGTERM', 'SIGKILL', 'server SIGTERM', 'server SIGKILL', 'campaign stopped'] as const;
export type FaultKind = (typeof storeFaults)[number] | (typeof processFaults)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly of: string;
  /** Real epoch milliseconds. */
  readonly began: number;
  readonly ended: number;
}

export interface Faults {
  readonly happened: readonly Fault[];
  /** Communications that stood between hand-over and answer when a worker was killed. */
  readonly handedOffAtKill: ReadonlySet<string>;
  /** The same while the database took no answers. */
  readonly handedOffWithoutStore: ReadonlySet<string>;
  /** Starts nothing more; resolves when everything is well again. */
  stop(): Promise<void>;
}

export const awaySeconds = 30;
const stallSeconds = [9, 25] as const;

/** A word is drawn as often as it stands here. */
const storeWords = [
  'late begin',
  'late begin',
  'late begin',
  'late begin',
  'stall',
  'stall',
  'slow',
  'cut',
  'away',
] as const;
const processWords = [
  'SIGTERM',
  'SIGTERM',
  'SIGKILL',
  'SIGKILL',
  'SIGKILL',
  'server SIGTERM',
  'server SIGKILL',
  'campaign stopped',
] as const;

export interface FaultOptions {
  /** Real seconds between two faults of a lane, at least and at most. */
  readonly pause: readonly [number, number];
  readonly log: (line: string) => void;
}

export function startFaults(world: SoakWorld, random: Random, { pause, log }: FaultOptions): Faults {
  const happened: Fault[] = [];
  const handedOffAtKill = new Set<string>();
  const handedOffWithoutStore = new Set<string>();
  const stopping = new AbortController();
  const { db } = world.workspace.store;

  async function underWay(into: Set<string>): Promise<void> {
    const rows = await db.selectFrom('outbox').select('id').where('state', '=', 'HANDED_OFF').execute();
    for (const { id } of rows) into.add(id);
  }

  /** Looks every half second what is handed over and cannot be settled. */
  async function watching(seconds: number): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      await underWay(handedOffWithoutStore);
      await sleep(Math.min(500, Math.max(1, end - Date.now())));
    }
    await underWay(handedOffWithoutStore);
  }

  async function storeFault(kind: (typeof storeFaults)[number]): Promise<string> {
    const worker = random.pick(world.workers);
    switch (kind) {
      case 'stall': {
        worker.store.stall(random.pick([0.3, 0.6, 1]), random.next);
        await sleep(random.between(...stallSeconds) * 1000);
        worker.store.release();
        return worker.name;
      }
      case 'late begin':
        for (const { store } of world.workers) store.stallBegins(0.5, random.next);
        await sleep(random.between(...stallSeconds) * 1000);
        for (const { store } of world.workers) store.release();
        return 'all workers';
      case 'slow':
        worker.store.slow(random.integer(200, 1500));
        await sleep(random.between(8, 15) * 1000);
        worker.store.slow(0);
        return worker.name;
      case 'cut':
        await underWay(handedOffWithoutStore);
        worker.store.cut();
        await watching(2);
        return worker.name;
      case 'away':
        for (const { store } of world.workers) store.away();
        await watching(awaySeconds);
        for (const { store } of world.workers) store.back();
        await watching(2);
        return 'all workers';
      default:
        return kind satisfies never;
    }
  }

  async function processFault(kind: (typeof processFaults)[number]): Promise<string> {
    switch (kind) {
      case 'SIGTERM':
      case 'SIGKILL': {
        const place = random.integer(0, world.workers.length - 1);
        const { name } = world.workers[place]!;
        await world.restartWorker(place, kind, async () => {
          await underWay(handedOffAtKill);
          await sleep(random.between(0, 3000));
        });
        return name;
      }
      case 'server SIGTERM':
        await world.restartTemporal('SIGTERM');
        return 'Temporal';
      case 'server SIGKILL':
        await world.restartTemporal('SIGKILL');
        return 'Temporal';
      case 'campaign stopped': {
        const { name } = random.pick(world.workspace.campaigns);
        await setCampaignState(db, name, 'inactive');
        await sleep(random.between(3, 12) * 1000);
        await setCampaignState(db, name, 'active');
        return name;
      }
      default:
        return kind satisfies never;
    }
  }

  async function lane<K extends FaultKind>(words: readonly K[], cause: (kind: K) => Promise<string>): Promise<void> {
    // Every kind once, then as often as it is drawn.
    const first = [...new Set(words)];
    // On a busy machine a worker takes long to start: it lives at least as long.
    let rest = 0;
    for (;;) {
      await sleep(Math.max(rest, random.between(...pause) * 1000), undefined, { signal: stopping.signal }).catch(
        () => {},
      );
      if (stopping.signal.aborted) return;
      const kind = first.length > 0 ? first.splice(random.integer(0, first.length - 1), 1)[0]! : random.pick(words);
      const began = Date.now();
      const of = await cause(kind);
      happened.push({ kind, of, began, ended: Date.now() });
      rest = Date.now() - began;
      log(`${kind} of ${of}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
    }
  }

  const lanes = [lane(storeWords, storeFault), lane(processWords, processFault)];
  // Told when they are waited for: until then the other lane and the stream go on.
  for (const one of lanes) one.catch(() => {});
  return {
    happened,
    handedOffAtKill,
    handedOffWithoutStore,
    stop: async () => {
      stopping.abort();
      await Promise.all(lanes);
    },
  };
}
