/** How hard it was: what happened while a local activity lasted, as the histories tell it. */
import type { History, Kept } from '../end-to-end/replayed.ts';
import type { Fault } from './faults.ts';

export interface Hardship {
  /** Histories with a local activity of 9 s or more during which a signal, a timer or a result of an activity arrived. */
  readonly slowWithArrivals: number;
  /** Histories with a local activity of 9 s or more. */
  readonly slow: number;
  /** Histories in which something waited for a store that was away. */
  readonly away: number;
  readonly continuedAsNew: number;
}

const slowMs = 9_000;

interface Local {
  readonly began: number;
  readonly ended: number;
}

export function hardship(kept: readonly Kept[], faults: readonly Fault[]): Hardship {
  const aways = faults.filter((fault) => fault.kind === 'away');
  let [slow, slowWithArrivals, away, continuedAsNew] = [0, 0, 0, 0];
  for (const { history, status } of kept) {
    const locals = localActivities(history);
    const long = locals.filter(({ began, ended }) => ended - began >= slowMs);
    const arrived = arrivals(history);
    if (long.length > 0) slow += 1;
    if (long.some(({ began, ended }) => arrived.some((at) => at > began && at < ended))) slowWithArrivals += 1;
    if (aways.some((fault) => [...locals, ...arrived.map(instant)].some((one) => touches(one, fault)))) away += 1;
    if (status === 'CONTINUED_AS_NEW') continuedAsNew += 1;
  }
  return { slow, slowWithArrivals, away, continuedAsNew };
}

function instant(at: number): Local {
  return { began: at, ended: at };
}

function touches(one: Local, fault: Fault): boolean {
  return one.began < fault.ended && one.ended > fault.began;
}

/** Markers say when the activity was asked for; it was done before the next one was asked for, and before it was recorded. */
function localActivities(history: History): Local[] {
  const found: Local[] = [];
  for (const event of history.events ?? []) {
    const marker = event.markerRecordedEventAttributes;
    const data = marker?.markerName === 'core_local_activity' ? marker.details?.data?.payloads?.[0]?.data : null;
    if (!data) continue;
    const told = JSON.parse(Buffer.from(data).toString()) as { original_schedule_time?: Stamp };
    if (!told.original_schedule_time) continue;
    const began = millis(told.original_schedule_time);
    const last = found.at(-1);
    if (last && last.began <= began) found[found.length - 1] = { ...last, ended: Math.min(last.ended, began) };
    found.push({ began, ended: millis(event.eventTime!) });
  }
  return found;
}

function arrivals(history: History): number[] {
  return (history.events ?? []).flatMap((event) => {
    const arrived =
      event.workflowExecutionSignaledEventAttributes ??
      event.timerFiredEventAttributes ??
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes;
    const time = event.eventTime;
    return arrived && time ? [millis(time)] : [];
  });
}

type Stamp = NonNullable<NonNullable<History['events']>[number]['eventTime']>;

function millis({ seconds, nanos }: Stamp): number {
  return Number(seconds) * 1000 + (nanos ?? 0) / 1e6;
}
