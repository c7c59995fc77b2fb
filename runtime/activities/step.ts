/**
 * A run moves from where it is to its next script, its next wait or its end, in one transaction: the facts it asks for, its
 * writes, what it plans, and where it waits then. The workflow goes the same way with what it is told.
 */
import type { CampaignData, FlowData } from '../data/types.ts';
import type { Base } from '../model/window.ts';
import { Storm } from '../rules/signal.ts';
import type { Tx } from '../store/database.ts';
import { isPrecededByEvents } from '../store/messages.ts';
import { type RunPlace, writePlans, writeStep } from '../store/runs.ts';
import type { Facts, Next, Wait } from '../workflow/abi.ts';
import {
  communicationId,
  goesOn,
  pythonReached,
  type Request,
  reachedBy,
  type Walker,
  walk,
} from '../workflow/walk.ts';
import { type Begun, begin } from './begin.ts';
import { type ActivityDeps, campaignData, clockOf, flowData } from './deps.ts';
import { cancelNamed } from './end.ts';
import { sentenceOfFault } from './fault.ts';
import { handOver } from './hand-over.ts';
import { createPlanner } from './plans.ts';
import type { Answer, EndedCommunication, StepInput, StepResult, Walked } from './port.ts';
import { loadRecord } from './record.ts';
import { evaluate } from './stretch.ts';
import { applyWrite, setOf, type Write } from './write.ts';

export async function step(deps: ActivityDeps, input: StepInput): Promise<StepResult> {
  const data = campaignData(deps, input.who.campaign);
  const flow = flowData(data, input.run.flow, input.run.hash);
  return deps.store.db.transaction().execute(async (tx) => {
    const begun = await begin(tx, data, flow, input, clockOf(deps, input.who));
    return begun.kind === 'begun' ? goOn({ tx, deps, data, flow, input, script: null }, begun) : begun;
  });
}

/** What a script has come to, applied where its statement is. */
export type Script =
  | { readonly kind: 'wrote'; readonly write: Write }
  | { readonly kind: 'dated'; readonly then: string; readonly communication: string; readonly base: Base | null }
  | { readonly kind: 'failed'; readonly sentence: string };

export interface Going {
  readonly tx: Tx;
  readonly deps: ActivityDeps;
  readonly data: CampaignData;
  readonly flow: FlowData;
  readonly input: StepInput;
  readonly script: Script | null;
}

/** Leaves the segment where the step ends. */
class Stop extends Error {
  readonly reached: string;
  readonly failure: string | undefined;
  constructor(reached: string, failure?: string) {
    super(reached);
    this.reached = reached;
    this.failure = failure;
  }
}

export async function goOn(going: Going, begun: Begun): Promise<StepResult> {
  const performer = createPerformer(going, begun);
  const walked: Walked[] = [];
  let { segment, given } = going.input;
  for (;;) {
    const answers: Answer[] = [];
    const { next, facts, stop } = await oneSegment(going.flow, segment, performer.walker(given, answers));
    walked.push({ segment, answers, reached: next ? reachedBy(next) : stop!.reached });
    if (next?.kind !== 'wait')
      return performer.finish(walked, next ? await performer.endedBy(next) : placeOfStop(stop!, segment));
    const { following, awaits } = await performer.waits(next.wait, facts);
    if (following === null) return performer.finish(walked, parkedAt(next.wait), awaits);
    segment = following;
    given = [];
  }
}

interface Segment {
  readonly next: Next | null;
  readonly facts: Facts;
  readonly stop: Stop | null;
}

async function oneSegment({ program }: FlowData, segment: string, walker: Walker): Promise<Segment> {
  try {
    return { ...(await walk(program, segment, walker)), stop: null };
  } catch (error) {
    if (error instanceof Stop) return { next: null, facts: {}, stop: error };
    throw error;
  }
}

