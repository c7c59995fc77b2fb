/** Expressions: names resolved, types found, wrong ones reported once. `null` everywhere means: reported, look no further. */
import type { Expr } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import type { Expression, Type } from '../model.ts';
import { describeType, isValue, truth } from '../types.ts';
import type { CampaignScope } from './context.ts';
import { numberLiteral, textLiteral } from './literals.ts';
import { resolvePath } from './names.ts';
import { resolveAt, resolveBinary, resolveIn, resolveIsSet, resolveUnary } from './operators.ts';
import type { SessionOrigin } from './provenance.ts';
import { dateLiteral, durationForm, durationOf } from './values.ts';

/** Where an expression stands. */
export interface ExpressionScope extends CampaignScope {
  /** Agents whose results `result.x` may read. */
  readonly resultAgents: readonly string[];
  /** Null: no session can be known here. */
  readonly session: SessionOrigin | null;
  /** In messages: `flow \`follow_up\``. */
  readonly where: string;
}

/** `expected` says what a bare word may be a member of. */
export function resolveExpression(
  scope: ExpressionScope,
  expression: Expr,
  expected: Type | null = null,
): Expression | null {
  const origin = expression.span;
  const base = { origin, text: expressionWords(expression), private: false };
  switch (expression.kind) {
    case 'missing':
      return null;
    case 'path':
      return resolvePath(scope, expression, expected);
    case 'text':
      return textLiteral(scope, expression, expected);
    case 'number':
      return numberLiteral(scope, expression);
    case 'boolean':
      return { ...base, kind: 'literal', type: truth, value: expression.value };
    case 'date':
    case 'datetime': {
      const value = dateLiteral(scope.report, expression);
      return value === null ? null : { ...base, kind: 'literal', type: { kind: expression.kind }, value };
    }
    case 'time':
    case 'duration': {
      const duration = durationOf(expression);
      if (duration !== null) return { ...base, kind: 'duration', type: { kind: 'duration' }, duration };
      scope.report('FLOW204', origin, {
        what: 'An expression',
        expected: durationForm,
        text: base.text,
        actual: 'none',
        help: 'Write it in a smaller unit, such as `90 minutes` or `36 hours`.',
      });
      return null;
    }
    case 'unary':
      return resolveUnary(scope, expression);
    case 'binary':
      return resolveBinary(scope, expression);
    case 'in':
      return resolveIn(scope, expression);
    case 'is set':
      return resolveIsSet(scope, expression);
    case 'at':
      return resolveAt(scope, expression);
    default:
      return expression satisfies never;
  }
}

/** A condition: true or false. */
export function resolveCondition(scope: ExpressionScope, expression: Expr, what: string): Expression | null {
  const condition = resolveExpression(scope, expression, truth);
  if (condition === null || condition.type.kind === 'boolean') return condition;
  scope.report('FLOW228', expression.span, {
    what,
    text: condition.text,
    actual: describeType(condition.type),
    help: conditionMeant(condition),
  });
  return null;
}

function conditionMeant({ text, type }: Expression): string {
  if (type.kind === 'enum') return `Compare it: \`${text} == ${type.members[0]}\`.`;
  if (type.kind === 'duration') return `Write \`wait ${text}\` to let time pass, or a condition such as \`paid\` here.`;
  return isValue(type) ? `Compare it, or write \`${text} is set\`.` : 'Write a condition such as `paid`.';
}
