import type { Clock } from '../model/clock.ts';
import type { Reason, Status } from '../model/statuses.ts';
import type { Facts, FollowedFact } from '../workflow/abi.ts';

/** Campaign and participant key (external_id, or the opaque id). The workflow id is `<campaign>/<participant>`. */
export interface Who {
  readonly campaign: string;
  readonly participant: string;
  readonly clock?: Clock;
}

/** One run: one participant going through one version of one flow once. */
export interface RunRef {
  /** `<flow>:<event id>`; unique for ever. */
  readonly id: string;
  readonly flow: string;
  readonly hash: string;
  /** First execution id of the workflow. A run row of another incarnation answers `already`. */
  readonly incarnation: string;
  /** The communication the run is about, if an event brought one. */
  readonly communication?: string;
  /** The event that caused the run. */
  readonly event: string;
}

/** The event that began a run. */
export function eventOfRun(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}

/** When a communication may be sent. All instants are virtual epoch milliseconds. */
export interface Opening {
  /** First allowed instant. */
  readonly opens: number;
  /** End of the allowed stretch that starts at `opens`; never after `closes`. */
  readonly until: number;
  readonly closes: number;
  /** `Mon 9 Mar 09:00 New York`: for timers and details; no personal data. */
  readonly label: string;
}

/** What a stretch says of a communication it plans. `final`: it ends at once (no date, past with `skip`, never opens). */
export type PlanFact = { readonly base: unknown; readonly planning: number; readonly kind: string } & (
  | { readonly opening: Opening }
  | { readonly final: { readonly status: Status; readonly reason: Reason } }
);

/** A fact group evaluated beside the database: what a segment is told when it asks for something. */
export interface Answer {
  readonly facts: Facts;
  /** What is said of each communication that may be planned now. */
  readonly plans?: Readonly<Record<string, PlanFact>>;
}

/** Where in a run a request stands. Both sides run the same segment, so each knows what the other has decided. */
export interface StepInput {
  readonly who: Who;
  readonly run: RunRef;
  /** Number of this request of the run, from 1. What it decides is stored under it and given back to a repetition. */
  readonly step: number;
  readonly segment: string;
  /** What the segment has been told so far. Empty: nothing of it was done, so it may be held, or asked to wait for events. */
  readonly given: readonly Answer[];
  /** Communications the run had planned when the segment began: part of the ids of the next ones. */
  readonly planned: number;
  /** Number of the newest event the workflow has taken. */
  readonly taken: number;
  /** The instant that woke the run; absent when an event did. Events stored before it come first. */
  readonly due?: number;
  /** Goes on only while this fact holds. */
  readonly when?: FollowedFact;
  /** When the earliest event that the workflow has taken and not handled was stored: it comes before a bound after it. */
  readonly waiting?: number;
}

/** A script, or the expression in `at` of what is planned next. */
export interface PythonInput extends StepInput {
  readonly name: string;
}

/**
 * How far one segment came: `stop`, `to <flow>`, `wait <segment that follows>`, `python <NAME>` (the workflow asks for it next),
 * `failed` or `exited` (the run is over).
 */
export interface Walked {
  readonly segment: string;
  /** What it was told by this step. */
  readonly answers: readonly Answer[];
  readonly reached: string;
}

export type StepResult =
  /** What was decided and written, in one transaction. */
  | {
      readonly kind: 'went';
      /** Virtual instant at which it was decided. */
      readonly now: number;
      /** The segment that was asked for, and those that followed at once because there was nothing to wait for. */
      readonly walked: readonly Walked[];
      /** Ids of communications that were Planned already and keep their id, by the id that was new. */
      readonly kept?: Readonly<Record<string, string>>;
      /** The communication the run waits for. */
      readonly awaits?: string;
      /** Communications that ended in this step. */
      readonly ended?: readonly EndedCommunication[];
      /** Names touched by a write, so that waits watching them are looked at. */
      readonly touched?: readonly string[];
      readonly failure?: string;
    }
  /**
   * Nothing was done: another execution chain began the run (`already`), `exit when` holds (`exited`), the campaign is stopped and the
   * segment begins anew with `resume` (`held`), or the condition does not hold (`no`).
   */
  | { readonly kind: 'already' | 'exited' | 'held' | 'no' }
  /** Nothing was done: these events were stored before, and come first. */
  | EarlierEvents;

export interface EarlierEvents {
  readonly kind: 'earlier';
  readonly events: readonly EventMessage[];
}

export interface EndedCommunication {
  readonly id: string;
  readonly status: Status;
  readonly reason: Reason;
}

