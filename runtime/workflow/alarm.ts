import type { Deadline } from './deadlines.ts';
import type { Host } from './host.ts';

/** One timer of the host, for whatever comes first. */
export interface Alarm {
  /** Arms it for the deadline and disarms the one before; the same deadline again changes nothing. A full history arms none. */
  set(next: Deadline | null): void;
}

/** `delay`: real milliseconds until a virtual instant. `enqueue` gets what happens when it goes off. */
export function createAlarm(host: Host, delay: (at: number) => number, enqueue: (happened: () => void) => void): Alarm {
  let armed: (Deadline & { readonly disarm: () => void }) | null = null;
  return {
    set(next) {
      if (armed && next && armed.at === next.at && armed.summary === next.summary) return;
      armed?.disarm();
      armed = null;
      if (!next || host.history().full) return;
      const fire = (): void =>
        enqueue(() => {
          if (armed === mine) armed = null;
        });
      const mine = { ...next, disarm: host.timer(delay(next.at), next.summary, fire) };
      armed = mine;
    },
  };
}
