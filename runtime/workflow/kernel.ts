import type { EndedCommunication, EventMessage, ReplanResult, SendResult, StartArgument } from '../activities/port.ts';
import { realDelay, virtualNow } from '../model/clock.ts';
import type { Facts, FollowedFact, Programs } from './abi.ts';
import {
  admitted,
  endedBy,
  heldBefore,
  lookup,
  movedByTimezone,
  started,
  type Task,
  wake,
  watches,
  watching,
  wokenByEnd,
  wokenByTime,
} from './agenda.ts';
import { createAlarm } from './alarm.ts';
import { deadlines, earliest } from './deadlines.ts';
import { details } from './details.ts';
import { wantsFreshExecution } from './fresh.ts';
import type { Cancelable, Host } from './host.ts';
import { leave, nowTolerance, runSegment, type SegmentScope } from './segment.ts';
import { type CommunicationState, emptyState, type KernelState, type RunState, take } from './state.ts';
import { carriedVersions, noteVersions } from './versions.ts';

export interface Kernel {
  /** A signal: only enqueues. */
  receive(event: EventMessage): void;
  /** Ends when nothing is left to happen to this participant. */
  run(): Promise<void>;
}

type PerformedTask = Exclude<Task, { readonly kind: 'admit' }>;

/** Why the kernel asks for a communication's end. */
type Closing = 'closes' | 'silence' | 'exit';

/**
 * One participant's life in one campaign. Everything that happens (signals, timers, results) is a closure in `inbox`; one
 * synchronous `turn` drains it, one `pump` starts what the state says should be going on. The order inside `pump` is frozen:
 * running histories depend on it.
 */