/** Does what segments ask for, in the step's transaction. */
function createPerformer(going: Going, begun: Begun) {
  const { tx, data, flow, input } = going;
  const { run, who } = input;
  const { now } = begun;
  const planner = createPlanner(tx, data, flow, run, now);
  const canceled: EndedCommunication[] = [];
  const touched = new Set<string>();
  let { record } = begun;
  let { script } = going;
  let { planned } = input;

  async function reload(): Promise<void> {
    record = await loadRecord(tx, who, run.id);
  }

  async function settle(): Promise<void> {
    if (await planner.settle(record)) await reload();
  }

  /** What was planned so far is seen by what follows. */
  async function flush(): Promise<void> {
    await settle();
    const plans = planner.take();
    await writePlans(tx, { participantId: record.id, run, now, plans });
    if (plans.length > 0) await reload();
  }

  function answer(stretch: string, bases?: Readonly<Record<string, Base | null>>): Answer {
    return evaluate(data, flow, run, stretch, record, now, bases);
  }

  /** The record after an effect, which may have made `exit when` hold. */
  async function after(stretch: string): Promise<Answer> {
    await reload();
    if (record.exited) throw new Stop('exited');
    return answer(stretch);
  }

  async function write(what: Write): Promise<Answer> {
    try {
      for (const name of await applyWrite(going, record, what, now)) touched.add(name);
    } catch (error) {
      const sentence = sentenceOfFault(error);
      throw sentence === null ? error : new Stop('failed', sentence);
    }
    return after(what.then);
  }

  async function perform(request: Request): Promise<Answer> {
    // What is planned before a script is written with the end of the step.
    if (request.kind !== 'python' || script) await flush();
    switch (request.kind) {
      case 'facts':
        return answer(request.stretch);
      case 'set':
        return write(setOf(going, request.step, record, now));
      case 'cancel':
        canceled.push(...(await cancelNamed(going, record, request.names, now)));
        return after(flow.cancels[request.step]!.then);
      case 'python':
        return scripted(request.name);
      default:
        return request satisfies never;
    }
  }

  async function scripted(name: string): Promise<Answer> {
    const done = script;
    script = null;
    switch (done?.kind) {
      case undefined:
        throw new Stop(pythonReached(name));
      case 'failed':
        throw new Stop('failed', done.sentence);
      case 'dated':
        return answer(done.then, { [done.communication]: done.base });
      case 'wrote':
        return write(done.write);
      default:
        return done satisfies never;
    }
  }

  /** Is there an event, stored before the instant, that the workflow has not handled? */
  async function isPreceded(instant: number): Promise<boolean> {
    if (input.waiting !== undefined && input.waiting < instant) return true;
    if (record.lastPending <= input.taken) return false;
    return isPrecededByEvents(tx, record.id, { taken: input.taken, before: instant });
  }

  return {
    /** Gives what the segment was told before, then does what it asks for; keeps what is new in `answers`. */
    walker(given: readonly Answer[], answers: Answer[]): Walker {
      let asked = 0;
      return {
        async ask(request) {
          const known = given[asked];
          asked += 1;
          if (known) return known;
          // What was planned before is written already.
          if (answers.length === 0 && given.length > 0) planner.forget();
          const made = await perform(request);
          answers.push(made);
          return made;
        },
        plan(name, plan) {
          planned += 1;
          const id = communicationId(who, run.id, name, planned);
          planner.add({ id, name, kind: plan.kind, flow: run.flow, hash: run.hash, plan });
        },
      };
    },

    /** The segment that follows at once; else the communication that is waited for. */
    async waits(
      wait: Wait,
      facts: Facts,
    ): Promise<{ readonly following: string | null; readonly awaits: string | null }> {
      await settle();
      const awaits = wait.for === 'communication' ? planner.open(record, wait.name) : null;
      const following = planner.storm ? null : goesOn(wait, awaits !== null, facts, now);
      if (following === null || goesOn(wait, awaits !== null, facts, Number.NEGATIVE_INFINITY) !== null)
        return { following, awaits };
      // Its time has passed: it is woken by that, after what was stored before.
      const bound = boundOf(wait);
      return { following: bound !== null && (await isPreceded(bound)) ? null : following, awaits };
    },

    async endedBy(next: Exclude<Next, { kind: 'wait' }>): Promise<RunPlace> {
      if (next.kind === 'stop') return { kind: 'ended', as: 'stopped' };
      await settle();
      const failure = await handOver(tx, record, input, next.flow, now);
      return failure === null ? { kind: 'ended', as: 'handed over' } : { kind: 'ended', as: 'failed', failure };
    },

    async finish(walked: readonly Walked[], wanted: RunPlace, awaits: string | null = null): Promise<StepResult> {
      // A run that has left the campaign plans nothing.
      const exits = wanted.kind === 'ended' && wanted.as === 'exited';
      if (!exits) await settle();
      const place: RunPlace = planner.storm ? { kind: 'ended', as: 'failed', failure: new Storm().message } : wanted;
      const failure = place.kind === 'ended' ? place.failure : undefined;
      const ended = [...planner.ended, ...canceled];
      const result: StepResult = {
        kind: 'went',
        now,
        walked: failure === undefined ? walked : failedAt(walked),
        ...(planner.kept.size > 0 ? { kept: Object.fromEntries(planner.kept) } : {}),
        ...(awaits === null || place.kind !== 'parked' ? {} : { awaits }),
        ...(ended.length > 0 ? { ended } : {}),
        ...(touched.size > 0 ? { touched: [...touched] } : {}),
        ...(failure === undefined ? {} : { failure }),
      };
      const plans = exits ? [] : planner.take();
      const { step: number, taken } = input;
      await writeStep(tx, { participantId: record.id, run, step: number, decided: result, place, now, taken, plans });
      return result;
    },
  };
}

function boundOf(wait: Wait): number | null {
  return (wait.for === 'time' ? wait.until : wait.upTo) ?? null;
}

function failedAt(walked: readonly Walked[]): readonly Walked[] {
  return walked.map((one, index) => (index === walked.length - 1 ? { ...one, reached: 'failed' } : one));
}

function placeOfStop({ reached, failure }: Stop, segment: string): RunPlace {
  if (reached === 'exited') return { kind: 'ended', as: 'exited' };
  return failure === undefined ? { kind: 'running', segment } : { kind: 'ended', as: 'failed', failure };
}

function parkedAt(wait: Wait): RunPlace {
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
