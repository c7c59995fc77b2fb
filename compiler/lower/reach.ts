/** What can be reached through statements, and where a run can wait. */
import type { Statement } from '../model.ts';
import { type Branch, blocksOf, endsRun, isBranch, isWait } from '../statements.ts';

/** Nothing stands in any branch. */
export function isIdle(statement: Branch): boolean {
  return blocksOf(statement).every((body) => body.length === 0);
}

/** Can what stands after these statements be reached through them? */
export function goesOn(statements: readonly Statement[]): boolean {
  return statements.every((statement) =>
    isBranch(statement) ? blocksOf(statement).some(goesOn) : !endsRun(statement),
  );
}

/** Can a run stand in it? */
export function waits(statement: Statement): boolean {
  return isWait(statement) || (isBranch(statement) && blocksOf(statement).some((body) => body.some(waits)));
}
