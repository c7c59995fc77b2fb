import type {
  CommitInput,
  EventMessage,
  KernelActivities,
  Opening,
  PlanFact,
  SendInput,
  StretchInput,
  StretchResult,
} from '../../runtime/activities/port.ts';
import { type Simulation, type SimulationOptions, simulate } from '../../runtime/simulator/host.ts';
import type { Flow, Next, Program, Programs, Segment } from '../../runtime/workflow/abi.ts';

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

/** Activities of a quiet world: every fact is what the test says, every mail is taken by the server. */
export function quietActivities(given: Partial<KernelActivities> = {}): KernelActivities {
  return {
    facts: async () => ({ facts: {} }),
    set: async () => ({ facts: {} }),
    cancel: async () => ({ facts: {} }),
    python: async () => ({ facts: {} }),
    commit: async () => ({}),
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
export const opensIn = (ms: number): Pick<KernelActivities, 'facts'> => ({
  facts: async () => ({
    facts: { '2 days from now': monday + 2 * day },
    plans: { REMINDER: plan(opening(monday + ms)) },
  }),
});

export function simulation(
  programs: Programs,
  activities: KernelActivities,
  more: Partial<SimulationOptions> = {},
): Simulation {
  return simulate({ who, programs, activities, startAt: monday, ...more });
}

/** Names of the activities called so far, `send` twice is `send send`. */
export function called(sim: Simulation): string {
  return sim.calls.map((call) => call.name).join(' ');
}

export function inputs<T = unknown>(sim: Simulation, name: string): T[] {
  return sim.calls.filter((call) => call.name === name).map((call) => call.input as T);
}

/** Id of the first communication that was sent, or else planned. */
export function communicationOf(sim: Simulation): string {
  return inputs<SendInput>(sim, 'send')[0]?.id ?? inputs<CommitInput>(sim, 'commit')[0]!.plans[0]!.id;
}

export function states(sim: Simulation): string[] {
  return inputs<CommitInput>(sim, 'commit').map(
    ({ run, state }) => `${run.flow} ${state.kind === 'ended' ? state.as : state.kind}`,
  );
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
export function readBy(facts: (input: StretchInput) => StretchResult) {
  const seen: string[] = [];
  return { seen, activities: quietActivities({ facts: async (input) => (seen.push(input.stretch), facts(input)) }) };
}

/** Segments for a wait that goes on at `next` or `otherwise`. */
export const later = {
  next: stopAfterFacts,
  otherwise: async (flow: Flow) => (await flow.facts('otherwise'), flow.stop()),
};
