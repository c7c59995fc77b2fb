/** Operators: which types may meet, and what comes of it. */
import type { BinaryOperator, Expr, ExprOf } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import type { Parameters } from '../diagnostics/table.ts';
import type { Expression, Type } from '../model.ts';
import { comparable, familyOf, isValue, ordered, truth } from '../types.ts';
import { findField } from './context.ts';
import { type ExpressionScope, resolveCondition, resolveExpression } from './expressions.ts';
import { timeOfDay } from './values.ts';

export function resolveBinary(scope: ExpressionScope, expression: ExprOf<'binary'>): Expression | null {
  const { operator } = expression;
  const isLogic = operator === 'and' || operator === 'or';
  const isArithmetic = ['+', '-', '*', '/'].includes(operator);
  const sides = isLogic ? logicSides(scope, expression) : valueSides(scope, expression);
  if (sides === null) return null;
  const [left, right] = sides;
  if (!isLogic && !isArithmetic && comparesWithNone(scope, expression, left, right)) return null;
  const type = resultType(operator, left, right);
  if (type === null) {
    scope.report('FLOW205', expression.span, {
      operator,
      left: left.text,
      leftType: left.type,
      right: right.text,
      rightType: right.type,
      help: helpFor(operator, left.type, right.type),
    });
    return null;
  }
  const isPrivate = left.private || right.private;
  return {
    kind: 'binary',
    type,
    text: expressionWords(expression),
    private: isPrivate,
    origin: expression.span,
    operator,
    left,
    right,
  };
}

function logicSides(
  scope: ExpressionScope,
  { operator, left, right }: ExprOf<'binary'>,
): [Expression, Expression] | null {
  const first = resolveCondition(scope, left, operator);
  const second = resolveCondition(scope, right, operator);
  return first && second && [first, second];
}

/** A bare word that is no field, or a text, may be a member of the other side's enumeration: the other side is looked at first. */
function valueSides(
  scope: ExpressionScope,
  { operator, left, right }: ExprOf<'binary'>,
): [Expression, Expression] | null {
  if (mayBeMember(scope, left) && !mayBeMember(scope, right)) {
    const second = resolveExpression(scope, right);
    const first = second && resolveExpression(scope, left, second.type);
    return first && second && [first, second];
  }
  const first = resolveExpression(scope, left);
  // `contains` looks for any text, not for a member.
  const second = first && resolveExpression(scope, right, operator === 'contains' ? null : first.type);
  return first && second && [first, second];
}

function mayBeMember(scope: ExpressionScope, expression: Expr): boolean {
  if (expression.kind === 'text') return true;
  return (
    expression.kind === 'path' &&
    expression.names.length === 1 &&
    findField(scope, expression.names[0]!.text) === undefined
  );
}

function comparesWithNone(
  scope: ExpressionScope,
  expression: ExprOf<'binary'>,
  left: Expression,
  right: Expression,
): boolean {
  if (left.type.kind !== 'none' && right.type.kind !== 'none') return false;
  const value = left.type.kind === 'none' ? right.text : left.text;
  const meant = expression.operator === '!=' ? `${value} is set` : `${value} is not set`;
  scope.report('FLOW215', expression.span, { text: expressionWords(expression), meant });
  return true;
}

function resultType(operator: BinaryOperator, left: Expression, right: Expression): Type | null {
  switch (operator) {
    case 'and':
    case 'or':
      return truth;
    case '==':
    case '!=':
      return comparable(left.type, right.type) ? truth : null;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(left.type, right.type) ? truth : null;
    case 'contains':
      return familyOf(left.type) === 'text' && familyOf(right.type) === 'text' ? truth : null;
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(operator, left, right);
    default:
      return operator satisfies never;
  }
}

function arithmetic(operator: '+' | '-' | '*' | '/', left: Expression, right: Expression): Type | null {
  const families = [familyOf(left.type), familyOf(right.type)];
  if (families.every((family) => family === 'number')) {
    const whole = operator !== '/' && left.type.kind === 'integer' && right.type.kind === 'integer';
    return { kind: whole ? 'integer' : 'numeric' };
  }
  if (operator === '*' || operator === '/') return null;
  if (families[0] === 'time' && families[1] === 'duration') return shifted(left, right);
  if (operator === '-' && left.type.kind === 'date' && right.type.kind === 'date') return { kind: 'integer' };
  return null;
}

/** Days, weeks and months keep a date a date; hours, minutes and seconds make it an instant. */
function shifted(time: Expression, duration: Expression): Type {
  const keepsDate = duration.kind === 'duration' && ['day', 'week', 'month'].includes(duration.duration.unit);
  return { kind: time.type.kind === 'date' && keepsDate ? 'date' : 'datetime' };
}

