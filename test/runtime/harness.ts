import type {
  Answer,
  CloseInput,
  CloseResult,
  EndedCommunication,
  EndInput,
  EventMessage,
  KernelActivities,
  LeaveInput,
  Opening,
  PlanFact,
  PlannedCommunication,
  SendInput as PortSendInput,
  PythonInput,
  ReplanInput,
  RunRef,
  SendResult,
  StepInput,
  StepResult,
  Walked,
} from '../../runtime/activities/port.ts';
import { type Simulation, type SimulationOptions, simulate } from '../../runtime/simulator/host.ts';
import type { Flow, Next, Program, Programs, Segment } from '../../runtime/workflow/abi.ts';
import { communicationId, goesOn, pythonReached, type Request, reachedBy, walk } from '../../runtime/workflow/walk.ts';

export const hour = 3_600_000;
export const day = 24 * hour;
/** Mon 9 Mar 2026 08:00 UTC */
export const monday = Date.UTC(2026, 2, 9, 8);

export const who = { campaign: 'reminder', participant: '42' };

export function program(start: Segment, more: Record<string, Segment> = {}, given: Partial<Program> = {}): Program {
  return { hash: 'aaaa0001', again: 'restart', ...given, segments: { start, ...more } };
}

export function opening(
  opens: number,
  { until = opens + 9 * hour, closes = opens + day, label = 'Mon 9 Mar 09:00 Berlin' } = {},
): Opening {
  return { opens, until, closes, label };
}

export function plan(at: Opening): PlanFact {
  return { base: { kind: 'instant', at: at.opens }, planning: at.opens, kind: 'email', opening: at };
}

let number = 0;
export function event(given: Partial<EventMessage> = {}): EventMessage {
  number += 1;
  const type = given.type ?? 'participantCreated';
  return { number, id: `e${number}`, type, starts: [{ flow: 'remind', hash: 'aaaa0001' }], at: monday, ...given };
}

export function ended(id: string, given: Partial<EventMessage> = {}): EventMessage {
  const name = id.split('/').at(-2) ?? '';
  return event({
    type: 'communicationEnded',
    starts: [],
    communication: { id, name, status: 'Completed', reason: 'answered' },
    ...given,
  });
}

/** What a test says of the world, statement by statement. {@link simulation} makes the steps of the kernel of it. */
export interface Parts {
  facts(input: StretchInput): Promise<Told>;
  set(input: EffectInput): Promise<Told>;
  cancel(input: EffectInput & { readonly names: readonly string[] }): Promise<Told>;
  python(input: EffectInput): Promise<Told>;
  commit(input: CommitInput): Promise<Committed>;
  end(input: EndInput): Promise<null>;
  leave(input: LeaveInput): Promise<null>;
  replan(input: ReplanInput & { readonly now: number }): Promise<Record<string, PlanFact>>;
  close(input: CloseInput & { readonly now: number }): Promise<CloseResult>;
  send(input: SendInput): Promise<SendResult>;
}

export interface SendInput extends PortSendInput {
  readonly now: number;
}

/** An answer, or why the run goes no further. */
export interface Told extends Answer {
  readonly ended?: readonly EndedCommunication[];
  readonly touched?: readonly string[];
  readonly failure?: string;
  readonly stands?: 'already' | 'exited' | 'held' | 'no';
  readonly earlier?: readonly EventMessage[];
}

export interface StretchInput {
  readonly run: RunRef;
  readonly stretch: string;
  /** The segment this is the first request of. */
  readonly first?: string;
  readonly due?: number;
  readonly now: number;
}

export interface EffectInput {
  readonly run: RunRef;
  readonly name: string;
  readonly step: number;
  readonly now: number;
}

export interface CommitInput {
  readonly run: RunRef;
  readonly now: number;
  readonly first?: string;
  readonly state:
    | { readonly kind: 'running' }
    | { readonly kind: 'parked'; readonly until: number | null }
    | { readonly kind: 'ended'; readonly as: string; readonly to?: string; readonly failure?: string };
  readonly plans: readonly PlannedCommunication[];
}

