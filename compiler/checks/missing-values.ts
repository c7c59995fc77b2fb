/** `a != b` and `not a` hold when `a` is missing: said where nobody tested `a is set`. */

import { everyPart } from '../expressions.ts';
import type { CampaignModel, Expression, Statement } from '../model.ts';
import type { Report } from '../resolve/context.ts';

export function checkMissingValues(report: Report, campaign: CampaignModel): void {
  for (const clause of [campaign.exitWhen, campaign.skipWhen, campaign.successWhen, campaign.failureWhen])
    if (clause !== null) checkCondition(report, clause, new Set());
  for (const flow of campaign.flows) checkStatements(report, flow.body, new Set());
}

function checkStatements(report: Report, statements: readonly Statement[], known: ReadonlySet<string>): void {
  let tested = known;
  for (const statement of statements) {
    switch (statement.kind) {
      case 'if': {
        checkCondition(report, statement.condition, tested);
        const within = new Set([...tested, ...testedIn(statement.condition)]);
        checkStatements(report, statement.then, within);
        checkStatements(report, statement.else, within);
        // `if x is not set { stop }`, `if x is set { … } else { stop }`: what follows knows of x.
        if (ends(statement.then) || ends(statement.else)) tested = within;
        break;
      }
      case 'match':
      case 'split':
        for (const arm of statement.arms) checkStatements(report, arm.body, tested);
        checkStatements(report, statement.else ?? [], tested);
        break;
      case 'wait for condition':
        checkCondition(report, statement.condition, tested);
        checkStatements(report, statement.else, tested);
        // `wait for x is set`: nobody passes without it.
        if (statement.upTo === null || ends(statement.else))
          tested = new Set([...tested, ...testedIn(statement.condition)]);
        break;
      case 'wait for communication':
        checkStatements(report, statement.else, tested);
        break;
      default:
    }
  }
}

function ends(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  return last?.kind === 'stop' || last?.kind === 'to';
}

function checkCondition(report: Report, condition: Expression, known: ReadonlySet<string>): void {
  const tested = new Set([...known, ...testedIn(condition)]);
  for (const expression of everyPart(condition)) {
    const missing = holdsWithout(expression).find((part) => mayBeMissing(part) && !tested.has(part.text));
    if (missing === undefined) continue;
    report('FLOW214', expression.origin, { text: expression.text, field: missing.text });
    // One cause, one warning: `not (a == 1 or a == 2)`.
    tested.add(missing.text);
  }
}

/** What a condition asks `is set` or `is not set` of. */
function testedIn(condition: Expression): readonly string[] {
  return [...everyPart(condition)].flatMap((part) => (part.kind === 'is set' ? [part.operand.text] : []));
}

/** Parts without whose values the expression holds: `a` and `b` of `a != b`. */
function holdsWithout(expression: Expression): readonly Expression[] {
  if (expression.kind === 'not') return failsWithout(expression.operand);
  const differs = expression.kind === 'binary' && expression.operator === '!=';
  return differs || (expression.kind === 'in' && expression.negated) ? [...everyPart(expression)] : [];
}

/** Parts without whose values the expression does not hold. */
function failsWithout(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'not':
      return holdsWithout(expression.operand);
    case 'in':
      return expression.negated ? [] : [...everyPart(expression)];
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === 'and' || operator === 'or') return [...failsWithout(left), ...failsWithout(right)];
      return operator === '!=' ? [] : [...everyPart(expression)];
    }
    default:
      return [expression];
  }
}

function mayBeMissing(expression: Expression): boolean {
  if (expression.kind === 'result' || expression.kind === 'session result') return true;
  return expression.kind === 'field' && !expression.field.required && expression.field.default === null;
}
