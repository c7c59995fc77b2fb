/** A live run as the server would record it, and the groupings in which Temporal's core may hand it over again. */
import type { Programs } from '../../../runtime/workflow/abi.ts';
import type { Outcome } from '../../../runtime/workflow/host.ts';
import { monday, who } from '../harness.ts';
import { type Choose, randomWorld, type World } from './campaign.ts';
import { type Activation, type Delays, type Execution, execute, type Job, type OpenCall } from './execution.ts';

/** A workflow task, with the local activities that were answered in it. */
export interface WorkflowTask {
  readonly jobs: readonly Job[];
  readonly locals: readonly Job[];
  readonly now: number;
  readonly history: Activation['history'];
  /** A local activity was under way when it began, when it ended. */
  readonly begins: 'under way' | 'idle';
  readonly ends: 'under way' | 'idle';
  /** Events its completion has written: commands, and markers of local activities. */
  readonly written: number;
  /** Commands so far. */
  readonly commands: number;
}

export interface Recording {
  readonly tasks: readonly WorkflowTask[];
  readonly commands: readonly string[];
  /** The SDK's promises take as many turns at replay as they did before. */
  readonly delays: Delays;
}

const atMost = 60;

export async function record(programs: Programs, choose: Choose): Promise<Recording> {
  let time = monday;
  const world = randomWorld(programs, choose, () => time);
  const delays = { timer: choose(4), activity: choose(4), local: choose(7) };
  const live = execute(programs, { who }, delays);
  const tasks: WorkflowTask[] = [];
  let events = 3;
  const fullAfter = [10_000, 40, 80][choose(3)]!;
  while (!live.over() && tasks.length < atMost) {
    const begins = stateOf(live);
    const before = live.commands.length;
    time += [0, 1000, 30_000][choose(3)]!;
    const wanted = (begins === 'idle' ? 1 : 0) + choose(3);
    const jobs = await happenings(live, world, choose, tasks.length === 0 ? 1 : wanted, (at) => {
      time = Math.max(time, at);
    });
    if (jobs.length === 0 && begins === 'idle') break;
    events += jobs.length + 3;
    const task = { jobs, now: time, history: { events, full: events > fullAfter } };
    if (jobs.length > 0) await live.feed(task);
    const locals: Job[] = [];
    for (let slow = choose(5) > 2; live.locals.size > 0 && !slow && locals.length < 20; slow = choose(5) > 2) {
      time += [10, 9000][choose(2)]!;
      const job = await answerLocal(live, world, choose);
      locals.push(job);
      await live.feed({ jobs: [job], now: time, history: task.history });
    }
    const issued = live.commands.slice(before).filter((command) => !command.startsWith('local ')).length;
    const written = issued + locals.length;
    events += written;
    tasks.push({ ...task, locals, begins, ends: stateOf(live), written, commands: live.commands.length });
  }
  return { tasks, commands: live.commands, delays };
}

function stateOf({ locals }: Execution): WorkflowTask['begins'] {
  return locals.size > 0 ? 'under way' : 'idle';
}

/** What the server has for the next task, in the order of core: signals first. */
async function happenings(
  live: Execution,
  world: World,
  choose: Choose,
  wanted: number,
  reached: (at: number) => void,
): Promise<Job[]> {
  const jobs: Job[] = [];
  const used = new Set<string>();
  const unused = (kind: string) => (one: { readonly seq: number }) => !used.has(`${kind} ${one.seq}`);
  for (let n = 0; n < wanted; n++) {
    const timer = [...live.timers.values()].filter(unused('timer')).sort((a, b) => a.at - b.at)[0];
    const activities = [...live.activities.values()].filter(unused('activity'));
    const activity = activities[choose(activities.length || 1)];
    const which = choose(3);
    const event = which === 0 || (!timer && !activity) || live.commands.length === 0 ? world.next() : null;
    if (event) jobs.push({ kind: 'signal', event });
    else if (activity && (which === 1 || !timer)) {
      used.add(`activity ${activity.seq}`);
      jobs.push({ kind: 'activity', seq: activity.seq, outcome: await answer(world, activity) });
    } else if (timer) {
      used.add(`timer ${timer.seq}`);
      reached(timer.at);
      jobs.push({ kind: 'timer', seq: timer.seq });
    }
  }
  return sorted(jobs);
}

