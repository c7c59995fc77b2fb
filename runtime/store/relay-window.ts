/**
 * How many people an import may wake at once. Signals are quick, what they start is not: thousands of them at the head of
 * every queue would keep those waiting whose message is due. So nobody is signalled for an import while too many others have
 * been and have not begun.
 */
import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface RelayWindow {
  /** How many more may be signalled now; zero: wait a little. */
  room(): Promise<number>;
  /** A participant was signalled. `event`: of a run it starts; null when it starts none. */
  signalled(participantId: number, event: string | null): void;
}

/** A run that has not begun by then is no measure any more: it may have been dropped, or its worker is away. */
const patienceMs = 10_000;
/** What starts nothing cannot be seen to have begun. */
const perSecondUnseen = 50;

interface Waiting {
  readonly participant: number;
  readonly event: string | null;
  readonly until: number;
}

/** A window of the given size over the runs of the store. */
export function relayWindow(db: Db, size: number, now: () => number = () => performance.now()): RelayWindow {
  let waiting: readonly Waiting[] = [];
  // Few at a time would be many statements.
  const worthwhile = Math.max(1, Math.floor(size / 4));

  const rest = () => {
    const at = now();
    waiting = waiting.filter(({ until }) => until > at);
    return size - waiting.length;
  };

  return {
    async room() {
      if (rest() >= worthwhile) return rest();
      const begun = await begunRuns(db, waiting);
      waiting = waiting.filter(({ participant, event }) => event === null || !begun.has(`${participant} ${event}`));
      return rest() >= worthwhile ? rest() : 0;
    },
    signalled(participant, event) {
      const patience = event === null ? (size * 1000) / perSecondUnseen : patienceMs;
      waiting = [...waiting, { participant, event, until: now() + patience }];
    },
  };
}

async function begunRuns(db: Db, waiting: readonly Waiting[]): Promise<ReadonlySet<string>> {
  const starts = waiting.filter(({ event }) => event !== null);
  if (starts.length === 0) return new Set();
  const { rows } = await sql<{ begun: string }>`
    select run.participant_id || ' ' || run.event as begun
    from unnest(${starts.map((one) => one.participant)}::bigint[], ${starts.map((one) => one.event)}::text[])
      as started(participant, event)
    join run on run.participant_id = started.participant and run.event = started.event
  `.execute(db);
  return new Set(rows.map(({ begun }) => begun));
}
