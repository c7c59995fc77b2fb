import type { EventType } from '../activities/port.ts';

/** Causes inside the participant's own workflow: it knows what it did without being told. */
const ownCauses = new Set(['set', 'python', 'to', 'cancel', 'exit', 'plan', 'send', 'time', 'repair']);

/**
 * Must the workflow get the event? One that starts nothing, exits nothing and meets neither a parked run nor an open
 * communication is only stored: a million-row update opens no workflows.
 */
export function needsSignal(event: {
  readonly type: EventType;
  readonly starts: readonly string[];
  readonly exits: boolean;
  readonly cause: { readonly kind: string; readonly campaign?: string };
  /** The participant has a run that has not ended, or a communication without a final status. */
  readonly open: boolean;
}): boolean {
  if (event.starts.length > 0) return true;
  if (ownCauses.has(event.cause.kind) && event.cause.campaign === undefined) return event.exits && event.open;
  // The communication itself was open until this very event.
  return event.open || event.type === 'communicationEnded';
}

/** Ends caused by an exit or a repair start nothing, and are not kept for later either. */
export function endsQuietly({ kind }: { readonly kind: string }): boolean {
  return kind === 'exit' || kind === 'repair';
}

/** A chain of this many events, each causing the next without time passing, is a storm. */
export const stormLength = 50;
const samePassage = 60_000;
/** A test clock runs fast, but what waits by it is a second of real time apart. */
const samePassageReal = 1_000;

/** Ends the run that would have caused one event too many. */
export class Storm extends Error {
  override readonly name = 'Storm';
  constructor() {
    super(`storm: ${stormLength} events caused each other without time passing`);
  }
}

/** The event that began the run that causes another one. */
export interface Parent {
  readonly chain: number;
  /** Virtual epoch milliseconds. */
  readonly at: number;
  /** Real milliseconds since it was written. */
  readonly age: number;
}

/** Length of the chain an event ends whose cause is `parent`. */
export function chainAfter(parent: Parent | undefined | null, at: number): number {
  if (!parent) return 0;
  const passed = at - parent.at >= samePassage && parent.age >= samePassageReal;
  return passed ? 0 : parent.chain + 1;
}
