import type { EventMessage, KernelActivities, StartArgument, Who } from '../activities/port.ts';
import type { Programs } from '../workflow/abi.ts';
import type {
  ActivityInput,
  ActivityName,
  ActivityResult,
  Host,
  LocalActivityName,
  Outcome,
} from '../workflow/host.ts';
import { createKernel, type Kernel } from '../workflow/kernel.ts';
import { emptyState } from '../workflow/state.ts';
import { versionsOf } from '../workflow/versions.ts';

export interface SimulatedTimer {
  readonly at: number;
  readonly summary: string;
}

export interface SimulatedCall {
  readonly name: keyof KernelActivities;
  /** As a local activity, or as a normal one. */
  readonly as: 'local' | 'normal';
  readonly summary: string;
  readonly input: unknown;
  readonly at: number;
}

export interface Simulation {
  /** Delivers an event, starting an execution if none is open: what signalWithStart does. */
  signal(event: EventMessage): void;
  /** Lets everything happen that happens without time passing. */
  settle(): Promise<void>;
  /** Moves virtual time forward, firing timers in order. */
  advanceTo(at: number): Promise<void>;
  now(): number;
  /** Armed timers, earliest first. */
  timers(): readonly SimulatedTimer[];
  readonly calls: readonly SimulatedCall[];
  /** Is an execution open? */
  running(): boolean;
  /** Executions so far, those by continue-as-new included. */
  executions(): number;
  details(): string;
  versions(): readonly string[];
  /** Argument of the latest continue-as-new. */
  carried(): StartArgument | null;
}

export interface SimulationOptions {
  readonly who: Who;
  readonly programs: Programs;
  readonly activities: KernelActivities;
  /** Virtual epoch milliseconds. */
  readonly startAt: number;
  /** History events after which the server would ask for a fresh execution. Default: never. */
  readonly fullAfter?: number;
}

class ContinuedAsNew extends Error {}

/** Drives the kernel and generated programs of one participant in virtual time, in process, without a server. */
export function simulate(options: SimulationOptions): Simulation {
  const { who, programs, activities } = options;
  const calls: SimulatedCall[] = [];
  let time = options.startAt;
  let settled = 0;
  let executions = 0;
  let chain = 0;
  let current: Execution | null = null;
  let failure: unknown = null;
  let carried: StartArgument | null = null;

  interface Execution {
    readonly kernel: Kernel;
    readonly timers: Set<SimulatedTimer & { fire(): void }>;
    readonly waiters: { holds(): boolean; resolve(): void }[];
    events: number;
    details: string;
    versions: readonly string[];
  }

  function open(argument: StartArgument, incarnation: string, versions: readonly string[]): Execution {
    executions += 1;
    const timers: Execution['timers'] = new Set();
    const waiters: Execution['waiters'] = [];
    const host: Host = {
      incarnation,
      now: () => time,
      timer(ms, summary, fire) {
        self.events += 1;
        const timer = { at: time + ms, summary, fire };
        timers.add(timer);
        return () => timers.delete(timer);
      },
      local: (name, input, summary, done) => void call('local', name, input, summary, done),
      activity: (name, input, summary, done) => call('normal', name, input, summary, done),
      continueAsNew(next, nextVersions) {
        carried = JSON.parse(JSON.stringify(next)) as StartArgument;
        current = null;
        const fresh = open(carried, incarnation, nextVersions);
        current = fresh;
        return Promise.reject(new ContinuedAsNew());
      },
      details: (text) => {
        self.details = text;
      },
      versions: () => self.versions,
      setVersions: (next) => {
        self.versions = next;
      },
      until: (holds) => (holds() ? Promise.resolve() : new Promise((resolve) => waiters.push({ holds, resolve }))),
      settled: () => Promise.resolve(),
      history: () => ({ events: self.events, full: self.events > (options.fullAfter ?? Number.POSITIVE_INFINITY) }),
    };
    function call<N extends LocalActivityName | ActivityName>(
      as: SimulatedCall['as'],
      name: N,
      input: ActivityInput<N>,
      summary: string,
      done: (outcome: Outcome<ActivityResult<N>>) => void,
    ): () => void {
      calls.push({ name, as, summary, input, at: time });
      self.events += as === 'normal' ? 3 : 1;
      let open = true;
      const tell = (outcome: Outcome<ActivityResult<N>>): void => {
        settled += 1;
        if (open && current === self) done(outcome);
        open = false;
      };
      // What crosses to an activity and back is JSON.
      const work = (activities[name] as (input: unknown) => Promise<ActivityResult<N>>)(
        JSON.parse(JSON.stringify(input)),
      );
      work.then(
        (value) => tell({ ok: true, value: JSON.parse(JSON.stringify(value)) }),
        (error: unknown) => tell({ ok: false, error }),
      );
      return () => tell({ ok: false, error: new Error('canceled') });
    }
    const self: Execution = { kernel: null as unknown as Kernel, timers, waiters, events: 3, details: '', versions };
    Object.assign(self, { kernel: createKernel(host, programs, argument) });
    self.kernel.run().then(
      () => {
        if (current === self) current = null;
      },
      (error: unknown) => {
        if (!(error instanceof ContinuedAsNew)) failure = error;
      },
    );
    return self;
  }

  function wakeWaiters(): void {
    if (!current) return;
    const ready = current.waiters.filter((w) => w.holds());
    for (const w of ready) current.waiters.splice(current.waiters.indexOf(w), 1);
    for (const w of ready) w.resolve();
  }

  async function settle(): Promise<void> {
    // An activity may be under way on purpose: everything has settled when nothing moved for a few turns of the event loop.
    for (let still = 0, last = -1; still < 4; ) {
      wakeWaiters();
      await new Promise((resolve) => setImmediate(resolve));
      if (failure) {
        const error = failure;
        failure = null;
        throw error;
      }
      const moved = calls.length + settled + executions;
      still = moved !== last || current?.waiters.some((w) => w.holds()) ? 0 : still + 1;
      last = moved;
    }
  }

  return {
    calls,
    now: () => time,
    signal(event) {
      if (!current) {
        chain += 1;
        current = open({ who }, `execution-${chain}`, versionsOf({ ...emptyState(), waiting: [event] }));
      }
      current.events += 1;
      current.kernel.receive(event);
    },
    settle,
    async advanceTo(at) {
      await settle();
      for (;;) {
        const next = sorted(current?.timers ?? []).find((timer) => timer.at <= at);
        if (!next || !current) break;
        time = Math.max(time, next.at);
        current.timers.delete(next);
        current.events += 1;
        next.fire();
        await settle();
      }
      time = at;
    },
    timers: () => sorted(current?.timers ?? []).map(({ at, summary }) => ({ at, summary })),
    running: () => current !== null,
    executions: () => executions,
    details: () => current?.details ?? '',
    versions: () => current?.versions ?? [],
    carried: () => carried,
  };
}

function sorted<T extends SimulatedTimer>(timers: Iterable<T>): T[] {
  return [...timers].sort((a, b) => a.at - b.at);
}
