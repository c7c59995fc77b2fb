/** The resolved workspace: every name resolved, every expression typed, no syntax left but origins. Made by `resolve`, read by checks, `lower`, preview. */

import type { TriggerData } from '../runtime/data/types.ts';
import type { ChannelKind } from '../runtime/model/channel-kinds.ts';
import type { Duration } from '../runtime/model/duration.ts';
import type { LimitPeriod } from '../runtime/model/limits.ts';
import type { SipParameters } from '../runtime/model/sip.ts';
import type { Status } from '../runtime/model/statuses.ts';
import type { FieldDefinition, FieldType, Value } from '../runtime/model/values.ts';
import type { Window } from '../runtime/model/window.ts';

/** File is relative to the workspace; `line` counts from 1; offsets are UTF-16 units, end exclusive. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface WorkspaceModel {
  readonly name: string;
  readonly timezone: string;
  readonly locale: string;
  readonly contactHours: Window | null;
  /** Looked at when a communication of any campaign starts; reads the profile alone. */
  readonly skipWhen: Expression | null;
  /** Counted over all campaigns. */
  readonly limits: readonly LimitModel[];
  readonly profile: readonly FieldModel[];
  readonly enums: readonly { readonly name: string; readonly members: readonly string[] }[];
  readonly channels: readonly ChannelModel[];
  readonly agents: readonly AgentModel[];
  readonly campaigns: readonly CampaignModel[];
}

export interface FieldModel extends FieldDefinition {
  readonly owner: 'participant' | 'profile';
  readonly description: string | null;
  readonly origin: Origin | null;
}

export interface ChannelModel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly contactHours: Window | null;
  readonly skipWhen: Expression | null;
  readonly rate: RateModel | null;
  readonly origin: Origin;
}

/** So many in so much time, evenly. */
export interface RateModel {
  readonly count: number;
  readonly perMs: number;
}

/** `at most 3 voice per 7 days`. `text` is the line in the source's words. */
export interface LimitModel {
  readonly count: number;
  /** Null: communications of every kind. */
  readonly kind: ChannelKind | null;
  readonly per: LimitPeriod;
  readonly text: string;
  readonly origin: Origin;
}

export interface AgentModel {
  readonly name: string;
  readonly channels: readonly string[];
  readonly inbound: readonly string[];
  readonly silenceMs: number;
  readonly welcomeMessage: string | null;
  readonly task: string | null;
  readonly instructions: string | null;
  /** Where its texts stand, for what is wrong in their holes. */
  readonly textOrigins: Readonly<Partial<Record<'welcomeMessage' | 'task' | 'instructions', Origin>>>;
  /** Path relative to the workspace of a JSON file that its backend reads. */
  readonly advanced: string | null;
  readonly results: readonly { readonly name: string; readonly type: FieldType }[];
  readonly origin: Origin;
}

export interface CampaignModel {
  readonly name: string;
  readonly title: string | null;
  /** Folder relative to the workspace. */
  readonly folder: string;
  readonly timezone: string;
  readonly contactHours: Window | null;
  readonly onEdit: 'finish' | 'follow' | 'exit';
  readonly exitWhen: Expression | null;
  readonly skipWhen: Expression | null;
  readonly successWhen: Expression | null;
  readonly failureWhen: Expression | null;
  readonly limits: readonly LimitModel[];
  /** Percent of the people to whom nothing is sent. */
  readonly holdout: number | null;
  readonly participant: readonly FieldModel[];
  readonly communications: readonly CommunicationModel[];
  readonly flows: readonly FlowModel[];
  readonly scenarios: readonly ScenarioModel[];
  readonly origin: Origin;
}

export interface CommunicationModel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly agent: string;
  readonly channel: string;
  readonly at: Expression | { readonly kind: 'python'; readonly expression: string; readonly text: string };
  readonly window: Window;
  readonly windowText: string;
  /** `best time`: the person's best hour inside of `window`. */
  readonly bestTime: boolean;
  readonly durationMs: number;
  readonly ifPast: 'send' | 'skip';
  readonly spreadMs: number;
  readonly uncapped: boolean;
  /** Path relative to the campaign's folder, without extension: `templates/hello`. */
  readonly template: string | null;
  readonly startPhrase: string | null;
  readonly startPhraseOrigin: Origin | null;
  readonly whatsapp: WhatsappModel | null;
  readonly voice: VoiceModel | null;
  readonly context: readonly string[];
  /** Declared outside a flow: planned by `send`. */
  readonly shared: boolean;
  readonly origin: Origin;
}

export interface WhatsappModel {
  /** The name under which the template was approved. */
  readonly template: string;
  /** A language tag; null: the channel's own. */
  readonly language: string | null;
  readonly variables: readonly { readonly name: string; readonly value: Expression }[];
}

export interface VoiceModel {
  /** A number, or the field that holds it. */
  readonly phone: Expression;
  /** Null: what flowc.json says. */
  readonly sipServer: string | null;
  readonly sipParameters: SipParameters;
}

export interface FlowModel {
  readonly name: string;
  readonly title: string | null;
  readonly triggers: readonly TriggerModel[];
  readonly again: 'restart' | 'ignore' | 'parallel';
  readonly body: readonly Statement[];
  readonly origin: Origin;
}

/** What the runtime keeps of it, and `text`: the trigger in the source's words, normalised. */
export type TriggerModel = TriggerData & { readonly text: string; readonly origin: Origin };

