/** Private fields (language.md §8): where they must not stand. */
import type { Expression } from '../model.ts';
import type { Report } from './context.ts';

/** The first private field an expression reads. */
export function privateField(expression: Expression): Extract<Expression, { kind: 'field' }> | null {
  if (!expression.private) return null;
  if (expression.kind === 'field') return expression;
  for (const part of partsOf(expression)) {
    const found = privateField(part);
    if (found !== null) return found;
  }
  return null;
}

/** The expressions an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'not':
    case 'negate':
    case 'is set':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'in':
      return [expression.operand, ...expression.list];
    case 'at':
      return [expression.date];
    default:
      return [];
  }
}

/** Reports a private field; true if there is none. */
export function refusePrivate(report: Report, expression: Expression, where: string, help: string): boolean {
  const found = privateField(expression);
  if (found === null) return true;
  report('FLOW216', found.origin, { where, name: found.text, help });
  return false;
}