function sorted(jobs: readonly Job[]): Job[] {
  const order = { signal: 0, timer: 1, activity: 1, local: 2 };
  return [...jobs].sort((a, b) => order[a.kind] - order[b.kind]);
}

async function answerLocal(live: Execution, world: World, choose: Choose): Promise<Job> {
  const [call] = live.locals.values();
  const outcome: Outcome<unknown> =
    choose(15) === 14 ? { ok: false, error: new Error('the store is away') } : await answer(world, call!);
  return { kind: 'local', seq: call!.seq, outcome };
}

async function answer({ activities }: World, { name, input }: OpenCall): Promise<Outcome<unknown>> {
  const work = activities[name] as (input: unknown) => Promise<unknown>;
  return { ok: true, value: JSON.parse(JSON.stringify(await work(JSON.parse(JSON.stringify(input))))) };
}

/** What a replay was like. */
export interface Grouping {
  /** Tasks that were handed over as one. */
  merged: number;
  /** Answers that came in the activation of what came before them. */
  joined: number;
}

/**
 * Hands the recording to a fresh execution. Heartbeats that wrote nothing may be handed over with the task that follows (see
 * `find_end_index_of_next_wft_seq` of Temporal's core), a local activity's answer as the last job of the activation before it;
 * clock and length of history are then others than they were. Throws when the commands differ.
 */
export async function replay(
  programs: Programs,
  { tasks, commands, delays }: Recording,
  choose: Choose,
): Promise<Grouping> {
  const again = execute(programs, { who }, delays);
  const grouping: Grouping = { merged: 0, joined: 0 };
  for (let from = 0; from < tasks.length; ) {
    const group = [tasks[from]!];
    while (mayMerge(tasks, from, group.length) && choose(4) > 0) group.push(tasks[from + group.length]!);
    grouping.merged += group.length - 1;
    await handOver(again, group, choose, grouping);
    const last = group.at(-1)!;
    const wanted = commands.slice(0, last.commands);
    if (JSON.stringify(again.commands) !== JSON.stringify(wanted)) throw new Differs(wanted, again.commands);
    from += group.length;
  }
  return grouping;
}

/** May the next task be handed over with the `length` tasks before it? */
function mayMerge(tasks: readonly WorkflowTask[], from: number, length: number): boolean {
  const last = tasks[from + length - 1]!;
  if (last.ends === 'idle' || last.written > 0 || from + length >= tasks.length) return false;
  return last.begins === 'under way' || (tasks[from - 1]?.written ?? 0) === 0;
}

async function handOver(
  again: Execution,
  group: readonly WorkflowTask[],
  choose: Choose,
  grouping: Grouping,
): Promise<void> {
  const { now, history } = group.at(-1)!;
  const jobs = sorted(group.flatMap((task) => task.jobs));
  const locals = group.flatMap((task) => task.locals);
  // Core knows the answer before it hands over anything that came later.
  const early = again.locals.size > 0 && locals.length > 0 && jobs.length > 0 && choose(4) > 0;
  // What is read while a local activity is under way is anything.
  const open = again.locals.size > 0 && locals.length === 0;
  const read = open ? { events: history.events + choose(2) * 50, full: choose(2) === 1 } : history;
  if (early) {
    grouping.joined += 1;
    jobs.push(locals.shift()!);
  }
  if (jobs.length > 0) await again.feed({ jobs, now: now + choose(3) * 9000, history: read });
  for (const job of locals) await again.feed({ jobs: [job], now: now + choose(3) * 5000, history });
}

/** The commands of a replay are others than those of the recording. */
export class Differs extends Error {
  constructor(recorded: readonly string[], replayed: readonly string[]) {
    const at = recorded.findIndex((command, index) => command !== replayed[index]);
    const index = at < 0 ? recorded.length : at;
    super(
      [
        `Command ${index + 1} differs.`,
        `Recorded: ${recorded.slice(index, index + 3).join('\n          ') || 'none'}`,
        `Replayed: ${replayed.slice(index, index + 3).join('\n          ') || 'none'}`,
      ].join('\n'),
    );
  }
}
