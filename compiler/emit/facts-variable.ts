/** The variable in which the code of a segment holds the facts it was given last. */
import { everyInstruction, factsRead, takesFacts } from '../ir/walk.ts';
import type { SegmentIr } from '../ir.ts';
import { entry } from './source.ts';

const variable = 'is';

/** `is['paid']` */
export function fact(key: string): string {
  return `${variable}${entry(key)}`;
}

/**
 * What stands before a call that returns the facts of a stretch: `const is = `, `let is = `, `is = ` or nothing. Asked in the
 * order of the code.
 */
export function factsVariable(segment: SegmentIr, withFacts: ReadonlySet<string>): (stretch: string) => string {
  const inside = [...everyInstruction(segment.body)];
  const taken = [segment.stretch, ...inside.filter(takesFacts).map((each) => each.stretch)];
  const declaration = taken.filter((stretch) => withFacts.has(stretch)).length > 1 ? 'let' : 'const';
  // The kernel reads the fact of a `wait for` itself: a variable nobody else reads would not type-check.
  const isRead = inside.some((instruction) => factsRead(instruction).length > 0);
  let declared = false;
  return (stretch) => {
    if (!isRead || !withFacts.has(stretch)) return '';
    const assignment = `${declared ? '' : `${declaration} `}${variable} = `;
    declared = true;
    return assignment;
  };
}
