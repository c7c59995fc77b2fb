/**
 * Finds stuck participants. Runs in every worker, one at a time: it needs nothing but the store and Temporal, so it also
 * sees a worker whose every task fails.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { CampaignData } from '../data/types.ts';
import { type Clock, virtualNow } from '../model/clock.ts';
import type { WatchTimes } from '../rules/stuck.ts';
import type { Db } from '../store/database.ts';
import { noteWatched, restoredSentence } from '../store/generation.ts';
import { countHandledAsTaken, openParticipantsAfter, overdueParticipants, silencesOf } from '../store/overdue.ts';
import { stuckToLookAt } from '../store/stuck.ts';
import { passTurn, takeTurn } from '../store/watch-turn.ts';
import { messageOf } from '../user-error.ts';
import { type Examined, type Examining, examine } from './examine.ts';
import { advance, isSetBack } from './generation.ts';
import { noteFindings, noteHealthy } from './notes.ts';

export interface WatchOptions {
  readonly db: Db;
  readonly client: Client;
  readonly workspace: string;
  readonly campaigns: readonly CampaignData[];
  readonly clock?: Clock;
  /** One sentence when somebody is found, and one when it is over. */
  readonly log: (line: string) => void;
  readonly times?: Partial<Times>;
}

export interface Watch {
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

interface Times extends WatchTimes {
  /** Between two rounds. */
  readonly everyMs: number;
  /** Between two steps of the generation: a backup is told from the present by them. */
  readonly generationMs: number;
}

export const usualTimes: Times = {
  graceMs: 60_000,
  idleMs: 80_000,
  lateMs: 600_000,
  everyMs: 10_000,
  generationMs: 60_000,
};

/** Participants looked at in one round: overdue ones, those found before, and a few of all others in turn. */
const atOnce = { overdue: 400, found: 100, inTurn: 20 } as const;
const longestRoundMs = 20_000;
/** Lines about single participants in one round; the rest are counted. */
const linesAtOnce = 20;

/** Starts watching in this process. */
export function startWatch(options: WatchOptions): Watch {
  const times = { ...usualTimes, ...options.times };
  const stopping = new AbortController();
  const look = createRounds(options, times);
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      // After an outage everybody is late for a moment.
      const pause = await look().then(
        () => times.everyMs,
        (error: unknown) => {
          options.log(`Cannot look for stuck participants at the moment: ${messageOf(error)}`);
          return times.graceMs / 2;
        },
      );
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return watching;
    },
  };
}

/** A function that does one round, if it is this process's turn. */
export function createRounds(options: WatchOptions, times: Times): () => Promise<void> {
  const { db, client, workspace, clock, log } = options;
  const generations = { db, client, workspace };
  const examining: Examining = { db, client, clock, times, silences: silencesOf(options.campaigns) };
  const lookedAt = new Map<number, number>();
  let sweptTo = 0;
  let advanceAt = Date.now() + times.generationMs;
  let saidSetBack = false;

  // A server that says nothing must not keep the worker from ending.
  return () => client.connection.withDeadline(Date.now() + longestRoundMs, inTurn);

  async function inTurn(): Promise<void> {
    // Every worker says it, whosever turn it is. Until the repair hardly anybody's rows and workflow agree.
    if (await isSetBackAsSaid()) return;
    if (!(await takeTurn(db))) return;
    try {
      await round();
    } finally {
      await passTurn(db, times.everyMs / 2);
    }
  }

  async function isSetBackAsSaid(): Promise<boolean> {
    const setBack = await isSetBack(generations);
    if (setBack && !saidSetBack) log(restoredSentence);
    saidSetBack = setBack;
    return setBack;
  }

  async function round(): Promise<void> {
    if (Date.now() >= advanceAt) {
      await advance(generations);
      advanceAt = Date.now() + times.generationMs;
    }
    await noteWatched(db);
    await countHandledAsTaken(db);
    await report(await examine(examining, await nextIds()));
  }

  async function nextIds(): Promise<readonly number[]> {
    const now = Date.now();
    for (const [id, at] of lookedAt) if (at < now - times.graceMs / 3) lookedAt.delete(id);
    const before = virtualNow(clock, now - times.graceMs);
    const { graceMs } = times;
    const { silences } = examining;
    const except = [...lookedAt.keys()];
    const overdue = await overdueParticipants(db, { before, graceMs, silences, except, limit: atOnce.overdue });
    const found = await stuckToLookAt(db, atOnce.found);
    const others = await openParticipantsAfter(db, sweptTo, atOnce.inTurn);
    sweptTo = others.length < atOnce.inTurn ? 0 : others.at(-1)!;
    for (const id of overdue) lookedAt.set(id, now);
    return [...new Set([...found, ...overdue, ...others])];
  }

  async function report(all: readonly Examined[]): Promise<void> {
    const lines = [...(await noteFindings(db, all)), ...(await noteHealthy(db, all))];
    lines.slice(0, linesAtOnce).forEach(log);
    const more = lines.length - linesAtOnce;
    if (more > 0) log(`… and ${more} more: \`flowc status CAMPAIGN\` names them.`);
  }
}
