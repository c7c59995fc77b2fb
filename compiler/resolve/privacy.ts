/** Private fields (language.md §8): where they must not be read. */
import { operandsOf } from '../expressions.ts';
import type { Expression } from '../model.ts';
import type { Report } from './context.ts';

/** The first private field an expression reads. */
export function privateField(expression: Expression): Extract<Expression, { kind: 'field' }> | null {
  if (!expression.private) return null;
  if (expression.kind === 'field') return expression;
  for (const part of operandsOf(expression)) {
    const found = privateField(part);
    if (found !== null) return found;
  }
  return null;
}

/** Reports a private field; true if there is none. */
export function refusePrivate(
  report: Report,
  expression: Expression,
  syntax: string,
  help: 'other field' | 'if' | 'reads',
): boolean {
  const found = privateField(expression);
  if (found === null) return true;
  report('FLOW216', found.origin, { message: 'syntax', syntax, name: found.text, help });
  return false;
}
