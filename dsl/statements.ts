/** Walks over the statements of a flow. */
import type { FlowItem, StatementNode } from './ast.ts';

/** The statements among what stands in a flow's braces. */
export function statementsOf(items: readonly FlowItem[]): readonly StatementNode[] {
  return items.filter((item) => item.kind !== 'trigger' && item.kind !== 'setting');
}

/** The statements and all inside of their blocks, in the order of the text. */
export function everyStatement(statements: readonly StatementNode[]): readonly StatementNode[] {
  return statements.flatMap((statement) => [statement, ...blocksOf(statement).flatMap(everyStatement)]);
}

function blocksOf(statement: StatementNode): readonly (readonly StatementNode[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.else];
    case 'match':
      return statement.arms.map((arm) => arm.body);
    case 'split':
      return statement.arms.map((arm) => arm.body);
    case 'wait for':
      return [statement.otherwise ?? []];
    case 'broken':
    case 'set':
    case 'stop':
    case 'send':
    case 'communication':
    case 'cancel':
    case 'to':
    case 'python':
    case 'wait':
    case 'wait until':
      return [];
    default:
      return statement satisfies never;
  }
}
