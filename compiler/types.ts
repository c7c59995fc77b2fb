/** Types of expressions: what they are called, which may meet, which may be written where. */
import type { FieldType } from '../runtime/model/values.ts';
import { fieldTypes } from './catalogue.ts';
import type { Type } from './model.ts';

export type Family = 'text' | 'number' | 'truth' | 'time' | 'enum' | 'duration' | 'none';

export const truth: Type = { kind: 'boolean' };

export function familyOf(type: Type): Family {
  switch (type.kind) {
    case 'enum':
    case 'duration':
    case 'none':
      return type.kind;
    default:
      return fieldTypes[type.kind].family;
  }
}

/** As it is declared: `date`, `promised | refused`. */
export function typeText(type: Type): string {
  if (type.kind !== 'enum') return type.kind;
  return type.members.length > 6 ? `${type.members.slice(0, 5).join(' | ')} | …` : type.members.join(' | ');
}

/** Whether it is something a record can hold: durations and `none` only stand beside values. */
export function isValue(type: Type): type is FieldType {
  return type.kind !== 'duration' && type.kind !== 'none';
}

/** Whether values of both can be equal. */
export function comparable(a: Type, b: Type): boolean {
  if (a.kind === 'enum' && b.kind === 'enum') return a.members.some((member) => b.members.includes(member));
  return isValue(a) && familyOf(a) === familyOf(b);
}

/** Whether `<` has a meaning between them. */
export function ordered(a: Type, b: Type): boolean {
  return comparable(a, b) && ['text', 'number', 'time'].includes(familyOf(a));
}

/** Whether every value of `from` may be written to a field of type `to` (texts are validated when written). */
export function assignable(from: Type, to: Type): boolean {
  if (from.kind === 'none') return true;
  if (from.kind === 'enum')
    return to.kind === 'string' || (to.kind === 'enum' && from.members.every((member) => to.members.includes(member)));
  if (to.kind === 'integer') return from.kind === 'integer';
  if (to.kind === 'date') return from.kind === 'date';
  return to.kind !== 'enum' && familyOf(from) === familyOf(to);
}
