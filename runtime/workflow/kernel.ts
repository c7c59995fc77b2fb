import type {
  CloseResult,
  EarlierEvents,
  EndedCommunication,
  EventMessage,
  ReplanResult,
  SendResult,
  StartArgument,
  StepResult,
} from '../activities/port.ts';
import { realDelay, virtualNow } from '../model/clock.ts';
import type { Programs } from './abi.ts';
import { shouldContinueAsNew } from './continue-as-new.ts';
import { createDeadlineTimer } from './deadline-timer.ts';
import { type Due, deadlines, earliest, endings, wakes } from './deadlines.ts';
import { details } from './details.ts';
import type { Host } from './host.ts';
import { createLane } from './lane.ts';
import { type Entry, leave, type NotDone, runSegments, type SegmentScope } from './segment.ts';
import { type CommunicationState, emptyState, type KernelState, type RunState, take, taken } from './state.ts';
import {
  admitted,
  endedBy,
  heldBefore,
  lookup,
  movedByTimezone,
  started,
  type Task,
  watches,
  watching,
  wokenByEnd,
} from './tasks.ts';
import { carriedVersions, noteVersions } from './versions.ts';
import { nowTolerance } from './walk.ts';
import { writingHost } from './written.ts';

export interface Kernel {
  /** A signal: only enqueues. */
  receive(event: EventMessage): void;
  /** Ends when nothing is left to happen to this participant. */
  run(): Promise<void>;
}

type PerformedTask = Exclude<Task, { readonly kind: 'admit' }>;
/** Something that has happened. A promise it gives is waited for before the next. */
type Happened = () => void | Promise<void>;
type Send = { canceled: boolean; readonly cancel: () => void };

/**
 * One participant's life in one campaign. Everything that happens (signals, timers, results) is an item of `inbox`; after each
 * item one `pump` starts what the state says should be going on. What is decided depends on the items and their order alone,
 * never on which of them came together nor on a clock: an event has its `at`, an answer its `now`, a timer its deadline. The
 * order inside `pump` is frozen: running histories depend on it.
 */
