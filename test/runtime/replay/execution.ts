/** One execution of the kernel that is handed its jobs activation by activation, as Temporal's core hands them over. */
import type { EventMessage, StartArgument } from '../../../runtime/activities/port.ts';
import type { Programs } from '../../../runtime/workflow/abi.ts';
import type { ActivityName, HistorySize, Host, LocalActivityName, Outcome } from '../../../runtime/workflow/host.ts';
import { createKernel } from '../../../runtime/workflow/kernel.ts';

export type Job =
  | { readonly kind: 'signal'; readonly event: EventMessage }
  | { readonly kind: 'timer'; readonly seq: number }
  | { readonly kind: 'activity'; readonly seq: number; readonly outcome: Outcome<unknown> }
  | { readonly kind: 'local'; readonly seq: number; readonly outcome: Outcome<unknown> };

export interface Activation {
  readonly jobs: readonly Job[];
  readonly now: number;
  readonly history: HistorySize;
}

export interface OpenCall {
  readonly seq: number;
  readonly name: LocalActivityName | ActivityName;
  readonly input: unknown;
  readonly done: (outcome: Outcome<never>) => void;
}

export interface OpenTimer {
  readonly seq: number;
  readonly at: number;
  readonly fire: () => void;
}

export interface Execution {
  /** In the order they were issued. A local activity is one as well. */
  readonly commands: readonly string[];
  readonly timers: ReadonlyMap<number, OpenTimer>;
  readonly activities: ReadonlyMap<number, OpenCall>;
  readonly locals: ReadonlyMap<number, OpenCall>;
  over(): boolean;
  feed(activation: Activation): Promise<void>;
}

/** How many microtasks after its job a callback comes. */
export type Delays = Readonly<Record<'timer' | 'activity' | 'local', number>>;

class ContinuedAsNew extends Error {}

export function execute(programs: Programs, argument: StartArgument, delays: Delays): Execution {
  const commands: string[] = [];
  const timers = new Map<number, OpenTimer>();
  const activities = new Map<number, OpenCall>();
  const locals = new Map<number, OpenCall>();
  const waiters = new Set<{ holds(): boolean; resolve(): void }>();
  let now = 0;
  let history: HistorySize = { events: 0, full: false };
  let versions: readonly string[] = [];
  let issued = { timer: 0, activity: 0, local: 0 };
  let over = false;
  let failure: unknown = null;
  let begun = false;

  const issue = (kind: keyof typeof issued): number => {
    issued = { ...issued, [kind]: issued[kind] + 1 };
    return issued[kind];
  };
  const host: Host = {
    incarnation: 'execution',
    now: () => now,
    timer(ms, summary, fire) {
      const seq = issue('timer');
      commands.push(`timer ${seq} starts: ${summary}`);
      timers.set(seq, { seq, at: now + ms, fire });
      return () => {
        if (timers.delete(seq)) commands.push(`timer ${seq} is canceled`);
      };
    },
    local(name, input, _summary, done) {
      const seq = issue('local');
      commands.push(`local ${seq}: ${name} ${JSON.stringify(input)}`);
      locals.set(seq, { seq, name, input, done });
    },
    activity(name, input, _summary, done) {
      const seq = issue('activity');
      commands.push(`activity ${seq}: ${name} ${JSON.stringify(input)}`);
      activities.set(seq, { seq, name, input, done });
      return () => {
        if (!activities.delete(seq)) return;
        commands.push(`activity ${seq} is canceled`);
        after(delays.activity, () => done({ ok: false, error: new Error('canceled') }));
      };
    },
    continueAsNew(next, nextVersions) {
      commands.push(`continue as new: ${JSON.stringify([next, nextVersions])}`);
      over = true;
      return Promise.reject(new ContinuedAsNew());
    },
    details: () => {},
    versions: () => versions,
    setVersions(next) {
      versions = next;
      commands.push(`versions ${next.join()}`);
    },
    until: condition,
    settled() {
      let looks = 0;
      return condition(() => looks++ > 0);
    },
    history: () => history,
  };

  /** As the SDK's: looked at once at once, and again after each job and when all has come to rest. */
  function condition(holds: () => boolean): Promise<void> {
    return holds() ? Promise.resolve() : new Promise((resolve) => waiters.add({ holds, resolve }));
  }

  function look(): boolean {
    let any = false;
    for (let unblocked = true; unblocked; ) {
      unblocked = false;
      for (const waiter of [...waiters])
        if (waiter.holds()) {
          waiters.delete(waiter);
          waiter.resolve();
          unblocked = any = true;
        }
    }
    return any;
  }

  const kernel = createKernel(host, programs, argument);

  function begin(): void {
    begun = true;
    kernel.run().then(
      () => {
        commands.push('completes');
        over = true;
      },
      (error: unknown) => {
        if (!(error instanceof ContinuedAsNew)) failure = error;
      },
    );
  }

  function deliver(job: Job): void {
    switch (job.kind) {
      case 'signal':
        kernel.receive(job.event);
        return;
      case 'timer':
        after(delays.timer, take(timers, job).fire);
        return;
      case 'activity': {
        const { done } = take(activities, job);
        after(delays.activity, () => done(job.outcome as Outcome<never>));
        return;
      }
      case 'local': {
        const { done } = take(locals, job);
        after(delays.local, () => done(job.outcome as Outcome<never>));
        return;
      }
      default:
        job satisfies never;
    }
  }

  return {
    commands,
    timers,
    activities,
    locals,
    over: () => over,
    async feed({ jobs, ...clock }) {
      ({ now, history } = clock);
      for (const job of jobs) {
        deliver(job);
        look();
      }
      if (!begun) begin();
      do await new Promise((resolve) => setImmediate(resolve));
      while (look());
      if (failure) throw failure;
    },
  };
}

function take<T>(open: Map<number, T>, { kind, seq }: { readonly kind: string; readonly seq: number }): T {
  const found = open.get(seq);
  if (!found) throw new Error(`The history tells of ${kind} ${seq}, which this execution has not asked for.`);
  open.delete(seq);
  return found;
}

function after(microtasks: number, work: () => void): void {
  if (microtasks === 0) work();
  else queueMicrotask(() => after(microtasks - 1, work));
}
