import type {
  Answer,
  PlanFact,
  PlannedCommunication,
  PythonInput,
  StepInput,
  StepResult,
  Walked,
  Who,
} from '../activities/port.ts';
import type { Next, Program } from './abi.ts';
import type { KernelState, RunState } from './state.ts';
import { communicationId, pythonReached, type Request, reachedBy, walk } from './walk.ts';

type Went = Extract<StepResult, { kind: 'went' }>;
/** Why nothing was done. */
export type NotDone = Exclude<StepResult, Went>;

/** What a run needs of the kernel around it. */
export interface SegmentScope {
  readonly who: Who;
  readonly state: KernelState;
  /** Asks the data side, and resolves when it is this run's turn to go on. */
  step(input: StepInput): Promise<StepResult>;
  python(input: PythonInput): Promise<StepResult>;
  /** Number of the newest event taken. */
  taken(): number;
  /** What a step did besides. */
  happened(effects: Pick<Went, 'now' | 'ended' | 'touched'>): void;
  touched(names: readonly string[]): void;
}

/** Where a run goes on, and why. */
export interface Entry extends Pick<StepInput, 'due' | 'when'> {
  readonly segment: string;
}

/** Leaves a program from inside; never seen outside this file. */
class RunHalted extends Error {
  readonly because: NotDone | 'over';
  constructor(because: NotDone | 'over') {
    super('halted');
    this.because = because;
  }
}

/**
 * Takes one run from a segment to its next wait or its end, along the way the data side has decided. A run that ended has left
 * the state. Gives what stood in the way if nothing was done.
 */
export async function runSegments(
  scope: SegmentScope,
  run: RunState,
  program: Program,
  entry: Entry,
): Promise<NotDone | null> {
  const journey = createJourney(scope, run, entry);
  try {
    for (let segment: string | null = entry.segment; segment !== null; ) {
      const { next } = await walk(program, segment, journey.in(segment));
      segment = await journey.arrive(next);
    }
    return null;
  } catch (error) {
    if (!(error instanceof RunHalted)) throw error;
    if (error.because === 'over') {
      leave(scope.state, run);
      return null;
    }
    return error.because;
  }
}

/** Follows what the data side decided, answer by answer, and asks it where that ends. */
function createJourney(scope: SegmentScope, run: RunState, entry: Entry) {
  const { state, who } = scope;
  let segment = entry.segment;
  let given: Answer[] = [];
  /** Communications the run had planned when the segment began. */
  let plannedBefore = run.planned;
  const plans: PlannedCommunication[] = [];
  let result: Went | null = null;
  let here: Walked | null = null;
  let used = 0;
  let rest: Walked[] = [];

  const input = (): StepInput => ({
    who,
    run: run.ref,
    step: run.step + 1,
    segment,
    given,
    planned: plannedBefore,
    taken: scope.taken(),
    ...(given.length === 0 && entry.due !== undefined ? { due: entry.due } : {}),
    ...(given.length === 0 && entry.when && segment === entry.segment ? { when: entry.when } : {}),
  });

  function take(found: StepResult): void {
    if (!state.runs.includes(run)) throw new RunHalted('over');
    if (found.kind !== 'went') throw new RunHalted(found);
    run.step += 1;
    result = found;
    [here, ...rest] = found.walked as [Walked, ...Walked[]];
    used = 0;
    if (here.segment !== segment) throw differs(`segment ${here.segment}`, `segment ${segment}`);
    scope.happened(found);
  }

  /** What was planned so far stands in the store: it joins the kernel's book. */
  function book(): void {
    for (const planned of plans.splice(0)) keep(scope, planned, result!);
  }

  /** The data side went no further than here. */
  function reached(words: string): void {
    if (!here) return;
    const over = here.reached === 'failed' || here.reached === 'exited';
    if (over || here.reached === words) book();
    if (over) throw new RunHalted('over');
    if (here.reached !== words) throw differs(here.reached, words);
  }

  function differs(theirs: string, ours: string): Error {
    const { flow, hash } = run.ref;
    return new Error(
      `${flow}@${hash} went another way beside the database (${theirs}) than in the workflow (${ours}).`,
    );
  }

  return {
    in(name: string) {
      if (name !== segment) {
        segment = name;
        given = [];
        plannedBefore = run.planned;
      }
      return {
        async ask(request: Request): Promise<Answer> {
          if (!here || used === here.answers.length) {
            if (request.kind === 'python') {
              reached(pythonReached(request.name));
              take(await scope.python({ ...input(), name: request.name }));
            } else {
              reached(`${request.kind} is not where a step ends`);
              take(await scope.step(input()));
            }
            // A step that failed or left at once has no answer.
            if (here!.answers.length === 0) reached('an answer');
          }
          const answer = here!.answers[used++]!;
          given.push(answer);
          return answer;
        },
        plan(planned: string, fact: PlanFact): void {
          run.planned += 1;
          const id = communicationId(who, run.ref.id, planned, run.planned);
          plans.push({ id, name: planned, kind: fact.kind, flow: run.ref.flow, hash: run.ref.hash, plan: fact });
        },
      };
    },
    /** The next segment, or null: the run has parked or ended. */
    async arrive(next: Next): Promise<string | null> {
      if (!here) take(await scope.step(input()));
      if (used !== here!.answers.length) throw differs(`${here!.answers.length} answers`, `${used} answers`);
      reached(reachedBy(next));
      const following = rest.shift();
      if (following) {
        if (next.kind !== 'wait') throw differs(`segment ${following.segment}`, next.kind);
        here = following;
        used = 0;
        return following.segment;
      }
      if (next.kind !== 'wait') {
        leave(state, run);
        return null;
      }
      run.wait = next.wait;
      run.awaits = result!.awaits ?? null;
      return null;
    },
  };
}

/** A planned communication joins the kernel's book, unless it has ended in the step that planned it. */
function keep({ state, touched }: SegmentScope, planned: PlannedCommunication, { kept, ended }: Went): void {
  const { name, kind, flow, hash, plan } = planned;
  const id = kept?.[planned.id] ?? planned.id;
  const old = state.communications.find((c) => c.id === id);
  if ('final' in plan || ended?.some((one) => one.id === id)) {
    if (!old) touched([name]);
  } else if (old) {
    Object.assign(old, { flow, hash, plan, opening: plan.opening, phase: 'planned' });
  } else {
    state.communications.push({ id, name, kind, flow, hash, plan, opening: plan.opening, phase: 'planned' });
    touched([name]);
  }
}

export function leave(state: KernelState, run: RunState): void {
  state.runs = state.runs.filter((other) => other !== run);
}
