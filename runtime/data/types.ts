import type { ChannelKind } from '../model/channel-kinds.ts';
import type { LimitPeriod } from '../model/limits.ts';
import type { Construct } from '../model/runnable.ts';
import type { SipParameters } from '../model/sip.ts';
import type { Status } from '../model/statuses.ts';
import type { FieldDefinition, FieldType, Value } from '../model/values.ts';
import type { Base, Window } from '../model/window.ts';
import type { Program } from '../workflow/abi.ts';

/** What a generated expression may read: one participant at one instant. Missing values are `null`. */
export interface Reader {
  /** Virtual now, epoch milliseconds. */
  readonly now: number;
  /** The scheduling timezone (IANA). */
  readonly zone: string;
  readonly participant: Readonly<Record<string, Value | undefined>>;
  readonly profile: Readonly<Record<string, Value | undefined>>;
  /** The run's own communication; none for runs that no communication started. */
  readonly communication: CommunicationView | null;
  /** What the person began and the run is about; none for other runs. */
  readonly session?: SessionView | null;
  /** `result` of the language: of the run's communication, else of the most recently ended one. */
  result(field: string): Value;
  /** Most recently planned communication of that name; all its values are `null` when there is none. */
  named(name: string): CommunicationView;
}

export interface CommunicationView {
  readonly name: string | null;
  readonly status: Status | null;
  readonly reason: string | null;
  readonly channel: string | null;
  result(field: string): Value;
}

export interface SessionView {
  readonly channel: string;
  result(field: string): Value;
}

export type Fact = boolean | string | number | null;

/** One stretch: the facts between two effects. Keys are the words of the source. */
export interface StretchData {
  readonly facts: (r: Reader) => Record<string, Fact>;
  /** Communications planned in this stretch, each with the base it counts from (`null`: the date is missing), or where that comes from. */
  readonly plans?: Readonly<Record<string, ((r: Reader) => Base | null) | 'python'>>;
}

/** One `set`: all right sides are read first, then one write, one event. */
export interface SetData {
  readonly values: (r: Reader) => Record<string, Value>;
  /** Owner of each field: the participant or the profile. */
  readonly owners: Readonly<Record<string, 'participant' | 'profile'>>;
  /** The stretch evaluated after the write. */
  readonly then: string;
}

export interface PythonData {
  /** Path relative to the campaign's folder, or inline code. */
  readonly script?: string;
  readonly code?: string;
  readonly params: (r: Reader) => Record<string, unknown>;
  readonly writes: Readonly<Record<string, 'participant' | 'profile'>>;
  readonly reads: readonly string[];
  readonly timeoutMs: number;
  readonly retries: number;
  readonly then: string;
}

/** The expression in `at` of a communication; the stretch that follows plans it. */
export interface PythonBaseData {
  readonly base: string;
  readonly communication: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly then: string;
}

export interface CancelData {
  readonly then: string;
}

/** A communication as the flow's version planned it. Texts are always the newest and stand in the template files. */
export interface CommunicationData {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly agent: string;
  readonly channel: string;
  readonly window: Window;
  /** The window's words, for labels: `09:00-18:00 on weekdays`. */
  readonly windowText: string;
  /** The person's best hour inside of the window. */
  readonly bestTime?: true;
  /** Workspace, campaign and channel hours; each is intersected with the window. */
  readonly contactHours: readonly Window[];
  readonly durationMs: number;
  readonly ifPast: 'send' | 'skip';
  readonly spreadMs: number;
  readonly uncapped: boolean;
  /** How long a quiet conversation stays open. */
  readonly silenceMs: number;
  /** Path of the template relative to the campaign's folder, without extension. */
  readonly template?: string;
  /** Fields handed to the agent. */
  readonly context?: readonly string[];
  readonly whatsapp?: WhatsappData;
  readonly voice?: VoiceData;
  readonly origin: string;
}

/** Expressions are evaluated by the activity that sends. */
export interface WhatsappData {
  readonly template: string;
  /** A language tag; absent: the channel's own. */
  readonly language?: string;
  readonly variables: (r: Reader) => Record<string, Value>;
}

