/** A participant's whole life over a real database: store, relay, kernel and activities as they ship, in virtual time. */
import type { KernelActivities } from '../../runtime/activities/port.ts';
import { type Simulation, simulate } from '../../runtime/simulator/host.ts';
import type { Store } from '../../runtime/store/database.ts';
import { type RelayOptions, relayBatch, resumeHeld } from '../../runtime/store/relay.ts';
import type { Programs } from '../../runtime/workflow/abi.ts';
import { type Bench, bench, monday, who } from './flow-fixture.ts';

export interface Life extends Bench {
  readonly simulation: Simulation;
  /** Holds the relay back, or lets it go on with what it held. */
  relay(state: 'held back' | 'on'): void;
  /** Lets everything happen that happens without time passing. */
  settle(): Promise<void>;
  /** Moves virtual time forward, timer by timer. */
  advanceTo(at: number): Promise<void>;
}

export interface LifeOptions extends NonNullable<Parameters<typeof bench>[1]> {
  /** Everything happens twice: workers die after they wrote and before they answer, relays after they signalled. */
  readonly faults?: true;
  /** An activity's answer was dropped: this happens before it is asked again. */
  readonly lost?: (name: keyof KernelActivities, life: Life) => Promise<void>;
}

export async function live(store: Store, programs: Programs, options: LifeOptions = {}): Promise<Life> {
  let simulation: Simulation | undefined;
  let underWay = 0;
  const realNow = () => simulation?.now() ?? monday;
  const made = await bench(store, { ...options, programs, deps: { realNow, ...options.deps } });

  /** What the server does with activities: their failures are tried again. */
  async function served<I, O>(name: keyof KernelActivities, activity: (input: I) => Promise<O>, input: I): Promise<O> {
    underWay += 1;
    try {
      if (options.faults || options.lost) await activity(input).catch(() => {});
      await options.lost?.(name, life);
      for (;;) {
        try {
          return await activity(input);
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    } finally {
      underWay -= 1;
    }
  }
  const activities = Object.fromEntries(
    Object.entries(made.activities).map(([name, activity]) => [
      name,
      (input: never) => served(name as keyof KernelActivities, activity as (input: never) => Promise<unknown>, input),
    ]),
  ) as unknown as KernelActivities;
  simulation = simulate({ who, programs, activities, startAt: monday });
  let signals = 0;
  let heldBack = false;
  const relay: RelayOptions = {
    store,
    campaigns: () => made.data,
    signal: async (_who, message) => {
      signals += 1;
      simulation.signal(message);
      if (options.faults) {
        await quiet();
        simulation.signal(message);
      }
    },
    channelUp: async () => true,
    log: () => {},
  };

  async function quiet(): Promise<void> {
    for (let busy = true; busy; ) {
      await simulation!.settle();
      busy = underWay > 0;
      // Its answer is still to be taken.
      if (busy) await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async function settle(): Promise<void> {
    for (let before = -1; before !== signals; ) {
      await quiet();
      before = signals;
      if (heldBack) return;
      await relayBatch(relay);
      await quiet();
      await resumeHeld(relay);
    }
  }

  const life: Life = {
    ...made,
    simulation,
    relay(state) {
      heldBack = state === 'held back';
    },
    settle,
    async advanceTo(at) {
      await settle();
      for (let next = simulation.timers()[0]; next && next.at <= at; next = simulation.timers()[0]) {
        await simulation.advanceTo(next.at);
        await settle();
      }
      await simulation.advanceTo(at);
      await settle();
    },
  };
  return life;
}
