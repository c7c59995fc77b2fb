import { isFinal, type Reason, reasons, type Status, statuses } from '../model/statuses.ts';

/** Statuses only move forward, and a final one stays. */
export function movesForward(from: Status, to: Status): boolean {
  return !isFinal(from) && statuses[to].rank > statuses[from].rank;
}

/** The final status a reason goes with. */
export function statusOf(reason: Reason): Status {
  return reasons[reason].status;
}
