import type { ActivityInput, ActivityResult, Host, LocalActivityName, Outcome } from './host.ts';

/** What is done with an answer; a promise is waited for before anything else happens. */
export type Then<T> = (value: T) => void | Promise<void>;

/**
 * One local activity at a time. Temporal hands over results of local activities that were open together one by one when they
 * happen and together at replay, so there are never two, and a result waits until everything else that came with it is done.
 */
export interface Lane {
  /** Something is under way, or waits to be tried again. */
  busy(): boolean;
  call<N extends LocalActivityName>(
    name: N,
    input: ActivityInput<N>,
    summary: string,
    then: Then<ActivityResult<N>>,
  ): void;
  /** Has an answer come? */
  landed(): boolean;
  /** Hands it on. */
  deliver(): void | Promise<void>;
  /** What fails at the moment, in words. */
  trouble(): string | null;
}

/** Before what failed is tried again: doubled each time, at most half a minute. */
const firstRetryMs = 5_000;
const longestRetryMs = 30_000;

export function createLane(host: Host, enqueue: (happened: () => void) => void): Lane {
  let busy = false;
  let answer: (() => void | Promise<void>) | null = null;
  let trouble: string | null = null;

  function attempt<N extends LocalActivityName>(
    name: N,
    input: ActivityInput<N>,
    summary: string,
    then: Then<ActivityResult<N>>,
    retryMs: number,
  ): void {
    host.local(name, input, summary, (outcome: Outcome<ActivityResult<N>>) => {
      answer = () => {
        if (outcome.ok) {
          busy = false;
          trouble = null;
          return then(outcome.value);
        }
        trouble = `${summary} fails and is tried again; the worker's log says why`;
        const next = Math.min(longestRetryMs, retryMs * 2);
        host.timer(retryMs, `try again: ${summary}`, () => enqueue(() => attempt(name, input, summary, then, next)));
      };
    });
  }

  return {
    busy: () => busy,
    call(name, input, summary, then) {
      if (busy) throw new Error(`${name} was asked for while another local activity is under way`);
      busy = true;
      attempt(name, input, summary, then, firstRetryMs);
    },
    landed: () => answer !== null,
    deliver() {
      const take = answer!;
      answer = null;
      return take();
    },
    trouble: () => trouble,
  };
}
