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
  const tested = new Set(known);
  for (const statement of statements) {
    switch (statement.kind) {
      case 'if':
        checkCondition(report, statement.condition, tested);
        checkStatements(report, statement.then, new Set([...tested, ...testedIn(statement.condition)]));
        checkStatements(report, statement.else, tested);
        // `if x is not set { stop }`, `if x is set { … } else { stop }`: what follows knows of x.
        if (ends(statement.then) || ends(statement.else))
          for (const name of testedIn(statement.condition)) tested.add(name);
        break;
      case 'match':
      case 'split':
        for (const arm of statement.arms) checkStatements(report, arm.body, tested);
        checkStatements(report, statement.else ?? [], tested);
        break;
      case 'wait for condition':
        checkCondition(report, statement.condition, tested);
        checkStatements(report, statement.else, tested);
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
    const negated = negatedOperands(expression);
    const missing = negated.find((operand) => mayBeMissing(operand) && !tested.has(operand.text));
    if (missing !== undefined) report('FLOW214', expression.origin, { text: expression.text, field: missing.text });
  }
}

/** What a condition asks `is set` or `is not set` of. */
function testedIn(condition: Expression): readonly string[] {
  return [...everyPart(condition)].flatMap((part) => (part.kind === 'is set' ? [part.operand.text] : []));
}

function negatedOperands(expression: Expression): readonly Expression[] {
  if (expression.kind === 'not') return [expression.operand];
  if (expression.kind === 'in' && expression.negated) return [expression.operand];
  return expression.kind === 'binary' && expression.operator === '!=' ? [expression.left, expression.right] : [];
}

function mayBeMissing(expression: Expression): boolean {
  if (expression.kind === 'result' || expression.kind === 'session result') return true;
  return expression.kind === 'field' && !expression.field.required && expression.field.default === null;
}
