import type { EventMessage } from '../activities/port.ts';
import { isFinal } from '../model/statuses.ts';
import type { Program, Programs } from './abi.ts';
import type { KernelState, RunState } from './state.ts';

/** Steps done one after the other. `run` objects are the state's own. */
export type Task =
  /** `due`: the instant that woke the run. It stays parked until the store has let it go on. */
  | { readonly kind: 'segment'; readonly run: RunState; readonly segment: string; readonly due?: number }
  /** Begins unless a run of its flow is parked when its turn comes. */
  | { readonly kind: 'admit'; readonly run: RunState }
  | { readonly kind: 'condition'; readonly run: RunState }
  | { readonly kind: 'end'; readonly run: RunState }
  /** Openings of what is held, or of all that has not started and the dates of parked runs with them, are computed anew. */
  | { readonly kind: 'replan'; readonly which: 'held' | 'all' }
  | { readonly kind: 'leave' };

/** What a communication's end means to parked runs, oldest first: who waits for it goes on, and conditions that watch it are looked at. */
export function wokenByEnd(state: KernelState, { id, name }: { readonly id: string; readonly name: string }): Task[] {
  return state.runs.flatMap((run): Task[] => {
    if (run.awaits === id && run.wait?.for === 'communication') return [wake(run, run.wait.then)];
    return watches(run, [name]) ? [{ kind: 'condition', run }] : [];
  });
}

/** Parked conditions that watch one of the names. */
export function watching(state: KernelState, names: readonly string[]): Task[] {
  return state.runs.filter((run) => watches(run, names)).map((run) => ({ kind: 'condition', run }));
}

export function watches({ wait }: RunState, names: readonly string[]): boolean {
  return wait?.for === 'condition' && wait.watches.some((name) => names.includes(name));
}

/** A changed timezone moves planned communications and parked dates. */
export function movedByTimezone(names: readonly string[]): Task[] {
  return names.includes('profile.timezone') ? [{ kind: 'replan', which: 'all' }] : [];
}

/** New runs of an event, one per flow, by flow name, after what `again` says of parked ones. They join the state here. */
export function started(state: KernelState, event: EventMessage, incarnation: string, programs: Programs): Task[] {
  const tasks: Task[] = [];
  const starts = [...event.starts].sort((a, b) => (a.flow < b.flow ? -1 : a.flow > b.flow ? 1 : 0));
  for (const { flow, hash } of starts) {
    const id = `${flow}:${event.id}`;
    const parked = state.runs.filter((run) => run.ref.flow === flow);
    if (parked.some((run) => run.ref.id === id)) continue;
    const program = lookup(programs, flow, hash);
    if (program.again === 'restart') for (const run of parked) tasks.push({ kind: 'end', run });
    const communication = event.communication?.id;
    const run: RunState = {
      ref: { id, flow, hash, incarnation, event: event.id, ...(communication ? { communication } : {}) },
      step: 0,
      planned: 0,
      wait: null,
      awaits: null,
    };
    // The event itself may wake and end the parked run: that comes first.
    if (program.again === 'ignore' && parked.length > 0) tasks.push({ kind: 'admit', run });
    else tasks.push(begin(state, run));
  }
  return tasks;
}

function begin(state: KernelState, run: RunState): Task {
  state.runs.push(run);
  return { kind: 'segment', run, segment: 'start' };
}

/** What becomes of a new run whose flow says `again: ignore`. */
export function admitted(state: KernelState, run: RunState): Task[] {
  return state.runs.some((other) => other.ref.flow === run.ref.flow) ? [] : [begin(state, run)];
}

/** What a stopped campaign or a channel held: openings are computed anew, runs begin their segment anew, oldest first. */
export function heldBefore(state: KernelState): Task[] {
  const runs = state.runs.flatMap((run): Task[] => {
    const held = run.held;
    if (!held) return [];
    delete run.held;
    if (held.kind === 'condition') return [{ kind: 'condition', run }];
    // What was stored before its time comes first, as ever.
    if (held.kind === 'time') return [];
    // Events that were kept have come before the resume.
    return [{ kind: 'segment', run, segment: held.segment }];
  });
  return [{ kind: 'replan', which: 'held' }, ...runs];
}

/** Stops the wait and goes on at the segment. */
function wake(run: RunState, segment: string): Task {
  run.wait = null;
  run.awaits = null;
  return { kind: 'segment', run, segment };
}

/** Does the event end a communication? */
export function endedBy(event: EventMessage): string | null {
  return event.communication && isFinal(event.communication.status) ? event.communication.id : null;
}

/** A plain `Error` leaves the main loop: the workflow task is retried until the version is back. */
export function lookup(programs: Programs, flow: string, hash: string): Program {
  const program = programs[flow]?.find((version) => version.hash === hash);
  if (!program)
    throw new Error(
      `This worker does not hold ${flow}@${hash}. Start a worker whose build holds it; nothing is lost meanwhile.`,
    );
  return program;
}
