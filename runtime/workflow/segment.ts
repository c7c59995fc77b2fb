import type {
  CommitInput,
  EndedCommunication,
  Halt,
  Halted,
  PlanFact,
  PlannedCommunication,
  StretchResult,
  Who,
} from '../activities/port.ts';
import type { Facts, Flow, Next, Program, Wait } from './abi.ts';
import type { Host } from './host.ts';
import type { KernelState, RunState } from './state.ts';

/** Under this many milliseconds an instant is now: tiny timers fire about a second late. */
export const nowTolerance = 20;

/** What a segment needs of the kernel around it. */
export interface SegmentScope {
  readonly host: Host;
  readonly who: Who;
  readonly state: KernelState;
  now(): number;
  /** An exit, a deletion or a cancel by API arrived: runs end at their next statement. */
  ended(): boolean;
  /** Waits for something that may last; meanwhile the kernel keeps looking what is due. */
  slowly<T>(work: Promise<T>): Promise<T>;
  communicationsEnded(list: readonly EndedCommunication[]): void;
  touched(names: readonly string[]): void;
}

/** Leaves a program from inside; never seen outside this file. */
class RunOver extends Error {
  readonly as: Halt;
  constructor(as: Halt) {
    super(as);
    this.as = as;
  }
}

/** Runs segments of one run until it parks or ends; a run that ended has left the state. */
export async function runSegment(scope: SegmentScope, run: RunState, program: Program, first: string): Promise<void> {
  let name: string | null = first;
  while (name !== null) name = await oneSegment(scope, run, program, name);
}

/** The segment to go on with at once, or `null`. */
async function oneSegment(scope: SegmentScope, run: RunState, program: Program, name: string): Promise<string | null> {
  const segment = program.segments[name];
  if (!segment) throw new Error(`${run.ref.flow}@${run.ref.hash} has no segment ${name}`);
  const plans: PlannedCommunication[] = [];
  const first = firstOf(name);
  try {
    const { flow, facts } = flowOf(scope, run, name, plans, first);
    return await park(scope, run, await segment(flow), plans, facts, first);
  } catch (error) {
    if (error instanceof RunOver) {
      if (error.as === 'held') {
        run.held = name;
        return null;
      }
      if (error.as === 'exited') await commit(scope, run, { kind: 'ended', as: 'exited' }, []);
      leave(scope.state, run);
      return null;
    }
    const failure = scope.host.flowFault(error);
    if (failure === null) throw error;
    await commit(scope, run, { kind: 'ended', as: 'failed', failure }, []);
    leave(scope.state, run);
    return null;
  }
}

/** Marks the first request of a segment: the run may be held before it, and the segment begins anew then. */
type First = () => { readonly first?: string };

function firstOf(segment: string): First {
  let asked = false;
  return () => {
    const mark = asked ? {} : { first: segment };
    asked = true;
    return mark;
  };
}

/** Writes where the run stands; returns the next segment if there is nothing to wait for. */
async function park(
  scope: SegmentScope,
  run: RunState,
  next: Next,
  plans: PlannedCommunication[],
  facts: () => Facts,
  first: First,
): Promise<string | null> {
  const made = plans.splice(0);
  switch (next.kind) {
    case 'stop':
    case 'to':
      await settle(
        scope,
        run,
        next.kind === 'stop' ? { kind: 'ended', as: 'stopped' } : { kind: 'ended', as: 'handed over', to: next.flow },
        made,
        first,
      );
      leave(scope.state, run);
      return null;
    case 'wait': {
      const wait = next.wait;
      await settle(scope, run, parkedAt(wait), made, first);
      const open = wait.for === 'communication' ? openNamed(scope.state, wait.name) : null;
      const at = goesOn(wait, open !== null, facts, scope.now() + nowTolerance);
      if (at !== null) return at;
      run.wait = wait;
      run.awaits = open;
      return null;
    }
    default:
      return next satisfies never;
  }
}

function goesOn(wait: Wait, open: boolean, facts: () => Facts, now: number): string | null {
  switch (wait.for) {
    case 'time':
      return wait.until === null || wait.until <= now ? wait.then : null;
    case 'communication':
      if (!open) return wait.then;
      break;
    case 'condition':
      if (facts()[wait.key] === true) return wait.then;
      break;
    default:
      wait satisfies never;
  }
  // A bound whose date is missing counts as hit: nobody is parked for ever by an empty field.
  const hit = wait.upTo !== undefined && (wait.upTo === null || wait.upTo <= now);
  return hit ? (wait.else ?? wait.then) : null;
}

function parkedAt(wait: Wait): CommitInput['state'] {
  const { then: segment, line } = wait;
  switch (wait.for) {
    case 'time':
      return { kind: 'parked', waitsFor: wait.label, until: wait.until, line, segment };
    case 'communication':
      return { kind: 'parked', waitsFor: wait.name, until: wait.upTo ?? null, line, segment };
    case 'condition':
      return { kind: 'parked', waitsFor: wait.key, until: wait.upTo ?? null, line, segment, watches: wait.watches };
    default:
      return wait satisfies never;
  }
}

