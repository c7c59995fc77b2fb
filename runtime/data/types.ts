import type { Status } from '../model/statuses.ts';
import type { FieldDefinition, FieldType, Value } from '../model/values.ts';
import type { Base, Window } from '../model/window.ts';

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

export type Fact = boolean | string | number | null;

/** One stretch: the facts between two effects. Keys are the words of the source. */
export interface StretchData {
  readonly facts: (r: Reader) => Record<string, Fact>;
  /** Communications planned in this stretch, each with the base it counts from (`null`: the date is missing). */
  readonly plans?: Readonly<Record<string, (r: Reader) => Base | null | PythonBase>>;
}
export interface PythonBase {
  readonly kind: 'python';
  readonly expression: string;
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

export interface CancelData {
  readonly then: string;
}

/** A communication as the flow's version planned it. Texts are always the newest and stand in the template files. */
export interface CommunicationData {
  readonly name: string;
  readonly kind: string;
  readonly agent: string;
  readonly channel: string;
  readonly window: Window;
  /** The window's words, for labels: `09:00-18:00 on weekdays`. */
  readonly windowText: string;
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
  readonly origin: string;
}

/** Everything the activities need of one version of one flow. */
export interface FlowData {
  readonly name: string;
  readonly hash: string;
  readonly stretches: Readonly<Record<string, StretchData>>;
  readonly sets: Readonly<Record<string, SetData>>;
  readonly pythons: Readonly<Record<string, PythonData>>;
  readonly cancels: Readonly<Record<string, CancelData>>;
  readonly communications: Readonly<Record<string, CommunicationData>>;
}

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
  readonly kind: 'email' | 'telegram' | 'whatsapp' | 'voice';
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
  /** Current flows: hash and triggers, by name. */
  readonly flows: Readonly<Record<string, { readonly hash: string; readonly triggers: readonly TriggerData[] }>>;
  /** All versions the build holds, current and kept. */
  readonly versions: readonly FlowData[];
}