export interface Committed {
  readonly replaced?: Readonly<Record<string, string>>;
  readonly stands?: 'already' | 'exited' | 'held';
}

/** A quiet world: every fact is what the test says, every mail is taken by the server. */
export function quietActivities(given: Partial<Parts> = {}): Parts {
  return {
    facts: async () => ({ facts: {} }),
    set: async () => ({ facts: {} }),
    cancel: async () => ({ facts: {} }),
    python: async () => ({ facts: {} }),
    commit: async () => ({}),
    end: async () => null,
    leave: async () => null,
    replan: async () => ({}),
    close: async ({ because }) => ({
      kind: 'ended',
      ...(because === 'silence'
        ? { status: 'NoResponse' as const, reason: 'silence' as const }
        : { status: 'Canceled' as const, reason: 'closed' as const }),
    }),
    send: async ({ now }) => ({ kind: 'started', silenceAt: now + day }),
    ...given,
  };
}

/** Facts of {@link planAndWait}: the bound, and when REMINDER opens. */
export const opensIn = (ms: number): Pick<Parts, 'facts'> => ({
  facts: async () => ({
    facts: { '2 days from now': monday + 2 * day },
    plans: { REMINDER: plan(opening(monday + ms)) },
  }),
});

export interface PartCall {
  readonly name: keyof Parts;
  readonly input: unknown;
}

export interface TestSimulation extends Simulation {
  /** Every statement that was done beside the database, in order. */
  readonly parts: readonly PartCall[];
}

export function simulation(programs: Programs, parts: Parts, more: Partial<SimulationOptions> = {}): TestSimulation {
  const log: PartCall[] = [];
  const open = new Map<string, string>();
  let sim: Simulation;
  const activities = stepsOf(programs, logged(parts, log), open, () => virtual(sim, more));
  sim = simulate({ who, programs, activities, startAt: monday, ...more });
  return {
    ...sim,
    parts: log,
    signal(message) {
      if (message.type === 'communicationEnded' && message.communication) open.delete(message.communication.id);
      sim.signal(message);
    },
  };
}

function virtual(sim: Simulation, { who: other }: Partial<SimulationOptions>): number {
  const clock = other?.clock;
  return clock ? clock.base + (sim.now() - clock.start) * clock.scale : sim.now();
}

function logged(parts: Parts, log: PartCall[]): Parts {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      (input: unknown) => {
        log.push({ name: name as keyof Parts, input });
        return (part as (input: unknown) => Promise<unknown>)(input);
      },
    ]),
  ) as unknown as Parts;
}

/** Leaves a segment where the step ends. */
class Stop extends Error {
  readonly as: 'python' | 'failed' | 'exited' | Exclude<StepResult['kind'], 'went'>;
  readonly more: Partial<Told>;
  constructor(as: Stop['as'], more: Partial<Told> = {}) {
    super(as);
    this.as = as;
    this.more = more;
  }
}

