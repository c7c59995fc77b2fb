/** Does a participant stand still? Decided from the store's rows and from what Temporal says of the workflow. */
import type { Status } from '../model/statuses.ts';
import type { StuckKind } from '../model/stuck.ts';

/** A run that has not ended. */
export interface OpenRun {
  readonly id: string;
  readonly incarnation: string;
  readonly state: 'running' | 'parked';
  /** Real milliseconds since it should have gone on; negative: until then; null: nothing says when. */
  readonly overdueMs: number | null;
}

/** A communication without a final status. */
export interface OpenCommunication {
  readonly id: string;
  readonly status: Status;
  /** Of the run that planned it last; null when that run is unknown. */
  readonly incarnation: string | null;
  readonly overdueMs: number | null;
}

/** What the store says of one participant. */
export interface Situation {
  readonly participantId: number;
  readonly campaign: string;
  readonly externalId: string;
  /** Second half of the workflow's id. */
  readonly key: string;
  /** The campaign runs. */
  readonly active: boolean;
  readonly relayed: number;
  readonly runs: readonly OpenRun[];
  readonly communications: readonly OpenCommunication[];
  /** Numbers of the events that were signalled a while ago and that the workflow has not said it had taken. */
  readonly untaken: readonly number[];
}

/** What Temporal says of the newest execution of a workflow. */
export type Execution =
  | { readonly kind: 'none' }
  | { readonly kind: 'closed'; readonly as: string }
  | {
      readonly kind: 'running';
      /** First execution id of its chain. */
      readonly incarnation: string;
      readonly task: PendingTask | null;
      readonly activities: readonly PendingActivity[];
      /** Of its history; null: it was not asked for. */
      readonly end: HistoryEnd | null;
    };

/** What the last events of a history say. */
export interface HistoryEnd {
  /** Real milliseconds since the last one. */
  readonly quietMs: number;
  /** Why the last step beside the database failed; null: it did not. */
  readonly failure: string | null;
}

export interface PendingTask {
  readonly attempts: number;
  /** Why the attempt before failed. */
  readonly failure: string | null;
}

export interface PendingActivity {
  readonly type: string;
  readonly attempts: number;
  readonly failure: string | null;
}

export interface WatchTimes {
  /** What is overdue for this long is looked at. */
  readonly graceMs: number;
  /** What is overdue for this long while its workflow has nothing to do is unknown to it. */
  readonly idleMs: number;
  /** What is overdue for this long while its workflow is at work is late. */
  readonly lateMs: number;
}

export interface Finding {
  readonly kind: StuckKind;
  readonly said: string | null;
  readonly attempts: number;
  /** Ids of the rows it is about. */
  readonly runs: readonly string[];
  readonly communications: readonly string[];
  /** Events that nobody took. */
  readonly events: readonly number[];
}

/** Attempts of a workflow task that are no accident: a worker that ended takes at most one or two with it. */
const failingAttempts = 3;

/** Is the end of the history needed to tell why this is overdue? */
export function needsHistoryEnd(situation: Situation, execution: Execution, { idleMs }: WatchTimes): boolean {
  return execution.kind === 'running' && isIdle(execution) && situation.active && overdueBy(situation, idleMs) !== null;
}

/** Null: nothing stands still. */
export function findingOf(situation: Situation, execution: Execution, times: WatchTimes): Finding | null {
  if (execution.kind !== 'running') return withoutWorkflow(situation, execution);
  const { task } = execution;
  if (task && task.attempts >= failingAttempts) return failing(task);
  const foreign = rowsWhere(
    situation,
    ({ incarnation }) => incarnation !== null && incarnation !== execution.incarnation,
  );
  if (foreign) return { ...nothing, kind: 'another workflow', ...foreign };
  return situation.active ? overdue(situation, execution, times) : null;
}

