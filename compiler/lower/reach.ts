/** What can be reached through statements, and where a run can wait. */
import type { Statement } from '../model.ts';
import { blocksOf } from '../statements.ts';
import type { Branch } from './words.ts';

/** Nothing stands in any branch. */
export function isIdle(statement: Branch): boolean {
  return blocksOf(statement).every((body) => body.length === 0);
}

/** Can what stands after these statements be reached through them? */
export function goesOn(statements: readonly Statement[]): boolean {
  return statements.every((statement) => {
    switch (statement.kind) {
      case 'stop':
      case 'to':
        return false;
      case 'if':
      case 'match':
      case 'split':
        return blocksOf(statement).some(goesOn);
      default:
        return true;
    }
  });
}

/** Can a run stand in it? */
export function waits(statement: Statement): boolean {
  switch (statement.kind) {
    case 'if':
    case 'match':
    case 'split':
      return blocksOf(statement).some((body) => body.some(waits));
    case 'wait':
    case 'wait until':
    case 'wait for communication':
    case 'wait for condition':
      return true;
    default:
      return false;
  }
}
