/** Walks over the statements of a model. */
import type { Statement } from './model.ts';

/** The statements and all inside of their blocks, in the order of the source. */
export function everyStatement(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement) => [statement, ...blocksOf(statement).flatMap(everyStatement)]);
}

/** The blocks a statement holds. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.else];
    case 'match':
    case 'split':
      return [...statement.arms.map((arm) => arm.body), statement.else ?? []];
    case 'wait for communication':
    case 'wait for condition':
      return [statement.else];
    default:
      return [];
  }
}
