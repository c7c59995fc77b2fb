import type { EventMessage, HoldCause, Opening, PlanFact, RunRef } from '../activities/port.ts';
import type { Wait } from './abi.ts';

/** Plain JSON: survives continue-as-new, a new worker and a new version of the kernel. Everything else is rebuilt from it. */
export interface KernelState {
  /** Numbers of the latest events taken, ascending, at most {@link seenLimit}. */
  seen: number[];
  /** Taken but not handled yet, by number. */
  waiting: EventMessage[];
  /** Parked runs, oldest first. */
  runs: RunState[];
  /** Open communications, oldest first. */
  communications: CommunicationState[];
  /** The latest virtual instant that a timer or an answer has told. What is due by then is done. */
  clock: number;
}

export interface RunState {
  readonly ref: RunRef;
  /** Requests decided so far: the next one has the number that follows. */
  step: number;
  /** Communications planned so far: part of their ids. */
  planned: number;
  /** `null` while it runs or is about to. */
  wait: Wait | null;
  /** The open communication it waits for. */
  awaits: string | null;
  /** What it does when the campaign runs again. */
  held?: HeldAt;
}

/** A segment it begins anew, or a wait that stands: its condition is looked at again, or its time has come. */
export type HeldAt =
  | { readonly kind: 'segment'; readonly segment: string }
  | { readonly kind: 'condition' }
  | { readonly kind: 'time' };

export interface CommunicationState {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  flow: string;
  hash: string;
  plan: PlanFact;
  opening: Opening;
  phase: 'planned' | 'held' | 'started';
  cause?: HoldCause;
  /** Virtual instant at which a quiet conversation ends. */
  silenceAt?: number;
}

export const seenLimit = 100;

export function emptyState(): KernelState {
  return { seen: [], waiting: [], runs: [], communications: [], clock: 0 };
}

/** Keeps an event once, in order of number. Unnumbered events (`resume`) always pass. */
export function take(state: KernelState, event: EventMessage): boolean {
  if (event.number > 0) {
    const forgotten = state.seen.length >= seenLimit && event.number < state.seen[0]!;
    if (forgotten || state.seen.includes(event.number)) return false;
    state.seen = insertSorted(state.seen, event.number, (n) => n).slice(-seenLimit);
  } else if (state.seen.length === 0 && event.upTo !== undefined) {
    // What was relayed before was taken by an execution that has ended.
    state.seen = [event.upTo];
  }
  state.waiting = insertSorted(state.waiting, event, (e) => e.number || Number.MAX_SAFE_INTEGER);
  return true;
}

/** Number of the newest event taken. */
export function taken(state: KernelState): number {
  return state.seen.at(-1) ?? 0;
}

function insertSorted<T>(list: readonly T[], item: T, key: (item: T) => number): T[] {
  const at = list.findIndex((other) => key(other) > key(item));
  return at < 0 ? [...list, item] : [...list.slice(0, at), item, ...list.slice(at)];
}
