/**
 * One segment of a program, run as far as it can go. It runs twice with the same answers: beside the database, which decides,
 * and in the workflow, which follows. Pure, so that both go the same way.
 */
import type { Answer, PlanFact } from '../activities/port.ts';
import type { Facts, Flow, Next, Program, Wait } from './abi.ts';

/** Under this many milliseconds an instant is now: tiny timers fire about a second late. */
export const nowTolerance = 20;

/** What a segment asks for. Everything but `facts` has an effect. */
export type Request =
  | { readonly kind: 'facts'; readonly stretch: string }
  | { readonly kind: 'set'; readonly step: string }
  | { readonly kind: 'cancel'; readonly step: string; readonly names: readonly string[] }
  | { readonly kind: 'python'; readonly name: string };

export interface Walker {
  ask(request: Request): Promise<Answer>;
  /** The segment plans NAME with what its last answer said of it. Does not wait. */
  plan(name: string, fact: PlanFact): void;
}

/** How a segment ended, and the facts it had last. */
export interface Walk {
  readonly next: Next;
  readonly facts: Facts;
}

export async function walk(program: Program, segment: string, walker: Walker): Promise<Walk> {
  const run = program.segments[segment];
  if (!run) throw new Error(`${program.hash} has no segment ${segment}`);
  let last: Answer = { facts: {} };
  const ask = async (request: Request): Promise<Facts> => {
    last = await walker.ask(request);
    return last.facts;
  };
  const flow: Flow = {
    facts: (stretch) => ask({ kind: 'facts', stretch }),
    set: (step) => ask({ kind: 'set', step }),
    python: (name) => ask({ kind: 'python', name }),
    cancel: (step, ...names) => ask({ kind: 'cancel', step, names }),
    plan(name) {
      const fact = last.plans?.[name];
      if (!fact) throw new Error(`${program.hash} plans ${name}, of which its facts say nothing`);
      walker.plan(name, fact);
    },
    stop: () => ({ kind: 'stop' }),
    to: (target) => ({ kind: 'to', flow: target }),
    waitUntil: (until, { label, then, line, follows }) => ({
      kind: 'wait',
      wait: { for: 'time', until: instant(until), label, then, line, ...(follows ? { follows } : {}) },
    }),
    waitForCommunication: (name, { upTo, then, else: otherwise, line }) => ({
      kind: 'wait',
      wait: { for: 'communication', name, then, line, ...bound(upTo, otherwise) },
    }),
    waitFor: (key, { stretch, watches, upTo, then, else: otherwise, line }) => ({
      kind: 'wait',
      wait: { for: 'condition', key, stretch, watches, then, line, ...bound(upTo, otherwise) },
    }),
  };
  const next = await run(flow);
  return { next, facts: last.facts };
}

function bound(upTo: Facts[string] | undefined, otherwise: string | undefined) {
  return {
    ...(upTo === undefined ? {} : { upTo: instant(upTo) }),
    ...(otherwise ? { else: otherwise } : {}),
  };
}

function instant(fact: Facts[string] | undefined): number | null {
  return typeof fact === 'number' ? fact : null;
}

/** The segment to go on with at once, or null: the run waits. `open`: the communication it waits for has not ended. */
export function goesOn(wait: Wait, open: boolean, facts: Facts, now: number): string | null {
  switch (wait.for) {
    case 'time':
      return wait.until === null || wait.until <= now + nowTolerance ? wait.then : null;
    case 'communication':
      if (!open) return wait.then;
      break;
    case 'condition':
      if (facts[wait.key] === true) return wait.then;
      break;
    default:
      wait satisfies never;
  }
  // A bound whose date is missing counts as hit: nobody is parked for ever by an empty field.
  const hit = wait.upTo !== undefined && (wait.upTo === null || wait.upTo <= now + nowTolerance);
  return hit ? (wait.else ?? wait.then) : null;
}

/** Words both sides compare: they must have gone the same way. */
export function reachedBy(next: Next): string {
  switch (next.kind) {
    case 'stop':
      return 'stop';
    case 'to':
      return `to ${next.flow}`;
    case 'wait':
      return `wait ${next.wait.then}`;
    default:
      return next satisfies never;
  }
}

export function pythonReached(name: string): string {
  return `python ${name}`;
}

/** `<campaign>/<participant>/<run>/<NAME>/<n>`: the nth communication the run plans. Also its outbox key. */
export function communicationId(
  who: { readonly campaign: string; readonly participant: string },
  run: string,
  name: string,
  n: number,
): string {
  return `${who.campaign}/${who.participant}/${run}/${name}/${n}`;
}
