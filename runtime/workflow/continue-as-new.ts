import type { HistorySize } from './host.ts';
import type { KernelState } from './state.ts';

/** A fresh execution is taken at the first quiet moment over this many events … */
const softLimit = 2_000;
/** … and before any wait longer than an hour over this many: waking many people costs by the task of their history. */
const longWaitLimit = 60;
const longWait = 3_600_000;

/** In a quiet moment: is it time to go on in a fresh execution? `untilNext`: real milliseconds until something is due. */
export function shouldContinueAsNew(
  { events, full }: HistorySize,
  state: KernelState,
  untilNext: () => number | null,
): boolean {
  if (full) return true;
  if (state.waiting.length > 0) return false;
  return events > softLimit || (events > longWaitLimit && (untilNext() ?? 0) > longWait);
}