/** The data side of the kernel over statements a test answers. `open`: names of open communications by id. */
export function stepsOf(
  programs: Programs,
  parts: Parts,
  open: Map<string, string>,
  now: () => number,
): KernelActivities {
  const decided = new Map<string, StepResult>();

  async function step(input: StepInput, python?: string): Promise<StepResult> {
    const key = `${input.run.id} ${input.run.incarnation} ${input.step}`;
    const known = decided.get(key);
    if (known) return known;
    const result = await go(input, python);
    if (result.kind === 'went') decided.set(key, result);
    return result;
  }

  async function go(input: StepInput, python: string | undefined): Promise<StepResult> {
    const { run } = input;
    const found = programs[run.flow]!.find((version) => version.hash === run.hash)!;
    const at = now();
    const walked: Walked[] = [];
    const kept: Record<string, string> = {};
    const ended: EndedCommunication[] = [];
    const touched: string[] = [];
    let plans: PlannedCommunication[] = [];
    let { planned, segment, given } = input;
    let script = python;
    let first: string | undefined = input.given.length === 0 ? input.segment : undefined;

    async function commit(state: CommitInput['state']): Promise<void> {
      const mark = first === undefined ? {} : { first };
      first = undefined;
      const { replaced = {}, stands } = await parts.commit({ run, now: at, ...mark, state, plans });
      if (stands) throw new Stop(stands);
      for (const one of plans) {
        const id = replaced[one.id] ?? one.id;
        if (id !== one.id) kept[one.id] = id;
        if ('final' in one.plan) {
          if (id !== one.id) ended.push({ id, ...one.plan.final });
          open.delete(id);
        } else open.set(id, one.name);
      }
      plans = [];
    }

    async function ask(request: Request): Promise<Told> {
      if (request.kind === 'python' && script === undefined)
        throw new Stop('python', { facts: { name: request.name } });
      if (plans.length > 0) await commit({ kind: 'running' });
      const mark = first === undefined ? {} : { first, ...(input.due === undefined ? {} : { due: input.due }) };
      first = undefined;
      const effect = { run, step: input.step, now: at };
      switch (request.kind) {
        case 'facts':
          return parts.facts({ run, stretch: request.stretch, ...mark, now: at });
        case 'set':
          return parts.set({ ...effect, name: request.step });
        case 'cancel':
          return parts.cancel({ ...effect, name: request.step, names: request.names });
        case 'python':
          script = undefined;
          return parts.python({ ...effect, name: request.name });
        default:
          return request satisfies never;
      }
    }

    try {
      if (input.when) {
        const { facts, stands } = await parts.facts({ run, stretch: input.when.stretch, first: segment, now: at });
        if (stands) return { kind: stands };
        if (facts[input.when.key] !== true) return { kind: 'no' };
      }
      for (;;) {
        const answers: Answer[] = [];
        let asked = 0;
        let reached: string;
        let state: CommitInput['state'] = { kind: 'running' };
        let following: string | null = null;
        let awaits: string | null = null;
        try {
          const { next, facts } = await walk(found, segment, {
            async ask(request) {
              const before = given[asked++];
              if (before) return before;
              if (answers.length === 0 && given.length > 0) plans = [];
              const told = await ask(request);
              if (told.earlier) throw new Stop('earlier', told);
              if (told.stands) throw new Stop(told.stands);
              ended.push(...(told.ended ?? []));
              for (const { id } of told.ended ?? []) open.delete(id);
              touched.push(...(told.touched ?? []));
              if (told.failure !== undefined) throw new Stop('failed', told);
              const answer = { facts: told.facts, ...(told.plans ? { plans: told.plans } : {}) };
              answers.push(answer);
              return answer;
            },
            plan(name, fact) {
              planned += 1;
              const id = communicationId(input.who, run.id, name, planned);
              plans.push({ id, name, kind: fact.kind, flow: run.flow, hash: run.hash, plan: fact });
            },
          });
          reached = reachedBy(next);
          if (next.kind === 'wait') {
            await commit({
              kind: 'parked',
              until: (next.wait.for === 'time' ? next.wait.until : next.wait.upTo) ?? null,
            });
            const { wait } = next;
            if (wait.for === 'communication')
              awaits = [...open].findLast(([, name]) => name === wait.name)?.[0] ?? null;
            following = goesOn(wait, awaits !== null, facts, at);
          } else {
            const to = next.kind === 'to' ? { to: next.flow } : {};
            await commit({ kind: 'ended', as: next.kind === 'to' ? 'handed over' : 'stopped', ...to });
          }
        } catch (error) {
          if (!(error instanceof Stop)) throw error;
          if (error.as === 'python') {
            reached = pythonReached(error.more.facts!.name as string);
            if (plans.length > 0) await commit(state);
          } else if (error.as === 'failed' || error.as === 'exited') {
            const begun = walked.length + answers.length + input.given.length > 0 || error.as === 'failed';
            if (error.as === 'exited' && !begun) {
              await parts.commit({ run, now: at, state: { kind: 'ended', as: 'exited' }, plans: [] });
              return { kind: 'exited' };
            }
            reached = error.as;
            const failure = error.more.failure === undefined ? {} : { failure: error.more.failure };
            state = { kind: 'ended', as: error.as, ...failure };
            plans = [];
            await parts.commit({ run, now: at, state, plans });
          } else if (error.as === 'earlier') return { kind: 'earlier', events: error.more.earlier! };
          else return { kind: error.as };
        }
        walked.push({ segment, answers, reached });
        if (following === null)
          return {
            kind: 'went',
            now: at,
            walked,
            kept,
            ...(awaits === null ? {} : { awaits }),
            ...(ended.length > 0 ? { ended } : {}),
            ...(touched.length > 0 ? { touched } : {}),
          };
        segment = following;
        given = [];
      }
    } catch (error) {
      if (error instanceof Stop && error.as !== 'python' && error.as !== 'failed' && error.as !== 'earlier')
        return { kind: error.as };
      throw error;
    }
  }

  return {
    step: (input) => step(input),
    python: ({ name, ...input }: PythonInput) => step(input, name),
    end: (input) => parts.end(input),
    async leave(input) {
      open.clear();
      return parts.leave(input);
    },
    async replan(input) {
      const plans = await parts.replan({ ...input, now: now() });
      const dates = [];
      for (const { run, stretch, key } of input.dates) {
        const { facts } = await parts.facts({ run, stretch, now: now() });
        dates.push(typeof facts[key] === 'number' ? (facts[key] as number) : null);
      }
      return { now: now(), plans, dates };
    },
    async close(input) {
      const result = await parts.close({ ...input, now: now() });
      if (result.kind === 'ended') open.delete(input.id);
      return result;
    },
    async send(input) {
      const result = await parts.send({ ...input, now: now() });
      if (result.kind === 'ended') open.delete(input.id);
      return result;
    },
  };
}