export function createKernel(outside: Host, programs: Programs, argument: StartArgument): Kernel {
  const { host, next: nextItem, answered } = writingHost(outside);
  const { who } = argument;
  const state: KernelState = (argument.state as KernelState | undefined) ?? emptyState();
  const inbox: Happened[] = [];
  const agenda: Task[] = [];
  const sends = new Map<string, Send>();
  const closing = new Set<string>();
  /** Sends under way that were told to resume before they could say that they are held. */
  const resumed = new Set<string>();
  /** Names of communications that changed while a run was at work: it may have read them before. */
  let changed: string[] = [];
  // A fresh execution is started by a signal that may be delivered a moment later.
  let begun = argument.state !== undefined;
  let working: PerformedTask | null = null;
  /** The run at work is inside a script. */
  let slow = false;
  /** The server asks for a fresh execution: nothing new is started. */
  let full = false;
  /** Told when the run at work waits for an answer again, or is done. */
  let stopped: (() => void) | null = null;

  const enqueue = (happened: Happened): void => {
    inbox.push(happened);
  };
  const lane = createLane(host, enqueue);
  const busy = (id: string): boolean => sends.has(id) || closing.has(id);
  const find = (id: string): CommunicationState | undefined => state.communications.find((c) => c.id === id);
  const timer = createDeadlineTimer(
    host,
    (at) => realDelay(who.clock, virtualNow(who.clock, host.now()), at),
    ({ at }) => enqueue(() => passed(at)),
  );

  const scope: SegmentScope = {
    who,
    state,
    taken: () => taken(state),
    step: (input) => asked((then) => lane.call('step', input, `${input.run.flow}: ${input.segment}`, then)),
    python(input) {
      slow = true;
      return asked((then) =>
        host.activity('python', input, `python ${input.name}`, (outcome) =>
          enqueue(() => {
            slow = false;
            if (!outcome.ok) throw outcome.error;
            return then(outcome.value);
          }),
        ),
      );
    },
    happened({ now, ended: list, touched }) {
      passed(now);
      for (const end of list ?? []) ended(end);
      if (touched) agenda.push(...movedByTimezone(touched), ...watching(state, touched));
    },
    touched: (names) => agenda.push(...watching(state, names)),
  };

  /** Asks for the run at work, which goes on as soon as the answer is handed to it, until it asks again or is done. */
  function asked(ask: (then: (result: StepResult) => Promise<void>) => void): Promise<StepResult> {
    return new Promise((resolve) => {
      ask((result) => {
        const still = untilStopped();
        resolve(result);
        return still;
      });
      stopped?.();
    });
  }

  function untilStopped(): Promise<void> {
    return new Promise((resolve) => {
      stopped = resolve;
    });
  }

  function receive(event: EventMessage): void {
    begun = true;
    enqueue(() => {
      take(state, event);
    });
  }

  async function run(): Promise<void> {
    for (;;) {
      for (let still = pump(); still; still = pump()) await still;
      if (inbox.length === 0) {
        const left = await nothingIsLeft();
        if (left) return;
      }
      // What came together with a local activity's answer comes before it.
      if (inbox.length > 0) {
        nextItem();
        await inbox.shift()!();
      } else if (lane.landed()) {
        nextItem();
        answered();
        await lane.deliver();
      }
    }
  }

  /** Waits for the next thing to happen; true: nothing is left to happen. */
  async function nothingIsLeft(): Promise<boolean> {
    host.details(details(state, (id) => sends.has(id), lane.trouble()));
    if (quiet()) {
      await host.settled();
      if (quiet()) {
        if (idle()) return true;
        if (shouldContinueAsNew(host.history(), state, untilNext))
          await host.continueAsNew({ who, state }, carriedVersions(state));
      }
    }
    await host.until(() => inbox.length > 0 || lane.landed());
    if (inbox.length === 0) await host.settled();
    return false;
  }

  /** Starts what should be going on; a promise: a run has begun to move. */
  function pump(): Promise<void> | null {
    // While a local activity is under way, two runs of one history may see the threshold at different moments.
    if (!lane.busy()) full = host.history().full;
    if (full) releaseSends();
    const still = startLocal();
    if (still) return still;
    startSends();
    arm();
    return null;
  }

  /** The next step of the agenda, else the next thing by time and by the order of the store. */
  function startLocal(): Promise<void> | null {
    if (lane.busy()) return null;
    if (working) {
      // An exit waits for no script.
      if (slow && state.waiting.some((event) => event.exits) && othersAreOpen()) startLeave(() => {});
      else if (slow) startClosing(earliest(endings(state, busy).filter(isOver)));
      return null;
    }
    const next = nextTask();
    if (next === null) return null;
    if ('close' in next) {
      startClosing(next);
      return null;
    }
    return perform(next);
  }

  function isOver({ at }: { readonly at: number }): boolean {
    return at <= state.clock + nowTolerance;
  }

  /** Is something open besides the run at work? */
  function othersAreOpen(): boolean {
    return state.runs.some((run) => run.wait !== null || run.held !== undefined) || state.communications.length > 0;
  }

  function nextTask(): PerformedTask | Extract<Due, { close: unknown }> | null {
    for (;;) {
      const task = agenda.shift();
      if (task) {
        if (task.kind !== 'admit') return task;
        agenda.unshift(...admitted(state, task.run));
        noteVersions(host, state);
        continue;
      }
      if (full) return null;
      const event = state.waiting[0];
      const due = earliest<Due>([...endings(state, busy), ...wakes(state)]);
      // A bound that had passed when the event was stored comes before it.
      if (due && (event ? due.at <= event.at : isOver(due))) return 'close' in due ? due : (due.task as PerformedTask);
      if (!event) return null;
      state.waiting.shift();
      agenda.push(...handle(event));
    }
  }

  /** The order of language.md §6.1: exits, runs it wakes, new runs. */
  function handle(event: EventMessage): Task[] {
    const end = endedBy(event);
    if (end && event.communication)
      ended({ id: end, status: event.communication.status, reason: event.communication.reason ?? 'answered' });
    if (event.exits) {
      // What the event would have woken ends as well.
      agenda.length = 0;
      return state.runs.length + state.communications.length > 0 ? [{ kind: 'leave' }] : [];
    }
    const touched = event.touched ?? [];
    // Who watches a communication that ended was told by its end.
    const names = event.communication && !end ? [...touched, event.communication.name] : touched;
    if (event.type === 'resume') for (const id of sends.keys()) resumed.add(id);
    const tasks = [
      ...(event.type === 'resume' ? heldBefore(state) : []),
      ...movedByTimezone(touched),
      ...watching(state, names),
      ...started(state, event, host.incarnation, programs),
    ];
    noteVersions(host, state);
    return tasks;
  }

  /** Begins the task; a promise: a run moves, until it waits for an answer or is done. */
  function perform(task: PerformedTask): Promise<void> | null {
    working = task;
    changed = [];
    switch (task.kind) {
      case 'segment':
        return move(task.run, { segment: task.segment, ...(task.due === undefined ? {} : { due: task.due }) });
      case 'condition':
        return lookAgain(task.run);
      case 'end':
        return endRun(task.run);
      case 'replan':
        return replan(task.which);
      case 'leave':
        startLeave(done);
        return null;
      default:
        return task satisfies never;
    }
  }

  function done(): void {
    working = null;
  }

  /** Nothing to be done after all: what comes next is started. */
  function skip(): Promise<void> | null {
    done();
    return startLocal();
  }

  function lookAgain(run: RunState): Promise<void> | null {
    const { wait } = run;
    if (!state.runs.includes(run) || wait?.for !== 'condition') return skip();
    return move(run, { segment: wait.then, when: { stretch: wait.stretch, key: wait.key } });
  }

  /** Takes a run from where it stands to its next wait or its end. */
  function move(run: RunState, entry: Entry): Promise<void> | null {
    if (!state.runs.includes(run)) return skip();
    // Looked up here, synchronously: a missing version must fail the workflow task, not a lost promise.
    const program = lookup(programs, run.ref.flow, run.ref.hash);
    const { wait, awaits } = run;
    Object.assign(run, { wait: null, awaits: null });
    delete run.held;
    const still = untilStopped();
    runSegments(scope, run, program, entry).then(
      (notDone) => {
        if (notDone) staysBecause(notDone, run, entry, { wait, awaits });
        if (watches(run, changed)) agenda.push({ kind: 'condition', run });
        done();
        stopped?.();
      },
      (error: unknown) => {
        enqueue(() => {
          throw error;
        });
        stopped?.();
      },
    );
    return still;
  }

  /** The data side has done nothing. */
  function staysBecause(
    { kind, ...more }: NotDone,
    run: RunState,
    { segment, due, when }: Entry,
    before: Pick<RunState, 'wait' | 'awaits'>,
  ): void {
    switch (kind) {
      case 'already':
      case 'exited':
        leave(state, run);
        return;
      case 'held':
        if (when) Object.assign(run, before, { held: { kind: 'condition' } });
        else if (due !== undefined) Object.assign(run, before, { held: { kind: 'time' } });
        else run.held = { kind: 'segment', segment };
        return;
      case 'earlier':
        takeEarlier(more as EarlierEvents);
        parkAgain(run, before);
        return;
      case 'no':
        parkAgain(run, before);
        return;
      default:
        kind satisfies never;
    }
  }

  /** What it waits for may have ended meanwhile. */
  function parkAgain(run: RunState, before: Pick<RunState, 'wait' | 'awaits'>): void {
    Object.assign(run, before);
    if (run.awaits === null || find(run.awaits) || run.wait === null) return;
    agenda.push({ kind: 'segment', run, segment: run.wait.then });
  }

  function takeEarlier({ events }: Pick<EarlierEvents, 'events'>): void {
    for (const event of events) take(state, event);
  }

  /** Virtual time has come this far. */
  function passed(instant: number): void {
    state.clock = Math.max(state.clock, instant);
  }

  function endRun(run: RunState): Promise<void> | null {
    // What woke it meanwhile may have taken it to its end.
    if (!state.runs.includes(run)) return skip();
    const { ref } = run;
    lane.call('end', { who, run: ref, as: 'replaced', taken: taken(state) }, `${ref.flow} replaced`, () => {
      leave(state, run);
      done();
    });
    return null;
  }

  function startLeave(then: () => void): void {
    lane.call('leave', { who, taken: taken(state) }, 'the participant has left the campaign', () => {
      for (const c of [...state.communications]) forget(c);
      // The run inside a script ends with its answer.
      state.runs = [];
      agenda.length = 0;
      then();
    });
  }

  function replan(which: 'held' | 'all'): Promise<void> | null {
    const ids = state.communications
      .filter(({ id, phase }) => (which === 'held' ? phase === 'held' : phase !== 'started') && !closing.has(id))
      .map(({ id }) => id);
    const parked = state.runs.flatMap((run) =>
      which === 'all' && run.wait?.for === 'time' && run.wait.follows ? [{ run, wait: run.wait }] : [],
    );
    if (ids.length + parked.length === 0) return skip();
    const dates = parked.map(({ run, wait }) => ({ run: run.ref, ...wait.follows! }));
    lane.call('replan', { who, ids, dates, taken: taken(state) }, 'openings in the new situation', (result) => {
      replanned(result);
      for (const [index, { run, wait }] of parked.entries())
        if (run.wait === wait) run.wait = { ...wait, until: result.dates[index] ?? result.now };
      done();
    });
    return null;
  }

  function replanned({ now, plans }: ReplanResult): void {
    passed(now);
    for (const [id, plan] of Object.entries(plans)) {
      const c = find(id);
      if (!c || c.phase === 'started') continue;
      if ('final' in plan) ended({ id, ...plan.final });
      else Object.assign(c, { plan, opening: plan.opening, phase: 'planned' });
    }
  }

  /** What is due leaves when all that was stored before is handled; a script holds up events, not messages. */
  function startSends(): void {
    if (full || !(slow || (working === null && agenda.length === 0 && state.waiting.length === 0))) return;
    for (const c of state.communications)
      if (c.phase === 'planned' && isOver({ at: c.opening.opens }) && !busy(c.id)) startSend(c);
  }

  function startSend({ id, name, kind, flow, hash, opening }: CommunicationState): void {
    const input = { who, id, name, kind, flow, hash, opening, taken: taken(state) };
    const cancel = host.activity('send', input, `send ${name} by ${kind}`, (outcome) =>
      enqueue(() => {
        if (send.canceled) return;
        if (!outcome.ok) throw outcome.error;
        sends.delete(id);
        sent(id, outcome.value);
      }),
    );
    const send: Send = { canceled: false, cancel };
    sends.set(id, send);
    resumed.delete(id);
  }

  function sent(id: string, result: SendResult): void {
    const c = find(id);
    // Its end may have overtaken the result of the send.
    if (!c) return;
    switch (result.kind) {
      case 'started':
        Object.assign(c, { phase: 'started', silenceAt: result.silenceAt });
        changed.push(c.name);
        agenda.push(...watching(state, [c.name]));
        return;
      case 'ended':
        ended({ id, status: result.status, reason: result.reason });
        return;
      case 'held':
        if (result.next) Object.assign(c, { phase: 'planned', opening: result.next });
        else Object.assign(c, { phase: 'held', cause: result.cause });
        if (resumed.has(id) && c.phase === 'held') agenda.push({ kind: 'replan', which: 'held' });
        return;
      case 'earlier':
        takeEarlier(result);
        return;
      default:
        result satisfies never;
    }
  }

  function startClosing(due: Due | null): void {
    if (!due || !('close' in due)) return;
    const { close: c, because, at } = due;
    closing.add(c.id);
    const input = { who, id: c.id, because, due: at, taken: taken(state) };
    lane.call('close', input, `${c.name} ends: ${because}`, (result) => {
      closing.delete(c.id);
      closed(c, result);
    });
  }

  function closed(c: CommunicationState, result: CloseResult): void {
    switch (result.kind) {
      case 'ended':
        ended({ id: c.id, status: result.status, reason: result.reason });
        return;
      case 'open':
        Object.assign(c, { phase: 'started', silenceAt: result.silenceAt });
        return;
      case 'planned':
        Object.assign(c, { opening: result.opening });
        return;
      case 'earlier':
        takeEarlier(result);
        return;
      default:
        result satisfies never;
    }
  }

  /** Takes a communication out of the book and wakes who waited for it. Harmless when repeated. */
  function ended({ id }: EndedCommunication): void {
    const c = find(id);
    if (!c) return;
    forget(c);
    changed.push(c.name);
    agenda.push(...wokenByEnd(state, c));
  }

  function forget(c: CommunicationState): void {
    const send = sends.get(c.id);
    if (send) release(c.id, send);
    state.communications = state.communications.filter((other) => other !== c);
  }

  /** A send that has not handed over is issued again by the next execution; one that has finds its row there. */
  function releaseSends(): void {
    for (const [id, send] of sends) release(id, send);
  }

  function release(id: string, send: Send): void {
    send.canceled = true;
    sends.delete(id);
    send.cancel();
  }

  function arm(): void {
    // What is asked for is answered in a moment: a timer armed now would be armed anew after it.
    if (lane.busy()) return;
    timer.set(full ? null : next());
  }

  function next() {
    return earliest(deadlines(state, busy).filter((deadline) => !isOver(deadline)));
  }

  /** Real milliseconds until something is due; null when nothing is. */
  function untilNext(): number | null {
    const deadline = next();
    return deadline && realDelay(who.clock, state.clock, deadline.at);
  }

  function quiet(): boolean {
    return (
      inbox.length === 0 &&
      !working &&
      !lane.busy() &&
      agenda.length === 0 &&
      sends.size === 0 &&
      (full || state.waiting.length === 0)
    );
  }

  function idle(): boolean {
    return begun && state.waiting.length === 0 && state.runs.length === 0 && state.communications.length === 0;
  }

  return { receive, run };
}
