import type { EndedCommunication, EventMessage, ReplanResult, SendResult, StartArgument } from '../activities/port.ts';
import { realDelay, virtualNow } from '../model/clock.ts';
import type { Programs } from './abi.ts';
import {
  endedBy,
  lookup,
  movedByTimezone,
  started,
  type Task,
  wake,
  watching,
  wokenByEnd,
  wokenByTime,
} from './agenda.ts';
import { deadlines, earliest } from './deadlines.ts';
import { details } from './details.ts';
import type { Cancelable, Host } from './host.ts';
import { leave, nowTolerance, runSegment, type SegmentScope } from './segment.ts';
import { type CommunicationState, emptyState, type KernelState, take, versionsOf } from './state.ts';

/** A fresh execution is taken at the first quiet moment over this many events … */
const softLimit = 2_000;
/** … and before any wait longer than an hour over this many: waking many people costs by the task of their history. */
const longWaitLimit = 60;
const longWait = 3_600_000;

export interface Kernel {
  /** A signal: only enqueues. */
  receive(event: EventMessage): void;
  /** Ends when nothing is left to happen to this participant. */
  run(): Promise<void>;
}

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
  // A fresh execution is started by a signal that may be delivered a moment later.
  let begun = argument.state !== undefined;
  let working: Task | null = null;
  /** The segment at work is inside a Python action. */
  let slow = false;
  let alarm: { readonly at: number; readonly summary: string; readonly disarm: () => void } | null = null;

  const now = (): number => virtualNow(who.clock, host.now());
  const busy = (id: string): boolean => sends.has(id) || toClose.has(id) || closing.has(id);
  const find = (id: string): CommunicationState | undefined => state.communications.find((c) => c.id === id);

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
        if (wantsFreshExecution()) {
          await host.continueAsNew({ who, state }, versionsOf(state));
        }
      }
      await host.until(() => inbox.length > 0);
    }
  }

  function turn(): void {
    while (inbox.length > 0) inbox.shift()!();
  }

  function pump(): void {
    const full = host.history().full;
    if (full) releaseSends();
    else agenda.push(...wokenByTime(state, now() + nowTolerance));
    if (!working) startTask(full);
    for (const c of [...state.communications]) if (!busy(c.id)) startWhatIsDue(c, full);
    for (const [id, because] of toClose) startClosing(id, because);
    arm();
  }

  function startTask(full: boolean): void {
    while (agenda.length === 0) {
      if (full || state.waiting.length === 0) return;
      agenda.push(...handle(state.waiting.shift()!));
    }
    const task = agenda.shift()!;
    working = task;
    perform(task).then(
      () =>
        inbox.push(() => {
          working = null;
        }),
      (error: unknown) =>
        inbox.push(() => {
          throw error;
        }),
    );
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
    const changed = event.communication && !end ? [...touched, event.communication.name] : touched;
    const held = event.type === 'resume' ? state.communications.filter((c) => c.phase === 'held').map((c) => c.id) : [];
    const tasks = [
      ...(held.length > 0 ? [{ kind: 'replan', ids: held } as const] : []),
      ...movedByTimezone(state, touched),
      ...watching(state, changed),
      ...started(state, event, host.incarnation, programs),
    ];
    noteVersions();
    return tasks;
  }

  function noteVersions(): void {
    const known = host.versions();
    const added = versionsOf(state).filter((version) => !known.includes(version));
    if (added.length > 0) host.setVersions([...known, ...added].sort());
  }

  function perform(task: Task): Promise<void> {
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

  async function evaluateCondition(run: Extract<Task, { kind: 'condition' }>['run']): Promise<void> {
    const wait = run.wait;
    if (wait?.for !== 'condition') return;
    const { facts } = await host.local(
      'facts',
      { who, run: run.ref, stretch: wait.stretch, now: now() },
      `${run.ref.flow}: does ${wait.key} hold?`,
    );
    // Runs an event wakes come before the runs it starts.
    if (facts[wait.key] === true && run.wait === wait) agenda.unshift(wake(run, wait.then));
  }

  async function evaluateDate(run: Extract<Task, { kind: 'until' }>['run']): Promise<void> {
    const wait = run.wait;
    if (wait?.for !== 'time' || !wait.follows) return;
    const { facts } = await host.local(
      'facts',
      { who, run: run.ref, stretch: wait.follows.stretch, now: now() },
      `${run.ref.flow}: the date in the new timezone`,
    );
    const until = facts[wait.follows.key];
    if (run.wait === wait) run.wait = { ...wait, until: typeof until === 'number' ? until : now() };
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
          if (result.kind === 'ended') ended({ id, status: result.status, reason: result.reason });
          else c.silenceAt = result.silenceAt;
        }),
      (error: unknown) =>
        inbox.push(() => {
          throw error;
        }),
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
    agenda.push(...wokenByEnd(state, id), ...watching(state, [c.name]));
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
    const next = earliest(deadlines(state, busy));
    if (alarm && next && alarm.at === next.at && alarm.summary === next.summary) return;
    alarm?.disarm();
    alarm = null;
    if (!next || host.history().full) return;
    const fire = (): void => {
      inbox.push(() => {
        if (alarm === mine) alarm = null;
      });
    };
    const mine = { ...next, disarm: host.timer(realDelay(who.clock, now(), next.at), next.summary, fire) };
    alarm = mine;
  }

  /** Looked at after `pump`, which leaves nothing in the agenda or to close without starting it. */
  function quiet(): boolean {
    return !working && sends.size === 0 && closing.size === 0;
  }

  function idle(): boolean {
    return begun && state.waiting.length === 0 && state.runs.length === 0 && state.communications.length === 0;
  }

  function wantsFreshExecution(): boolean {
    const { events, full } = host.history();
    if (full) return true;
    if (state.waiting.length > 0) return false;
    if (events > softLimit) return true;
    const next = earliest(deadlines(state, busy));
    return events > longWaitLimit && next !== null && realDelay(who.clock, now(), next.at) > longWait;
  }

  return { receive, run };
}
