/**
 * How many people an import may wake at once. Signals are quick, what they start is not: thousands of them at the head of
 * every queue would keep those waiting whose message is due. So nobody is signalled for an import while too many others have
 * been and have not begun. How many are too many is found out: a message that is due passes the same queues as a run that
 * begins, so while runs begin in good time there may be more of them, and while they do not, fewer.
 */
import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface RelayWindow {
  /** How many more may be signalled now; zero: wait a little. */
  room(): Promise<number>;
  /** A participant was signalled. `event`: of a run it starts; null when it starts none. */
  signalled(participantId: number, event: string | null): void;
}

export interface Started {
  readonly participant: number;
  readonly event: string;
}

export interface WindowOptions {
  /** Which of these have begun. */
  readonly begun: (started: readonly Started[]) => Promise<readonly Started[]>;
  readonly most: number;
  /** Milliseconds of a clock that only goes on. */
  readonly now?: () => number;
}

/** From signal to begin, on average. */
const goodTimeMs = 700;
const fewest = 3;
const first = 4;
/** So many runs show whether there may be more. */
const enough = 8;
/** A run that has not begun by then is no measure any more: it may have been dropped, or its worker is away. */
const patienceMs = 30_000;
/** What starts nothing cannot be seen to have begun. */
const perSecondUnseen = 50;

interface Waiting {
  readonly participant: number;
  readonly event: string | null;
  readonly since: number;
}

export function relayWindow({ begun, most, now = () => performance.now() }: WindowOptions): RelayWindow {
  let size = Math.min(first, most);
  let waiting: readonly Waiting[] = [];
  /** How long it took those that began since the size was set. */
  let took: readonly number[] = [];

  const unseenMs = () => (size * 1000) / perSecondUnseen;
  const isWaiting = ({ event, since }: Waiting) => now() - since < (event === null ? unseenMs() : patienceMs);

  function learn(ms: number): void {
    took = [...took, ms];
    if (took.length < Math.min(size, enough)) return;
    const mean = took.reduce((sum, each) => sum + each, 0) / took.length;
    // Twice as long is twice as many, but not every delay is ours.
    const next = mean <= goodTimeMs ? size + 1 : Math.floor(size * Math.max(0.5, goodTimeMs / mean));
    size = Math.min(most, Math.max(fewest, next));
    took = [];
  }

  return {
    async room() {
      // One at a time would be many statements for each.
      const worthwhile = Math.max(1, Math.floor(size / 4));
      waiting = waiting.filter(isWaiting);
      if (size - waiting.length >= worthwhile) return size - waiting.length;
      const started = waiting.flatMap(({ participant, event }) => (event === null ? [] : [{ participant, event }]));
      const gone = new Set((await begun(started)).map(keyOf));
      for (const one of waiting) if (gone.has(keyOf(one))) learn(now() - one.since);
      waiting = waiting.filter((one) => !gone.has(keyOf(one)));
      const room = size - waiting.length;
      return room >= worthwhile ? room : 0;
    },
    signalled(participant, event) {
      waiting = [...waiting, { participant, event, since: now() }];
    },
  };
}

function keyOf({ participant, event }: { readonly participant: number; readonly event: string | null }): string {
  return `${participant} ${event}`;
}

/** Those of the given runs that the store has: a run is written with the first thing it does. */
export async function begunRuns(db: Db, started: readonly Started[]): Promise<readonly Started[]> {
  if (started.length === 0) return [];
  const { rows } = await sql<Started>`
    select run.participant_id as participant, run.event
    from unnest(${started.map((one) => one.participant)}::bigint[], ${started.map((one) => one.event)}::text[])
      as started(participant, event)
    join run on run.participant_id = started.participant and run.event = started.event
  `.execute(db);
  return rows;
}
