/** No syntax left: per flow a list of segments (straight code between two long waits) made of few instruction kinds. Everything that reasons reads this or the model. */

import type { Duration } from '../runtime/model/duration.ts';
import type { Expression, FlowModel, Origin, PythonModel } from './model.ts';

export interface FlowIr {
  readonly campaign: string;
  readonly name: string;
  readonly again: FlowModel['again'];
  /** `start` first, then by their place in the source. */
  readonly segments: readonly SegmentIr[];
  readonly stretches: readonly StretchIr[];
  readonly sets: readonly SetIr[];
  readonly pythons: readonly PythonIr[];
  readonly cancels: readonly CancelIr[];
  /** Names of the communications the flow plans, in the order of the source. */
  readonly communications: readonly string[];
  readonly origin: Origin;
}

export interface SegmentIr {
  readonly name: string;
  /** What led here, in the source's words: `on participant created`, `wait 3 days`. */
  readonly about: string;
  /** The stretch it begins with. */
  readonly stretch: string;
  readonly body: readonly Instruction[];
  readonly origin: Origin;
}

/** Facts are evaluated together: from a segment's start, or after an effect, up to the next effect on each path. */
export interface StretchIr {
  readonly id: string;
  readonly facts: readonly FactIr[];
  readonly plans: readonly string[];
}

/** A decision, named by the words of the source. Keys are unique in a flow. */
export type FactIr = { readonly key: string } & (
  | { readonly kind: 'condition'; readonly expression: Expression }
  /** An enumeration member or a status. */
  | { readonly kind: 'member'; readonly expression: Expression }
  /** The number of the arm that takes the value: a private value stays beside the database. */
  | { readonly kind: 'arm'; readonly expression: Expression; readonly arms: readonly (readonly string[])[] }
  /** Epoch milliseconds. */
  | { readonly kind: 'instant'; readonly expression: Expression }
  | { readonly kind: 'from now'; readonly duration: Duration }
  /** The number of the arm; `borders` are the upper ends of the ranges in percent. */
  | { readonly kind: 'split'; readonly name: string; readonly borders: readonly number[] }
);

export interface SetIr {
  readonly step: string;
  readonly assignments: readonly { readonly field: FieldRef; readonly value: Expression }[];
  readonly then: string;
}
export type FieldRef = Extract<Expression, { kind: 'field' }>['field'];

/** A Python action, or the expression in `at` of a communication, evaluated just before its plan. */
export type PythonIr = { readonly name: string; readonly then: string } & (
  | { readonly action: PythonModel }
  | { readonly base: string; readonly communication: string }
);

export interface CancelIr {
  readonly step: string;
  readonly names: readonly string[];
  readonly then: string;
}

/** `origin` is null for what the source does not say: the end of a flow, a way on into the next segment. */
export type Instruction = { readonly origin: Origin | null } & (
  | {
      readonly kind: 'if';
      readonly fact: string;
      readonly then: readonly Instruction[];
      readonly else: readonly Instruction[];
    }
  | {
      readonly kind: 'switch';
      readonly fact: string;
      readonly arms: readonly { readonly cases: readonly (string | number)[]; readonly body: readonly Instruction[] }[];
      readonly else: readonly Instruction[] | null;
    }
  | { readonly kind: 'set'; readonly step: string; readonly stretch: string }
  | { readonly kind: 'python'; readonly name: string; readonly stretch: string }
  | { readonly kind: 'cancel'; readonly step: string; readonly names: readonly string[]; readonly stretch: string }
  /** Evaluates a stretch in the middle of a segment. */
  | { readonly kind: 'facts'; readonly stretch: string }
  | { readonly kind: 'plan'; readonly name: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'to'; readonly flow: string }
  /** Goes on in another segment at once. */
  | { readonly kind: 'continue'; readonly segment: string }
  | {
      readonly kind: 'wait for time';
      readonly until: string;
      readonly label: string;
      readonly then: string;
      /** The stretch whose fact `until` is evaluated again when the timezone changes. */
      readonly follows: string | null;
    }
  | {
      readonly kind: 'wait for communication';
      readonly name: string;
      readonly upTo: string | null;
      readonly then: string;
      readonly else: string | null;
    }
  | {
      readonly kind: 'wait for condition';
      readonly key: string;
      /** The stretch that holds nothing but the condition: looked at after each change of a watched name. */
      readonly stretch: string;
      readonly watches: readonly string[];
      readonly upTo: string | null;
      readonly then: string;
      readonly else: string | null;
    }
);
