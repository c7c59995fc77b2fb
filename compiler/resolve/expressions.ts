/** Expressions: names resolved, types found, wrong ones reported once. `null` everywhere means: reported, look no further. */
import type { Expr } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import type { Expression, Type } from '../model.ts';
import { isValue, truth } from '../types.ts';
import type { CampaignScope } from './context.ts';
import { numberLiteral, textLiteral } from './literals.ts';
import { resolvePath } from './names.ts';
import { resolveAt, resolveBinary, resolveIn, resolveIsSet, resolveUnary } from './operators.ts';
import type { SessionOrigin } from './provenance.ts';
import { dateLiteral, durationOf } from './values.ts';

/** What an expression belongs to. */
export type Where =
  | { readonly kind: 'flow'; readonly name: string }
  | { readonly kind: 'clause' | 'shared communication' | 'workspace' | 'scenario' };

/** What is known where an expression is written. */
export interface ExpressionScope extends CampaignScope {
  /** Agents whose results `result.x` may read. */
  readonly resultAgents: readonly string[];
  /** Null: no session can be known here. */
  readonly session: SessionOrigin | null;
  readonly where: Where;
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
      scope.report('FLOW204', origin, { message: 'duration', text: base.text, help: 'smaller unit' });
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

/** A condition: true or false. `syntax` is what it belongs to. */
export function resolveCondition(scope: ExpressionScope, expression: Expr, syntax: string): Expression | null {
  const condition = resolveExpression(scope, expression, truth);
  if (condition === null || condition.type.kind === 'boolean') return condition;
  scope.report('FLOW228', expression.span, {
    syntax,
    text: condition.text,
    actual: condition.type,
    ...conditionHelp(condition),
  });
  return null;
}

type ConditionHelp =
  | { readonly help: 'compare member'; readonly member: string }
  | { readonly help: 'wait' | 'is set' | 'condition' };

function conditionHelp({ type }: Expression): ConditionHelp {
  const [member] = type.kind === 'enum' ? type.members : [];
  if (member !== undefined) return { help: 'compare member', member };
  if (type.kind === 'duration') return { help: 'wait' };
  return { help: isValue(type) ? 'is set' : 'condition' };
}