export type Statement = { readonly origin: Origin } & (
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly else: readonly Statement[];
    }
  | {
      readonly kind: 'match';
      readonly subject: Expression;
      readonly arms: readonly { readonly members: readonly string[]; readonly body: readonly Statement[] }[];
      readonly else: readonly Statement[] | null;
    }
  | {
      readonly kind: 'split';
      readonly name: string;
      readonly arms: readonly { readonly percent: number; readonly body: readonly Statement[] }[];
      readonly else: readonly Statement[] | null;
    }
  | {
      readonly kind: 'set';
      readonly assignments: readonly { readonly field: FieldModel; readonly value: Expression }[];
      readonly text: string;
    }
  | { readonly kind: 'stop' }
  /** A communication block inside a flow, or `send NAME`. */
  | { readonly kind: 'plan'; readonly name: string }
  | { readonly kind: 'cancel'; readonly names: readonly string[] }
  | { readonly kind: 'to'; readonly flow: string }
  | { readonly kind: 'python'; readonly action: PythonModel }
  /** `wait 3 days`: fixed when it begins. */
  | { readonly kind: 'wait'; readonly duration: Duration; readonly text: string }
  /** `wait until DATE`: follows a changed timezone. */
  | { readonly kind: 'wait until'; readonly until: Expression; readonly text: string }
  /** `upTo` is a duration literal or an instant expression. */
  | {
      readonly kind: 'wait for communication';
      readonly name: string;
      readonly upTo: Expression | null;
      readonly else: readonly Statement[];
      readonly text: string;
    }
  | {
      readonly kind: 'wait for condition';
      readonly condition: Expression;
      readonly upTo: Expression | null;
      readonly else: readonly Statement[];
      readonly text: string;
    }
);

export interface PythonModel {
  readonly name: string;
  /** Path relative to the campaign's folder. */
  readonly script: string | null;
  readonly code: string | null;
  readonly params: readonly { readonly name: string; readonly value: JsonExpression }[];
  readonly writes: readonly FieldModel[];
  readonly reads: readonly FieldModel[];
  readonly timeoutMs: number;
  readonly retries: number;
}
/** `params` values: expressions, or lists and objects of them. */
export type JsonExpression =
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'list'; readonly items: readonly JsonExpression[] }
  | { readonly kind: 'object'; readonly entries: readonly { readonly name: string; readonly value: JsonExpression }[] };

/** What an expression gives: a value that a field can hold, a duration, or nothing (`none`). */
export type Type = FieldType | { readonly kind: 'duration' } | { readonly kind: 'none' };

/** `text` is the expression in the source's words, normalised: it becomes the name of the fact. `private`: it reads a private field. */
export type Expression = {
  readonly type: Type;
  readonly text: string;
  readonly private: boolean;
  readonly origin: Origin;
} & (
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'duration'; readonly duration: Duration }
  | { readonly kind: 'member'; readonly member: string }
  | { readonly kind: 'field'; readonly field: FieldModel }
  /** `of` is a communication's NAME; without it, the run's own. */
  | { readonly kind: 'result'; readonly name: string; readonly of: string | null }
  /** Of the session the run is about: what the person began. */
  | { readonly kind: 'session channel' }
  | { readonly kind: 'session result'; readonly name: string }
  | {
      readonly kind: 'communication';
      readonly property: 'name' | 'status' | 'reason' | 'channel';
      readonly of: string | null;
    }
  | { readonly kind: 'today' }
  | { readonly kind: 'now' }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | '+' | '-' | '*' | '/' | 'contains';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'in';
      readonly negated: boolean;
      readonly operand: Expression;
      readonly list: readonly Expression[];
    }
  | { readonly kind: 'is set'; readonly negated: boolean; readonly operand: Expression }
  /** `DATE at HH:MM`; minutes since midnight. */
  | { readonly kind: 'at'; readonly date: Expression; readonly minutes: number }
);

/** `at` and `by`: wall clock in the participant's scheduling timezone, `2026-03-06T20:00:00`. */
export interface ScenarioModel {
  readonly title: string;
  readonly steps: readonly ScenarioStep[];
  readonly origin: Origin;
}

export interface FieldValue {
  readonly field: FieldModel;
  readonly value: Value;
}

export type ScenarioStep = { readonly origin: Origin } & (
  | { readonly kind: 'given'; readonly values: readonly FieldValue[] }
  | { readonly kind: 'start'; readonly at: string }
  | { readonly kind: 'participant changes'; readonly values: readonly FieldValue[]; readonly at: string }
  | {
      readonly kind: 'communication becomes';
      readonly name: string;
      readonly status: Status;
      readonly results: readonly { readonly name: string; readonly value: Value }[];
      readonly at: string;
    }
  | { readonly kind: 'incoming session'; readonly channel: string; readonly at: string }
  | { readonly kind: 'API cancels'; readonly at: string }
  /** What a Python action returns instead of running. */
  | { readonly kind: 'stub'; readonly name: string; readonly returns: readonly FieldValue[] }
  | { readonly kind: 'expect time'; readonly name: string; readonly moment: 'opens' | 'starts'; readonly at: string }
  | { readonly kind: 'expect none'; readonly name: string }
  | { readonly kind: 'expect text'; readonly name: string; readonly text: string }
  | { readonly kind: 'expect condition'; readonly condition: Expression }
  | { readonly kind: 'expect ended'; readonly by: string }
);