/** Statements done so far, `send` twice is `send send`. */
export function called(sim: TestSimulation): string {
  return sim.parts.map((call) => call.name).join(' ');
}

export function inputs<T = unknown>(sim: TestSimulation, name: keyof Parts): T[] {
  return sim.parts.filter((call) => call.name === name).map((call) => call.input as T);
}

/** Id of the first communication that was sent, or else planned. */
export function communicationOf(sim: TestSimulation): string {
  return inputs<SendInput>(sim, 'send')[0]?.id ?? inputs<CommitInput>(sim, 'commit')[0]!.plans[0]!.id;
}

/** What became of runs: where they parked, how they ended. */
export function states(sim: TestSimulation): string[] {
  return sim.parts.flatMap(({ name, input }) => {
    if (name === 'end') return [`${(input as EndInput).run.flow} replaced`];
    if (name === 'leave') return ['left'];
    if (name !== 'commit') return [];
    const { run, state } = input as CommitInput;
    return [`${run.flow} ${state.kind === 'ended' ? state.as : state.kind}`];
  });
}

export function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Plans REMINDER and stops. */
export async function planAndStop(flow: Parameters<Segment>[0]): Promise<Next> {
  await flow.facts('start');
  flow.plan('REMINDER');
  return flow.stop();
}

/** Plans REMINDER, waits for its end up to a bound, then stops. */
export async function planAndWait(flow: Parameters<Segment>[0]): Promise<Next> {
  const is = await flow.facts('start');
  flow.plan('REMINDER');
  return flow.waitForCommunication('REMINDER', {
    upTo: is['2 days from now'] ?? null,
    then: 'answered',
    else: 'silent',
    line: 'flows.flow:7',
  });
}

export async function stopAfterFacts(flow: Parameters<Segment>[0]): Promise<Next> {
  await flow.facts('afterwards');
  return flow.stop();
}

/** Facts by `facts`, and which stretches were read, in order. */
export function readBy(facts: (input: StretchInput) => Told) {
  const seen: string[] = [];
  return { seen, activities: quietActivities({ facts: async (input) => (seen.push(input.stretch), facts(input)) }) };
}

/** Segments for a wait that goes on at `next` or `otherwise`. */
export const later = {
  next: stopAfterFacts,
  otherwise: async (flow: Flow) => (await flow.facts('otherwise'), flow.stop()),
};
