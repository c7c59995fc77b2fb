import type { Clock } from '../model/clock.ts';
import type { Reason, Status } from '../model/statuses.ts';
import type { Facts } from '../workflow/abi.ts';

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

/**
 * Why a run does not go on: another incarnation of this workflow began it (drop it); `exit when` holds (it ends); the campaign
 * is stopped (the segment begins anew with `resume`).
 */
export type Halt = 'already' | 'exited' | 'held';
export type Halted = { readonly [H in Halt]?: true };

export interface StretchResult extends Halted {
  readonly facts: Facts;
  readonly plans?: Readonly<Record<string, PlanFact>>;
  /** Communications ended by this step (a cancel), for the kernel's own book. */
  readonly ended?: readonly EndedCommunication[];
  /** Names touched by a write, so that waits watching them are looked at. */
  readonly touched?: readonly string[];
}

export interface EndedCommunication {
  readonly id: string;
  readonly status: Status;
  readonly reason: Reason;
}

export interface StretchInput {
  readonly who: Who;
  readonly run: RunRef;
  readonly stretch: string;
  /** The segment this is the first request of: the run may be held before it. */
  readonly first?: string;
  /** The workflow's virtual now: an activity's clock is ahead. */
  readonly now: number;
}

/** `step` counts the run's effects from 1: a repeated one is not applied again. */
export interface EffectInput {
  readonly who: Who;
  readonly run: RunRef;
  readonly name: string;
  readonly step: number;
  /** As in {@link StretchInput}. */
  readonly first?: string;
  readonly now: number;
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

export interface CommitInput {
  readonly who: Who;
  readonly run: RunRef;
  readonly now: number;
  /** As in {@link StretchInput}. */
  readonly first?: string;
  /** Where the run stands now. `running`: what was planned before an effect of the same segment is written first. */
  readonly state:
    | { readonly kind: 'running'; readonly segment: string }
    | {
        readonly kind: 'parked';
        readonly waitsFor: string;
        readonly until: number | null;
        readonly line: string;
        readonly segment: string;
        readonly watches?: readonly string[];
      }
    | {
        readonly kind: 'ended';
        readonly as: 'stopped' | 'handed over' | 'failed' | 'replaced' | 'exited';
        readonly to?: string;
        readonly failure?: string;
      };
  readonly plans: readonly PlannedCommunication[];
}

export interface CommitResult extends Halted {
  /** An id here was Planned already and keeps its id: the kernel drops the new one and re-plans the old. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Already started under this name: the statement did nothing. */
  readonly dropped?: readonly string[];
}

export interface SendInput {
  readonly who: Who;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly flow: string;
  readonly hash: string;
  readonly opening: Opening;
  /** The workflow's virtual now when the send was started. */
  readonly now: number;
}

export type SendResult =
  /** The server took it. `silenceAt`: when a quiet conversation ends. */
  | { readonly kind: 'started'; readonly silenceAt: number }
  | { readonly kind: 'ended'; readonly status: Status; readonly reason: Reason }
  /** Not now. With `next`: the kernel arms that stretch. Without: it waits for `resume`, with `closes` as the end. */
  | { readonly kind: 'held'; readonly cause: HoldCause; readonly next?: Opening };

export type HoldCause = 'window' | 'campaign stopped' | 'channel' | 'rate' | 'cap' | 'error';

export interface ReplanInput {
  readonly who: Who;
  readonly ids: readonly string[];
  readonly now: number;
}
export type ReplanResult = Readonly<Record<string, PlanFact>>;

export interface CloseInput {
  readonly who: Who;
  readonly id: string;
  readonly now: number;
  /** Why the kernel looks: its time to send ran out, its silence is over, or an exit or a cancel ends it. */
  readonly because: 'closes' | 'silence' | 'exit' | 'cancel' | 'final';
  /** With `final`: what the plan already said. */
  readonly final?: { readonly status: Status; readonly reason: Reason };
}
/** `open`: someone wrote meanwhile; look again at `silenceAt`. */
export type CloseResult =
  | { readonly kind: 'ended'; readonly status: Status; readonly reason: Reason }
  | { readonly kind: 'open'; readonly silenceAt: number };

/**
 * What the kernel asks of the world. `facts`, `set`, `cancel`, `commit`, `replan`, `close` are local activities: reads and
 * idempotent writes under a second, retried without limit. `python` and `send` are normal activities.
 */
export interface KernelActivities {
  facts(input: StretchInput): Promise<StretchResult>;
  set(input: EffectInput): Promise<StretchResult>;
  cancel(input: EffectInput & { readonly names: readonly string[] }): Promise<StretchResult>;
  commit(input: CommitInput): Promise<CommitResult>;
  replan(input: ReplanInput): Promise<ReplanResult>;
  close(input: CloseInput): Promise<CloseResult>;
  python(input: EffectInput): Promise<StretchResult>;
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

/** `ApplicationFailure.type` of the only failures that end a run: Python after its retries, a value that does not validate, a storm. */
export const flowFault = 'FlowFault';
