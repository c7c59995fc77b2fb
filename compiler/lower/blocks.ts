import { ends } from '../ir/walk.ts';
import type { Instruction } from '../ir.ts';
import type { Statement } from '../model.ts';
import { type Branch, blocksOf } from '../statements.ts';
import { lowerBranch } from './branches.ts';
import { lowerCancel, lowerPlan, lowerPython, lowerSet } from './effects.ts';
import type { Lowering } from './lowering.ts';
import { goesOn, isIdle, waits } from './reach.ts';
import { lowerWait } from './waits.ts';
import { leave, type PendingSegment, type Way, wayAfter } from './way.ts';
import { branchText, branchWords } from './words.ts';

/** The statements of one block up to where the run is parked or goes on elsewhere; what comes then is added to `found`. */
export function lowerBlock(
  lowering: Lowering,
  statements: readonly Statement[],
  way: Way,
  found: PendingSegment[],
): readonly Instruction[] {
  const out: Instruction[] = [];
  for (const [index, statement] of statements.entries()) {
    const rest = statements.slice(index + 1);
    switch (statement.kind) {
      case 'stop':
        return [...out, { kind: 'stop', origin: statement.origin }];
      case 'to':
        return [...out, { kind: 'to', flow: statement.flow, origin: statement.origin }];
      case 'plan':
        out.push(...lowerPlan(lowering, statement));
        break;
      case 'set':
        out.push(lowerSet(lowering, statement));
        break;
      case 'python':
        out.push(lowerPython(lowering, statement));
        break;
      case 'cancel':
        out.push(lowerCancel(lowering, statement));
        break;
      case 'if':
      case 'match':
      case 'split':
        if (isIdle(statement)) break;
        if (comesBackLater(statement)) return [...out, ...lowerCut(lowering, statement, rest, way, found)];
        // Whoever waits in it does not come back here, so what follows stays in this segment.
        out.push(lowerBranch(lowering, statement, armsOf(lowering, { kind: 'never' }, found)));
        if (ends(out)) return out;
        break;
      case 'wait':
      case 'wait until':
      case 'wait for communication':
      case 'wait for condition':
        return [...out, lowerWait(lowering, statement, rest, way, found)];
      default:
        return statement satisfies never;
    }
  }
  return ends(out) ? out : [...out, ...leave(way)];
}

/** Does a run wait in it and go on after it? */
function comesBackLater(statement: Branch): boolean {
  return blocksOf(statement).some((body) => body.some(waits) && goesOn(body));
}

/** A branch that is come back to later: the rest is a segment, which those who do not wait go on in at once. */
function lowerCut(
  lowering: Lowering,
  statement: Branch,
  rest: readonly Statement[],
  way: Way,
  found: PendingSegment[],
): readonly Instruction[] {
  const afterwards: PendingSegment[] = [];
  const name = `after${branchWords(statement)}`;
  const about = branchText(statement);
  const wayOn = wayAfter(lowering, { statements: rest, way, name, about }, afterwards);
  const branch = lowerBranch(lowering, statement, armsOf(lowering, wayOn, found));
  found.push(...afterwards);
  return ends([branch]) ? [branch] : [branch, ...leave(wayOn)];
}

/** Arms fall through to what follows the branch, or go on in `wayOn` when a run waits in them. */
function armsOf(lowering: Lowering, wayOn: Way, found: PendingSegment[]) {
  return (body: readonly Statement[]) => lowerBlock(lowering, body, body.some(waits) ? wayOn : { kind: 'fall' }, found);
}