/** A communication a run planned, as the kernel keeps it. */
export interface PlannedCommunication {
  /** `<campaign>/<participant>/<run>/<NAME>/<n>`, also the outbox key. */
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly flow: string;
  readonly hash: string;
  readonly plan: PlanFact;
}

export interface SendInput {
  readonly who: Who;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly flow: string;
  readonly hash: string;
  readonly opening: Opening;
  /** As in {@link StepInput}. */
  readonly taken: number;
}

export type SendResult =
  /** The server took it. `silenceAt`: when a quiet conversation ends. */
  | { readonly kind: 'started'; readonly silenceAt: number }
  | { readonly kind: 'ended'; readonly status: Status; readonly reason: Reason }
  /** Not now. With `next`: the kernel arms that stretch. Without: it waits for `resume`, with `closes` as the end. */
  | { readonly kind: 'held'; readonly cause: HoldCause; readonly next?: Opening }
  | EarlierEvents;

export type HoldCause = 'window' | 'campaign stopped' | 'channel' | 'rate' | 'cap' | 'error';

/** A parked run whose date is looked up again. */
export interface ParkedDate extends FollowedFact {
  readonly run: RunRef;
}

export interface ReplanInput {
  readonly who: Who;
  readonly ids: readonly string[];
  readonly dates: readonly ParkedDate[];
  readonly taken: number;
}

export interface ReplanResult {
  readonly now: number;
  /** Openings of those still Planned. A `final` one has ended. */
  readonly plans: Readonly<Record<string, PlanFact>>;
  /** In the order of the dates asked for; null: the date is missing. */
  readonly dates: readonly (number | null)[];
}

export interface CloseInput {
  readonly who: Who;
  readonly id: string;
  /** Its time to send is over, or its silence. */
  readonly because: 'closes' | 'silence';
  /** The instant at which it was over. Events stored before it come first. */
  readonly due: number;
  readonly taken: number;
}

/** `open`: someone wrote meanwhile; look again at `silenceAt`. `planned`: it was moved meanwhile. */
export type CloseResult =
  | { readonly kind: 'ended'; readonly status: Status; readonly reason: Reason }
  | { readonly kind: 'open'; readonly silenceAt: number }
  | { readonly kind: 'planned'; readonly opening: Opening }
  | EarlierEvents;

/** A run that ends where it waits. */
export interface EndInput {
  readonly who: Who;
  readonly run: RunRef;
  readonly as: 'replaced';
  readonly taken: number;
}

export interface LeaveInput {
  readonly who: Who;
  readonly taken: number;
}

/**
 * What the kernel asks of the world. `step`, `end`, `leave`, `replan`, `close` are local activities: reads and idempotent writes
 * under a second, one at a time. `python` and `send` are normal activities.
 */
export interface KernelActivities {
  /** Runs a segment beside the database as far as it goes without a script, and commits. */
  step(input: StepInput): Promise<StepResult>;
  /** Runs a script, applies what it returns, and goes on like `step`. */
  python(input: PythonInput): Promise<StepResult>;
  end(input: EndInput): Promise<null>;
  /** The participant has left: ends every run and every communication the store has of them. */
  leave(input: LeaveInput): Promise<null>;
  replan(input: ReplanInput): Promise<ReplanResult>;
  close(input: CloseInput): Promise<CloseResult>;
  send(input: SendInput): Promise<SendResult>;
}

/** One signal each. */
export const eventTypes = [
  'participantCreated',
  'participantUpdated',
  'communicationEnded',
  'communicationUpdated',
  'incomingSession',
  'handedOver',
  'resume',
  'exit',
] as const;
export type EventType = (typeof eventTypes)[number];

/** A signal: one event as the relay sends it. The signal's name is `type`. */
export interface EventMessage {
  /** Number of the event in the store, per participant; the kernel handles each once and in order. 0: not numbered (`resume`). */
  readonly number: number;
  readonly id: string;
  readonly type: EventType;
  /** Flows it starts, by name, with the version that was current when it was signalled. */
  readonly starts: readonly { readonly flow: string; readonly hash: string }[];
  /** `exit when` holds. */
  readonly exits?: true;
  /** Fields that really changed: `paid`, `profile.timezone`. */
  readonly touched?: readonly string[];
  readonly communication?: {
    readonly id: string;
    readonly name: string;
    readonly status: Status;
    readonly reason?: Reason;
  };
  /** Of a `resume`: number up to which the participant's events had been relayed. */
  readonly upTo?: number;
  /** Virtual epoch milliseconds. */
  readonly at: number;
}

/** The workflow's one argument. */
export interface StartArgument {
  readonly who: Who;
  /** Kernel state carried over by continue-as-new. */
  readonly state?: unknown;
}
