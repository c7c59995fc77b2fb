import type { Deadline } from './deadlines.ts';
import type { Host } from './host.ts';

/** One timer of the host, for whatever comes first. */
export interface DeadlineTimer {
  /** Arms it for the deadline and disarms the one before; the same deadline again changes nothing. */
  set(next: Deadline | null): void;
}

/** `delay`: real milliseconds until a virtual instant. `fired` is told the deadline when it goes off. */
export function createDeadlineTimer(
  host: Host,
  delay: (at: number) => number,
  fired: (deadline: Deadline) => void,
): DeadlineTimer {
  let armed: (Deadline & { readonly disarm: () => void }) | null = null;
  return {
    set(next) {
      if (armed && next && armed.at === next.at && armed.summary === next.summary) return;
      armed?.disarm();
      armed = null;
      if (!next) return;
      const fire = (): void => {
        if (armed === mine) armed = null;
        fired(next);
      };
      const mine = { ...next, disarm: host.timer(Math.max(1, delay(next.at)), next.summary, fire) };
      armed = mine;
    },
  };
}