export function createKernel(host: Host, programs: Programs, argument: StartArgument): Kernel {
  const { who } = argument;
  const state: KernelState = (argument.state as KernelState | undefined) ?? emptyState();
  const inbox: (() => void)[] = [];
  const agenda: Task[] = [];
  const sends = new Map<string, Cancelable<SendResult> & { canceled: boolean }>();
  const toClose = new Map<string, Closing>();
  const closing = new Set<string>();
  /** Sends under way that were told to resume before they could say that they are held. */
  const resumed = new Set<string>();
  /** Names of communications that changed while a task was at work: it may have read them before. */
  let changed: string[] = [];
  // A fresh execution is started by a signal that may be delivered a moment later.
  let begun = argument.state !== undefined;
  let working: Task | null = null;
  /** The segment at work is inside a Python action. */
  let slow = false;

  const now = (): number => virtualNow(who.clock, host.now());
  const busy = (id: string): boolean => sends.has(id) || toClose.has(id) || closing.has(id);
  const find = (id: string): CommunicationState | undefined => state.communications.find((c) => c.id === id);

  const alarm = createAlarm(
    host,
    (at) => realDelay(who.clock, now(), at),
    (happened) => inbox.push(happened),
  );

  const scope: SegmentScope = {
    host,
    who,
    state,
    now,
    // An exit does not wait for a slow script: who is at work ends at the next statement.
    ended: () => state.waiting.some((event) => event.exits),
    slowly: (work) => {
      const become = (is: boolean): void => {
        inbox.push(() => {
          slow = is;
        });
      };
      become(true);
      return work.finally(() => become(false));
    },
    communicationsEnded: (list) => {
      for (const end of list) ended(end);
    },
    touched: (names) => agenda.push(...movedByTimezone(state, names), ...watching(state, names)),
  };

  function receive(event: EventMessage): void {
    begun = true;
    inbox.push(() => {
      take(state, event);
    });
  }

  async function run(): Promise<void> {
    for (;;) {
      turn();
      pump();
      if (inbox.length > 0) continue;
      host.details(details(state, (id) => sends.has(id)));
      if (quiet()) {
        if (idle()) return;
        if (wantsFreshExecution(host.history(), state, untilNext)) {
          await host.continueAsNew({ who, state }, carriedVersions(state));
        }
      }
      await host.until(() => inbox.length > 0);
    }
  }

  /** Leaves the main loop: the workflow task is tried again. */
  function fail(error: unknown): void {
    inbox.push(() => {
      throw error;
    });
  }

  function turn(): void {
    while (inbox.length > 0) inbox.shift()!();
  }

  function pump(): void {
    const full = host.history().full;
    if (full) releaseSends();
    else agenda.push(...wokenByTime(state, now() + nowTolerance));
    if (!working) startTask(full);
    // An exit waits for no script.
    if (slow && scope.ended()) for (const c of state.communications) if (!closing.has(c.id)) toClose.set(c.id, 'exit');
    for (const c of [...state.communications]) if (!busy(c.id)) startWhatIsDue(c, full);
    for (const [id, because] of toClose) startClosing(id, because);
    arm();
  }

  function nextTask(full: boolean): PerformedTask | null {
    for (;;) {
      while (agenda.length === 0) {
        if (full || state.waiting.length === 0) return null;
        agenda.push(...handle(state.waiting.shift()!));
      }
      const task = agenda.shift()!;
      if (task.kind !== 'admit') return task;
      agenda.unshift(...admitted(state, task.run));
      noteVersions(host, state);
    }
  }

  function startTask(full: boolean): void {
    const task = nextTask(full);
    if (task === null) return;
    working = task;
    const done = (): void => {
      if (task.kind === 'segment' && watches(task.run, changed)) agenda.push({ kind: 'condition', run: task.run });
      working = null;
    };
    changed = [];
    perform(task).then(() => inbox.push(done), fail);
  }

  /** The order of language.md §6.1: exits, runs it wakes, new runs. Whom a communication's end wakes stands in the agenda already. */
  function handle(event: EventMessage): Task[] {
    const end = endedBy(event);
    if (end && event.communication)
      ended({ id: end, status: event.communication.status, reason: event.communication.reason ?? 'answered' });
    if (event.exits) {
      // What the event would have woken ends as well.
      agenda.length = 0;
      for (const c of state.communications) toClose.set(c.id, 'exit');
      return state.runs.map((run) => ({ kind: 'end', run, as: 'exited' }));
    }
    const touched = event.touched ?? [];
    // Who watches a communication that ended was told by its end.
    const names = event.communication && !end ? [...touched, event.communication.name] : touched;
    if (event.type === 'resume') for (const id of sends.keys()) resumed.add(id);
    const tasks = [
      ...(event.type === 'resume' ? heldBefore(state) : []),
      ...movedByTimezone(state, touched),
      ...watching(state, names),
      ...started(state, event, host.incarnation, programs),
    ];
    noteVersions(host, state);
    return tasks;
  }

  function perform(task: PerformedTask): Promise<void> {
    switch (task.kind) {
      case 'segment':
        if (!state.runs.includes(task.run)) return Promise.resolve();
        // Looked up here, synchronously: a missing version must fail the workflow task, not a lost promise.
        return runSegment(scope, task.run, lookup(programs, task.run.ref.flow, task.run.ref.hash), task.segment);
      case 'condition':
        return evaluateCondition(task.run);
      case 'until':
        return evaluateDate(task.run);
      case 'end':
        return endRun(task);
      case 'replan':
        return replan(task.ids);
      default:
        return task satisfies never;
    }
  }

  async function evaluateCondition(run: RunState): Promise<void> {
    const wait = run.wait;
    if (wait?.for !== 'condition') return;
    const fact = await look(wait, run, `${run.ref.flow}: does ${wait.key} hold?`);
    // Runs an event wakes come before the runs it starts.
    if (fact === true && run.wait === wait) agenda.unshift(wake(run, wait.then));
  }

  async function evaluateDate(run: RunState): Promise<void> {
    const wait = run.wait;
    if (wait?.for !== 'time' || !wait.follows) return;
    const until = await look(wait.follows, run, `${run.ref.flow}: the date in the new timezone`);
    if (run.wait === wait) run.wait = { ...wait, until: typeof until === 'number' ? until : now() };
  }

  /** A fact a parked run is evaluated with again. */
  async function look(
    { stretch, key }: FollowedFact,
    run: RunState,
    summary: string,
  ): Promise<Facts[string] | undefined> {
    const { facts } = await host.local('facts', { who, run: run.ref, stretch, now: now() }, summary);
    return facts[key];
  }

  async function endRun({ run, as }: Extract<Task, { kind: 'end' }>): Promise<void> {
    if (!state.runs.includes(run)) return;
    run.wait = null;
    await host.local(
      'commit',
      { who, run: run.ref, now: now(), state: { kind: 'ended', as }, plans: [] },
      `${run.ref.flow} ${as}`,
    );
    leave(state, run);
  }

  async function replan(ids: readonly string[]): Promise<void> {
    const plans: ReplanResult = await host.local('replan', { who, ids, now: now() }, 'openings in the new situation');
    for (const [id, plan] of Object.entries(plans)) {
      const c = find(id);
      if (!c || c.phase === 'started') continue;
      c.plan = plan;
      if ('final' in plan) toClose.set(id, 'closes');
      else Object.assign(c, { opening: plan.opening, phase: 'planned' });
    }
  }

  function startWhatIsDue(c: CommunicationState, full: boolean): void {
    const at = now() + nowTolerance;
    switch (c.phase) {
      case 'planned':
        if (c.opening.closes <= at) toClose.set(c.id, 'closes');
        else if (c.opening.opens <= at && !full) startSend(c);
        return;
      case 'held':
        if (c.opening.closes <= at) toClose.set(c.id, 'closes');
        return;
      case 'started':
        if (c.silenceAt !== undefined && c.silenceAt <= at) toClose.set(c.id, 'silence');
        return;
      default:
        c.phase satisfies never;
    }
  }

  function startSend(c: CommunicationState): void {
    const { id, name, kind, flow, hash, opening } = c;
    const call = host.activity(
      'send',
      { who, id, name, kind, flow, hash, opening, now: now() },
      `send ${name} by ${kind}`,
    );
    const entry = { ...call, canceled: false };
    sends.set(id, entry);
    resumed.delete(id);
    call.result.then(
      (result) => inbox.push(() => sent(id, entry, result)),
      (error: unknown) =>
        inbox.push(() => {
          if (!entry.canceled) throw error;
          if (sends.get(id) === entry) sends.delete(id);
        }),
    );
  }

  function sent(id: string, entry: Cancelable<SendResult>, result: SendResult): void {
    if (sends.get(id) === entry) sends.delete(id);
    const c = find(id);
    // Its end may have overtaken the result of the send.
    if (!c) return;
    if (result.kind !== 'held') changed.push(c.name);
    switch (result.kind) {
      case 'started':
        Object.assign(c, { phase: 'started', silenceAt: result.silenceAt });
        agenda.push(...watching(state, [c.name]));
        return;
      case 'ended':
        ended({ id, status: result.status, reason: result.reason });
        return;
      case 'held':
        if (result.next) Object.assign(c, { phase: 'planned', opening: result.next });
        else Object.assign(c, { phase: 'held', cause: result.cause });
        if (resumed.has(id) && c.phase === 'held') agenda.push({ kind: 'replan', ids: [id] });
        return;
      default:
        result satisfies never;
    }
  }

  function startClosing(id: string, because: Closing): void {
    toClose.delete(id);
    const c = find(id);
    if (!c) return;
    closing.add(id);
    const final = 'final' in c.plan ? c.plan.final : undefined;
    const input = { who, id, now: now(), ...(final ? { because: 'final' as const, final } : { because }) };
    host.local('close', input, `${c.name} ends: ${because}`).then(
      (result) =>
        inbox.push(() => {
          closing.delete(id);
          changed.push(c.name);
          if (result.kind === 'ended') ended({ id, status: result.status, reason: result.reason });
          else c.silenceAt = result.silenceAt;
        }),
      fail,
    );
  }

  /** Takes a communication out of the book and wakes who waited for it. Harmless when repeated. */
  function ended({ id }: EndedCommunication): void {
    const c = find(id);
    const send = sends.get(id);
    if (send) {
      send.canceled = true;
      sends.delete(id);
      send.cancel();
    }
    toClose.delete(id);
    if (!c) return;
    state.communications = state.communications.filter((other) => other !== c);
    agenda.push(...wokenByEnd(state, c));
  }

  /** A send that has not handed over is issued again by the next execution; one that has finds its row there. */
  function releaseSends(): void {
    for (const [id, send] of sends) {
      send.canceled = true;
      sends.delete(id);
      send.cancel();
    }
  }

  function arm(): void {
    // A stretch of local activities is over in a moment: a timer armed now would be armed anew after it.
    if (working && !slow) return;
    alarm.set(earliest(deadlines(state, busy)));
  }

  /** Real milliseconds until something is due; null when nothing is. */
  function untilNext(): number | null {
    const next = earliest(deadlines(state, busy));
    return next && realDelay(who.clock, now(), next.at);
  }

  function quiet(): boolean {
    return (
      inbox.length === 0 &&
      !working &&
      agenda.length === 0 &&
      sends.size === 0 &&
      toClose.size === 0 &&
      closing.size === 0
    );
  }

  function idle(): boolean {
    return begun && state.waiting.length === 0 && state.runs.length === 0 && state.communications.length === 0;
  }

  return { receive, run };
}