function flowOf(
  scope: SegmentScope,
  run: RunState,
  segment: string,
  plans: PlannedCommunication[],
  first: First,
): { flow: Flow; facts: () => Facts } {
  const { host, who } = scope;
  let last: StretchResult = { facts: {} };
  const { ref } = run;

  const use = (result: StretchResult): Facts => {
    last = result;
    scope.communicationsEnded(result.ended ?? []);
    scope.touched(result.touched ?? []);
    const halt = haltOf(result);
    if (halt !== null) throw new RunOver(halt);
    check();
    return result.facts;
  };
  const check = (): void => {
    if (scope.ended()) throw new RunOver('exited');
  };
  // What was planned so far must not wait for a slow effect, and the effect must see it.
  const flush = async (): Promise<void> => {
    check();
    if (plans.length > 0) await settle(scope, run, { kind: 'running', segment }, plans.splice(0), first);
  };
  const effect = (name: string) => ({ who, run: ref, name, step: ++run.step, ...first(), now: scope.now() });

  const flow: Flow = {
    async facts(stretch) {
      // Facts in the middle of a segment are asked for because a plan made before changes them.
      if (plans.length > 0) await flush();
      else check();
      return use(
        await host.local(
          'facts',
          { who, run: ref, stretch, ...first(), now: scope.now() },
          `facts of ${ref.flow}: ${stretch}`,
        ),
      );
    },
    async set(step) {
      await flush();
      return use(await host.local('set', effect(step), `set ${step}`));
    },
    async python(name) {
      await flush();
      return use(await scope.slowly(host.activity('python', effect(name), `python ${name}`).result));
    },
    async cancel(step, ...names) {
      await flush();
      return use(
        await host.local(
          'cancel',
          { ...effect(step), names },
          names.length > 0 ? `cancel ${names.join(', ')}` : 'cancel communications',
        ),
      );
    },
    plan(name) {
      check();
      const plan = last.plans?.[name];
      if (!plan) throw new Error(`${ref.flow}@${ref.hash} plans ${name}, of which its facts say nothing`);
      plans.push(planned(who, run, name, plan));
    },
    stop: () => ({ kind: 'stop' }),
    to: (flow) => ({ kind: 'to', flow }),
    waitUntil: (until, { label, then, line, follows }) => ({
      kind: 'wait',
      wait: { for: 'time', until: instant(until), label, then, line, ...(follows ? { follows } : {}) },
    }),
    waitForCommunication: (name, { upTo, then, else: otherwise, line }) => ({
      kind: 'wait',
      wait: {
        for: 'communication',
        name,
        then,
        line,
        ...(upTo === undefined ? {} : { upTo: instant(upTo) }),
        ...(otherwise ? { else: otherwise } : {}),
      },
    }),
    waitFor: (key, { stretch, watches, upTo, then, else: otherwise, line }) => ({
      kind: 'wait',
      wait: {
        for: 'condition',
        key,
        stretch,
        watches,
        then,
        line,
        ...(upTo === undefined ? {} : { upTo: instant(upTo) }),
        ...(otherwise ? { else: otherwise } : {}),
      },
    }),
  };
  return { flow, facts: () => last.facts };
}

function instant(fact: Facts[string] | undefined): number | null {
  return typeof fact === 'number' ? fact : null;
}

function planned(who: Who, run: RunState, name: string, plan: PlanFact): PlannedCommunication {
  const { id, flow, hash } = run.ref;
  run.planned += 1;
  return {
    id: `${who.campaign}/${who.participant}/${id}/${name}/${run.planned}`,
    name,
    kind: plan.kind,
    flow,
    hash,
    plan,
  };
}

function haltOf(result: Halted): Halt | null {
  return result.already ? 'already' : result.exited ? 'exited' : result.held ? 'held' : null;
}

async function commit(
  scope: SegmentScope,
  run: RunState,
  state: CommitInput['state'],
  plans: readonly PlannedCommunication[],
  mark: { readonly first?: string } = {},
) {
  const what =
    state.kind === 'ended'
      ? `${run.ref.flow} ${state.as}`
      : state.kind === 'parked'
        ? `${run.ref.flow} waits for ${state.waitsFor}`
        : `${run.ref.flow} plans`;
  return scope.host.local('commit', { who: scope.who, run: run.ref, now: scope.now(), ...mark, state, plans }, what);
}

/** Commits and takes the planned communications into the kernel's book. */
async function settle(
  scope: SegmentScope,
  run: RunState,
  at: CommitInput['state'],
  plans: readonly PlannedCommunication[],
  first: First,
): Promise<void> {
  const result = await commit(scope, run, at, plans, first());
  // That it has exited was written by the commit itself.
  const halt = haltOf(result);
  if (halt !== null) throw new RunOver(halt === 'exited' ? 'already' : halt);
  for (const { id, name, kind, flow, hash, plan } of plans) {
    if (result.dropped?.includes(id)) continue;
    const kept = result.replaced?.[id] ?? id;
    const old = scope.state.communications.find((c) => c.id === kept);
    if ('final' in plan) {
      if (old) scope.communicationsEnded([{ id: kept, ...plan.final }]);
      else scope.touched([name]);
    } else if (old) {
      Object.assign(old, { flow, hash, plan, opening: plan.opening, phase: 'planned' });
    } else {
      scope.state.communications.push({
        id: kept,
        name,
        kind,
        flow,
        hash,
        plan,
        opening: plan.opening,
        phase: 'planned',
      });
      scope.touched([name]);
    }
  }
  // What was planned stands in the book before: the exit ends it.
  if (scope.ended()) throw new RunOver('exited');
}

function openNamed(state: KernelState, name: string): string | null {
  return state.communications.findLast((c) => c.name === name)?.id ?? null;
}

export function leave(state: KernelState, run: RunState): void {
  state.runs = state.runs.filter((other) => other !== run);
}
