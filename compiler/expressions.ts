import type { Expression } from './model.ts';

export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'duration':
    case 'member':
    case 'field':
    case 'result':
    case 'communication':
    case 'session channel':
    case 'session result':
    case 'today':
    case 'now':
      return [];
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
      return expression satisfies never;
  }
}

/** The expression and everything in it, outermost first. */
export function* everyPart(expression: Expression): Generator<Expression> {
  yield expression;
  for (const operand of operandsOf(expression)) yield* everyPart(operand);
}

/** Its value differs from one moment to the next although nothing was written. */
export function dependsOnTheMoment(expression: Expression): boolean {
  return [...everyPart(expression)].some((part) => part.kind === 'today' || part.kind === 'now');
}

/**
 * Names whose change can change the value, sorted: `paid` (participant), `profile.locale`, `CHECK` (a communication),
 * `communication` (the run's own, or the one that ended last), `session`. A comparison of instants watches the timezone too.
 */
export function namesRead(expression: Expression): readonly string[] {
  const names = new Set<string>();
  for (const part of everyPart(expression)) {
    if (part.kind === 'field')
      names.add(part.field.owner === 'profile' ? `profile.${part.field.name}` : part.field.name);
    if (part.kind === 'result' || part.kind === 'communication') names.add(part.of ?? 'communication');
    if (part.kind === 'session channel' || part.kind === 'session result') names.add('session');
    if (part.type.kind === 'datetime' || part.kind === 'today') names.add('profile.timezone');
  }
  return [...names].sort();
}

/** Does it read the communication of that NAME? */
export function readsCommunication(expression: Expression, name: string): boolean {
  for (const part of everyPart(expression)) {
    if ((part.kind === 'result' || part.kind === 'communication') && part.of === name) return true;
  }
  return false;
}
