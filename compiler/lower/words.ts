/** Words of branches and waits, for names of segments and what is said of them. */
import type { Branch, Wait } from '../statements.ts';
import { capitalised, durationText } from './names.ts';

/** For the name of the segment after it: `ForPaid`. */
export function waitWords(statement: Wait): string {
  switch (statement.kind) {
    case 'wait':
      return capitalised(durationText(statement.duration));
    case 'wait until':
      return `Until${capitalised(statement.until.text)}`;
    case 'wait for communication':
      return `For${capitalised(statement.name)}`;
    case 'wait for condition':
      return `For${capitalised(statement.condition.text)}`;
    default:
      return statement satisfies never;
  }
}

/** As the source says it: `if paid`. */
export function branchText(statement: Branch): string {
  switch (statement.kind) {
    case 'if':
      return `if ${statement.condition.text}`;
    case 'match':
      return `match ${statement.subject.text}`;
    case 'split':
      return `split ${statement.name}`;
    default:
      return statement satisfies never;
  }
}

/** For the name of the segment after it: `IfPaid`. */
export function branchWords(statement: Branch): string {
  return capitalised(branchText(statement));
}