export interface VoiceData {
  readonly phone: (r: Reader) => Value;
  /** Absent: what flowc.json says. */
  readonly sipServer?: string;
  readonly sipParameters?: SipParameters;
}

/** Everything the activities need of one version of one flow. */
export interface FlowData {
  readonly name: string;
  readonly hash: string;
  /** Its control flow: a step of a run goes through it beside the database as well. */
  readonly program: Program;
  readonly stretches: Readonly<Record<string, StretchData>>;
  readonly sets: Readonly<Record<string, SetData>>;
  readonly pythons: Readonly<Record<string, PythonData | PythonBaseData>>;
  readonly cancels: Readonly<Record<string, CancelData>>;
  readonly communications: Readonly<Record<string, CommunicationData>>;
}

/** A trigger and its filters; a filter without names takes all. */
export type TriggerData =
  | { readonly on: 'participant created' }
  | { readonly on: 'participant updated'; readonly fields: readonly string[] }
  | { readonly on: 'communication ended'; readonly names: readonly string[] }
  | {
      readonly on: 'communication updated';
      readonly names: readonly { readonly name: string; readonly becomes?: Status }[];
    }
  | { readonly on: 'incoming session'; readonly channels: readonly string[] }
  | { readonly on: 'another flow' };

export interface ChannelData {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly rate?: { readonly count: number; readonly perMs: number };
  readonly skipWhen?: SkipData;
}

/** `skip when`: holds → the communication that would start is Skipped. `text` is the condition in the source's words. */
export interface SkipData {
  readonly text: string;
  readonly holds: (r: Reader) => boolean;
}

/** `at most`: `text` is the line in the source's words. */
export interface LimitData {
  readonly of: 'workspace' | 'campaign';
  readonly count: number;
  /** Absent: communications of every kind. */
  readonly kind?: ChannelKind;
  readonly per: LimitPeriod;
  readonly text: string;
}

/** Who leads conversations: always the newest texts. */
export interface AgentData {
  readonly silenceMs: number;
  readonly inbound: readonly string[];
  readonly welcomeMessage?: string;
  readonly task?: string;
  readonly instructions?: string;
  /** Path relative to the workspace. */
  readonly advanced?: string;
  readonly results: Readonly<Record<string, FieldType>>;
}

/** A campaign as it stands now: what the store and the relay decide with. */
export interface CampaignData {
  readonly workspace: string;
  readonly name: string;
  /** Of its flows, templates and scripts, relative to the workspace. Default: its name. */
  readonly folder?: string;
  readonly timezone: string;
  readonly locale: string;
  readonly participant: readonly FieldDefinition[];
  readonly profile: readonly FieldDefinition[];
  readonly channels: Readonly<Record<string, ChannelData>>;
  /** Names and types of results, for validation of what agents report. */
  readonly results: Readonly<Record<string, FieldType>>;
  readonly exitWhen?: (r: Reader) => boolean;
  /** Fields `exitWhen` reads: looked at after a change of one of them. */
  readonly exitReads?: readonly string[];
  /** Of the workspace, then of the campaign. Those of channels stand with them. */
  readonly skipWhen?: readonly SkipData[];
  /** The participant's result in reports, and the fields each reads. */
  readonly successWhen?: (r: Reader) => boolean;
  readonly successReads?: readonly string[];
  readonly failureWhen?: (r: Reader) => boolean;
  readonly failureReads?: readonly string[];
  readonly limits?: readonly LimitData[];
  /** Percent of the people to whom nothing is sent. */
  readonly holdout?: number;
  /** What happens to people inside a flow when it changes. Default: `finish`. */
  readonly onEdit?: 'follow' | 'exit';
  /** Those its communications name, and those that answer on its channels. */
  readonly agents?: Readonly<Record<string, AgentData>>;
  /** First messages by the communication's NAME: always the newest. */
  readonly startPhrases?: Readonly<Record<string, string>>;
  /** What it is made of that not every version runs (`runtime/model/runnable.ts`). */
  readonly uses?: readonly Construct[];
  /** Current flows: hash and triggers, by name. */
  readonly flows: Readonly<Record<string, { readonly hash: string; readonly triggers: readonly TriggerData[] }>>;
  /** All versions the build holds, current and kept. */
  readonly versions: readonly FlowData[];
}
