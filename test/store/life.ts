/** A participant's whole life over a real database: store, relay, kernel and activities as they ship, in virtual time. */
import type { KernelActivities } from '../../runtime/activities/port.ts';
import { SimulatedFlowFault, type Simulation, simulate } from '../../runtime/simulator/host.ts';
import type { Store } from '../../runtime/store/database.ts';
import { type RelayOptions, relayBatch, resumeHeld } from '../../runtime/store/relay.ts';
import type { Programs } from '../../runtime/workflow/abi.ts';
import { type Bench, bench, monday, who } from './flow-fixture.ts';

export interface Life extends Bench {
  readonly simulation: Simulation;
  /** Lets everything happen that happens without time passing. */
  settle(): Promise<void>;
  /** Moves virtual time forward, timer by timer. */
  advanceTo(at: number): Promise<void>;
}

export async function live(
  store: Store,
  programs: Programs,
  options: NonNullable<Parameters<typeof bench>[1]> = {},
): Promise<Life> {
  let simulation: Simulation | undefined;
  let underWay = 0;
  const realNow = () => simulation?.now() ?? monday;
  const made = await bench(store, { ...options, deps: { realNow, ...options.deps } });

  /** What the server does with activities: their failures are tried again, except those that end a run. */
  async function served<I, O>(activity: (input: I) => Promise<O>, input: I): Promise<O> {
    underWay += 1;
    try {
      for (;;) {
        try {
          return await activity(input);
        } catch (error) {
          if ((error as { type?: string }).type === 'FlowFault') throw new SimulatedFlowFault((error as Error).message);
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
      (input: never) => served(activity as (input: never) => Promise<unknown>, input),
    ]),
  ) as unknown as KernelActivities;
  simulation = simulate({ who, programs, activities, startAt: monday });
  let signals = 0;
  const relay: RelayOptions = {
    store,
    campaigns: () => made.data,
    signal: async (_who, message) => {
      signals += 1;
      simulation.signal(message);
    },
    channelUp: async () => true,
    log: () => {},
  };

  async function quiet(): Promise<void> {
    do {
      await simulation!.settle();
      if (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    } while (underWay > 0);
  }

  async function settle(): Promise<void> {
    for (let before = -1; before !== signals; ) {
      await quiet();
      before = signals;
      await relayBatch(relay);
      await quiet();
      await resumeHeld(relay);
    }
  }

  return {
    ...made,
    simulation,
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
}
