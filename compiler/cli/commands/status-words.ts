import type { RunStatus } from '../../../runtime/store/status.ts';
import { openingLabel } from '../../../runtime/time/label.ts';

/** What a parked run waits for, until when and where: `paid, until Mon 9 Mar 09:00 Berlin (flows.flow:9)`; else empty. */
export function runWaits({ state, waitsFor, until, line }: RunStatus, zone: string, now: number): string {
  if (state !== 'parked' || !waitsFor) return '';
  const end = until === null ? '' : `, until ${openingLabel(until, zone, now)}`;
  return `${waitsFor}${end}${line === null ? '' : ` (${line})`}`;
}
