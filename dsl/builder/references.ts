/** References to what is declared: plain values with a name. Wherever one may stand, its name as a text is the same. */
import type { ChannelKind } from '../../runtime/model/channel-kinds.ts';
import type { Name } from '../ast.ts';
import type { FieldSpecs } from './fields.ts';
import { described, isName } from './operand.ts';
import { nameAt, type Path, type Place } from './place.ts';
import type { BuilderForm } from './problems.ts';
import { report } from './registry.ts';
import type { EnumValue, Field, TextValue, Value } from './values.ts';

export interface EnumRef<M extends string = string> {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: readonly M[];
}
export interface ChannelRef<K extends ChannelKind = ChannelKind> {
  readonly kind: 'channel';
  readonly name: string;
  readonly channelKind: K;
}
export interface CalendarRef {
  readonly kind: 'calendar';
  readonly name: string;
}
export interface WindowRef {
  readonly kind: 'window';
  readonly name: string;
}
export interface FlowRef {
  readonly kind: 'flow';
  readonly name: string;
}
export interface ProfileRef<F extends FieldSpecs = FieldSpecs> {
  readonly kind: 'profile';
  readonly fields: Fields<F>;
}
export interface AgentRef<R extends FieldSpecs = FieldSpecs> {
  readonly kind: 'agent';
  readonly name: string;
  /** `result.x`: of the communication a run is about. */
  readonly results: Results<R>;
}
export interface CampaignRef<F extends FieldSpecs = FieldSpecs> {
  readonly kind: 'campaign';
  readonly name: string;
  readonly fields: Fields<F>;
}

/** Results by name: read only. */
export type Results<R extends FieldSpecs> = { readonly [K in keyof R]: R[K]['value'] };
/** Fields by name. */
export type Fields<F extends FieldSpecs> = { readonly [K in keyof F]: Field<F[K]['value']> };

/** A communication: a statement where a flow lists it, else declared for `send`. */
export interface CommunicationRef<K extends ChannelKind = ChannelKind> {
  readonly kind: 'communication';
  readonly name: string;
  readonly channelKind: K;
  readonly status: EnumValue<StatusName>;
  readonly reason: EnumValue;
  /** `NAME.result.x`: results of the most recently planned communication of this name. */
  resultOf<R extends FieldSpecs>(agent: AgentRef<R>): Results<R>;
}
export type StatusName = keyof typeof import('../../runtime/model/statuses.ts').statuses;

interface Named {
  readonly name: string;
}
/** Something declared, or its name. */
export type By<R extends Named> = R | string;
/** A field, or its name. */
export type ByField = Field<Value> | Field<TextValue> | string;

/** The name a reference or a text stands for; reported when it is neither. */
export function nameOf(value: unknown, expected: BuilderForm, place: Place, path: Path): Name {
  const span = place.value(...path);
  const text = typeof value === 'string' ? value : referredName(value);
  if (text === null) report(place.owner, { kind: 'builder value', of: null, expected, found: described(value), span });
  else if (!isName(text)) report(place.owner, { kind: 'builder name', name: text, span });
  return nameAt(text ?? 'none', span);
}

function referredName(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('field' in value && typeof value.field === 'string') return value.field;
  return 'name' in value && typeof value.name === 'string' ? value.name : null;
}

/** A name written as the key of an object literal. */
export function keyName(text: string, place: Place, path: Path): Name {
  const { file, line, start } = place.span(...path);
  const span = { file, line, start, end: start + text.length };
  if (!isName(text)) report(place.owner, { kind: 'builder name', name: text, span });
  return nameAt(text, span);
}
