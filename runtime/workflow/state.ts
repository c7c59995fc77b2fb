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
}

export interface RunState {
  readonly ref: RunRef;
  /** Effects asked for so far: their idempotency key. */
  step: number;
  /** Communications planned so far: part of their ids. */
  planned: number;
  /** `null` while it runs or is about to. */
  wait: Wait | null;
  /** The open communication it waits for. */
  awaits: string | null;
  /** The segment it begins anew when the campaign runs again. */
  held?: string;
}

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
  return { seen: [], waiting: [], runs: [], communications: [] };
}

/** Keeps an event once, in order of number. Unnumbered events (`resume`) always pass. */
export function take(state: KernelState, event: EventMessage): boolean {
  if (event.number > 0) {
    const forgotten = state.seen.length >= seenLimit && event.number < state.seen[0]!;
    if (forgotten || state.seen.includes(event.number)) return false;
    state.seen = insertSorted(state.seen, event.number, (n) => n).slice(-seenLimit);
  }
  state.waiting = insertSorted(state.waiting, event, (e) => e.number || Number.MAX_SAFE_INTEGER);
  return true;
}

function insertSorted<T>(list: readonly T[], item: T, key: (item: T) => number): T[] {
  const at = list.findIndex((other) => key(other) > key(item));
  return at < 0 ? [...list, item] : [...list.slice(0, at), item, ...list.slice(at)];
}

/** `flow@hash` of all a fresh execution needs: an open communication is sent and ended by the version that planned it. */
export function carriedVersions(state: KernelState): string[] {
  const communications = state.communications.map(({ flow, hash }) => `${flow}@${hash}`);
  return [...new Set([...versionsOf(state), ...communications])].sort();
}

/** `flow@hash` of what still has to run. */
export function versionsOf(state: KernelState): string[] {
  const runs = state.runs.map((run) => `${run.ref.flow}@${run.ref.hash}`);
  const starts = state.waiting.flatMap((event) => event.starts.map((start) => `${start.flow}@${start.hash}`));
  return [...new Set([...runs, ...starts])].sort();
}