/** The workflow has done everything it was told: what was signalled is taken, whether it said so or not. */
export function hasTakenAll(situation: Situation, execution: Execution): boolean {
  if (situation.untaken.length === 0 || situation.runs.some((run) => run.state === 'running')) return false;
  return execution.kind === 'running'
    ? situation.active && isIdle(execution)
    : execution.kind === 'closed' && execution.as === 'COMPLETED';
}

const nothing = { said: null, attempts: 0, runs: [], communications: [], events: [] } as const;

function withoutWorkflow(situation: Situation, execution: Exclude<Execution, { kind: 'running' }>): Finding | null {
  // One that closed by itself had handled every signal.
  const lost = execution.kind === 'closed' && execution.as === 'COMPLETED' ? [] : situation.untaken;
  const said = execution.kind === 'none' ? 'Temporal knows no such workflow' : `the workflow is ${execution.as}`;
  const rows = rowsWhere(situation, () => true);
  if (rows) return { ...nothing, kind: 'no workflow', said, ...rows, events: lost };
  return lost.length > 0 ? { ...nothing, kind: 'lost events', said, events: lost } : null;
}

function failing({ attempts, failure }: PendingTask): Finding {
  const version = missingVersion.exec(failure ?? '')?.[0];
  return version
    ? { ...nothing, kind: 'missing version', said: version, attempts }
    : { ...nothing, kind: 'fails', said: failure, attempts };
}

/** The kernel's own words, and the SDK's for a campaign that is not in the bundle. */
const missingVersion = /(?<=does not hold )\S+@\w+|(?<=workflow of type )'\S+'(?=: no such function)/;

function overdue(
  situation: Situation,
  execution: Extract<Execution, { kind: 'running' }>,
  { idleMs, lateMs }: WatchTimes,
): Finding | null {
  const idle = isIdle(execution) ? overdueBy(situation, idleMs) : null;
  const { end } = execution;
  // A workflow whose step fails tries again at least every half minute, and is idle in between.
  if (idle && end?.failure) return { ...nothing, kind: 'fails', said: end.failure };
  if (idle && end && end.quietMs >= idleMs * quietShare) return { ...nothing, kind: 'forgotten', ...idle };
  const late = overdueBy(situation, lateMs);
  if (!late) return null;
  const [worst] = [...execution.activities].sort((one, other) => other.attempts - one.attempts);
  // A script or a send that is at it for the first time just takes its time.
  if (worst && worst.attempts < failingAttempts) return null;
  return { ...nothing, kind: 'late', ...lateness(execution, worst), ...late };
}

/** Of the time something is overdue, in which a workflow that knows of it would have done something. */
const quietShare = 0.75;

function lateness(
  { task }: Extract<Execution, { kind: 'running' }>,
  worst: PendingActivity | undefined,
): Partial<Finding> {
  if (!worst) return { said: task ? 'its workflow task waits for a worker' : 'other things happen to it' };
  const { type, attempts, failure } = worst;
  return { said: `${type} is tried again: ${failure ?? 'no answer'}`, attempts };
}

function overdueBy(situation: Situation, ms: number): Pick<Finding, 'runs' | 'communications'> | null {
  return rowsWhere(situation, ({ overdueMs }) => overdueMs !== null && overdueMs >= ms);
}

/** Nothing in Temporal works for it: only a timer or a signal would wake it. */
function isIdle({ task, activities }: Extract<Execution, { kind: 'running' }>): boolean {
  return task === null && activities.length === 0;
}

type Row = OpenRun | OpenCommunication;

function rowsWhere(
  { runs, communications }: Situation,
  holds: (row: Row) => boolean,
): Pick<Finding, 'runs' | 'communications'> | null {
  const found = { runs: runs.filter(holds), communications: communications.filter(holds) };
  if (found.runs.length + found.communications.length === 0) return null;
  return { runs: found.runs.map(({ id }) => id), communications: found.communications.map(({ id }) => id) };
}