type OperatorHelp = Parameters<'FLOW205'>['help'];

function helpFor(operator: BinaryOperator, left: Type, right: Type): OperatorHelp {
  const families = [familyOf(left), familyOf(right)];
  const isSum = operator === '+' || operator === '-';
  if (families[0] === 'duration' && families[1] === 'time' && operator === '+') return 'date first';
  if (left.kind === 'integer' && right.kind === 'duration') return 'number of days';
  if (left.kind === 'duration' && right.kind === 'duration') return isSum ? 'add one by one' : 'compare dates';
  if (families[0] === 'time' && right.kind === 'integer' && isSum) return 'number of what';
  if (families.every((family) => family === 'time') && operator === '-') return 'dates without time';
  if (['<', '<=', '>', '>='].includes(operator) && comparable(left, right)) return 'no order';
  if (isSum) return 'sums';
  if (operator === '*' || operator === '/') return 'numbers';
  if (operator === 'contains') return 'strings';
  if (families[0] === 'time' && right.kind === 'string') return 'unquoted date';
  return left.kind === 'boolean' ? 'condition alone' : 'right side';
}

export function resolveUnary(scope: ExpressionScope, expression: ExprOf<'unary'>): Expression | null {
  const base = { text: expressionWords(expression), origin: expression.span };
  if (expression.operator === 'not') {
    const operand = resolveCondition(scope, expression.operand, 'not');
    return operand && { ...base, kind: 'not', type: truth, operand, private: operand.private };
  }
  const operand = resolveExpression(scope, expression.operand);
  if (operand === null) return null;
  if (operand.type.kind === 'integer' || operand.type.kind === 'numeric')
    return { ...base, kind: 'negate', type: operand.type, operand, private: operand.private };
  scope.report('FLOW204', expression.span, {
    message: 'syntax',
    syntax: '-',
    expected: [{ kind: 'integer' }, { kind: 'numeric' }],
    text: operand.text,
    actual: operand.type,
    help: 'no minus',
  });
  return null;
}

export function resolveIn(scope: ExpressionScope, expression: ExprOf<'in'>): Expression | null {
  const operand = resolveExpression(scope, expression.operand);
  if (operand === null) return null;
  if (!isValue(operand.type)) return refuseNoValue(scope, operand, 'in');
  const list = expression.list.map((item) => resolveExpression(scope, item, operand.type));
  for (const item of list) {
    if (item === null || comparable(operand.type, item.type)) continue;
    scope.report('FLOW205', item.origin, {
      operator: 'in',
      left: operand.text,
      leftType: operand.type,
      right: item.text,
      rightType: item.type,
      help: 'or remove',
    });
    return null;
  }
  if (list.some((item) => item === null)) return null;
  const items = list.filter((item) => item !== null);
  const isPrivate = operand.private || items.some((item) => item.private);
  return {
    kind: 'in',
    type: truth,
    text: expressionWords(expression),
    origin: expression.span,
    private: isPrivate,
    negated: expression.negated,
    operand,
    list: items,
  };
}

export function resolveIsSet(scope: ExpressionScope, expression: ExprOf<'is set'>): Expression | null {
  const operand = resolveExpression(scope, expression.operand);
  if (operand === null) return null;
  const { negated, span: origin } = expression;
  if (isValue(operand.type))
    return {
      kind: 'is set',
      type: truth,
      text: expressionWords(expression),
      private: operand.private,
      origin,
      negated,
      operand,
    };
  return refuseNoValue(scope, operand, 'is set');
}

function refuseNoValue(scope: ExpressionScope, { text, type, origin }: Expression, syntax: 'in' | 'is set'): null {
  const help = syntax === 'in' ? 'field in' : 'field is set';
  scope.report('FLOW204', origin, { message: 'no value', syntax, text, actual: type, help });
  return null;
}

export function resolveAt(scope: ExpressionScope, expression: ExprOf<'at'>): Expression | null {
  const date = resolveExpression(scope, expression.date);
  const minutes = timeOfDay(scope.report, expression.time, expression.span, 'start');
  if (date === null || minutes === null) return null;
  if (date.type.kind === 'date') {
    return {
      kind: 'at',
      type: { kind: 'datetime' },
      text: expressionWords(expression),
      private: date.private,
      origin: expression.span,
      date,
      minutes,
    };
  }
  scope.report('FLOW204', expression.date.span, {
    message: 'syntax',
    syntax: 'at',
    expected: [{ kind: 'date' }],
    text: date.text,
    actual: date.type,
    help: date.type.kind === 'datetime' ? 'has a time' : 'date before at',
  });
  return null;
}
