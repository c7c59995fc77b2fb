import { isFinal, type Status, statuses } from '../model/statuses.ts';

/** Statuses only move forward, and a final one stays. */
export function movesForward(from: Status, to: Status): boolean {
  return !isFinal(from) && statuses[to].rank > statuses[from].rank;
}
