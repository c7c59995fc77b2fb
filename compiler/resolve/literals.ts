/** Texts and numbers in expressions. */
import type { ExprOf } from '../../dsl/ast.ts';
import type { Expression, Type } from '../model.ts';
import type { ExpressionScope } from './expressions.ts';
import { suggestMember } from './members.ts';
import { refuseNumber } from './values.ts';

export function textLiteral(
  scope: ExpressionScope,
  { text, span }: ExprOf<'text'>,
  expected: Type | null,
): Expression | null {
  const { value } = text;
  if (expected?.kind !== 'enum') {
    return {
      kind: 'literal',
      type: { kind: 'string' },
      text: JSON.stringify(value),
      private: false,
      origin: span,
      value,
    };
  }
  if (expected.members.includes(value))
    return { kind: 'member', type: expected, text: JSON.stringify(value), private: false, origin: span, member: value };
  scope.report('FLOW207', span, {
    message: 'member',
    name: value,
    members: expected.members.join(' | '),
    ...suggestMember(value, expected.members, { kind: 'text' }),
  });
  return null;
}

export function numberLiteral(scope: ExpressionScope, { text, span }: ExprOf<'number'>): Expression | null {
  const whole = !text.includes('.');
  if (refuseNumber(scope.report, text, span, whole ? 'integer' : 'numeric')) return null;
  const base = { text, private: false, origin: span, kind: 'literal' } as const;
  return whole
    ? { ...base, type: { kind: 'integer' }, value: Number(text) }
    : { ...base, type: { kind: 'numeric' }, value: text };
}
