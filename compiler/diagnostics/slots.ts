/** What may be put into a sentence beside the words a user wrote: `{expected:type}` is a type, written by its row here. */

import type { BuilderForm } from '../../dsl/builder/problems.ts';
import { allowedText } from '../../runtime/model/field-types.ts';
import { type SipParameterName, sipParameterRows } from '../../runtime/model/sip.ts';
import type { FieldType } from '../../runtime/model/values.ts';
import type { SettingRow } from '../catalogue.ts';
import type { Type } from '../model.ts';
import { typeText } from '../types.ts';
import { builderForms } from './builder-forms.ts';
import { type FormName, forms } from './forms.ts';
import { quotedList } from './quoted-list.ts';

/** What a name can be the name of. */
export type Kind =
  | 'agent'
  | 'calendar'
  | 'campaign'
  | 'channel'
  | 'communication'
  | 'enum'
  | 'field'
  | 'flow'
  | 'member'
  | 'Python action'
  | 'result'
  | 'split'
  | 'status'
  | 'window';

/** Whose settings are looked at. */
export type Owner =
  | {
      readonly kind: 'agent' | 'campaign' | 'channel' | 'communication' | 'flow' | 'Python action';
      readonly name: string;
    }
  | { readonly kind: 'defaults' | 'workspace' };

export interface SlotTypes {
  readonly and: readonly string[];
  readonly or: readonly string[];
  readonly comma: readonly string[];
  readonly count: number;
  readonly kind: Kind;
  readonly owner: Owner;
  readonly type: Type;
  /** Any of them. */
  readonly types: readonly Type[];
  /** What a field of the type may hold. */
  readonly allowed: FieldType;
  readonly form: FormName;
  /** What a setting is for. */
  readonly purpose: SettingRow;
  /** What a SIP parameter may hold. */
  readonly sip: SipParameterName;
  readonly builder: BuilderForm;
  /** What a system field decides. */
  readonly decides: { readonly decides: string };
}

type Writers = { readonly [S in keyof SlotTypes]: (value: SlotTypes[S]) => string };

const writers: Writers = {
  and: (words) => quotedList(words, 'and'),
  or: (words) => quotedList(words, 'or'),
  comma: (words) => words.map((word) => `\`${word}\``).join(', '),
  count: (number) => number.toLocaleString('en'),
  kind: (kind) => kind,
  owner: ownerText,
  type: (type) => `\`${typeText(type)}\``,
  types: (types) => quotedList(types.map(typeText), 'or'),
  allowed: allowedText,
  form: (form) => forms[form],
  purpose: ({ doc }) => doc,
  sip: (parameter) => sipParameterRows[parameter].allowed,
  builder: (form) => builderForms[form],
  decides: ({ decides }) => decides,
};

function ownerText(owner: Owner): string {
  if ('name' in owner) return `${owner.kind} \`${owner.name}\``;
  return owner.kind === 'workspace' ? 'the workspace' : '`defaults`';
}

type IsSlot<Text extends string> = Text extends '' | `${string}${' ' | '`' | '…' | '{'}${string}` ? false : true;
export type SlotsIn<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
  ? (IsSlot<Slot> extends true ? Slot : never) | SlotsIn<Rest>
  : never;
type NameOf<Slot extends string> = Slot extends `${infer Name}:${string}` ? Name : Slot;
type TypeOf<Slot extends string> = Slot extends `${string}:${infer Type extends keyof SlotTypes}`
  ? SlotTypes[Type]
  : string | number;

/** The parameters of a sentence: what is not of {@link SlotTypes} is a name, a number or source text of the user. */
export type ParametersOf<Text extends string> = { readonly [Slot in SlotsIn<Text> as NameOf<Slot>]: TypeOf<Slot> };

/** The sentence with its parameters; what begins it is written with a capital. */
export function filled(sentence: string, parameters: Readonly<Record<string, unknown>>): string {
  return sentence.replace(/\{(\w+)(?::(\w+))?\}/g, (slot, name: string, type: string | undefined, at: number) => {
    const value = parameters[name];
    if (value === undefined) return slot;
    if (type === undefined) return String(value);
    const text = writers[type as keyof SlotTypes](value as never);
    return at === 0 ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  });
}
