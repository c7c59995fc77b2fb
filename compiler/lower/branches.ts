import type { Instruction } from '../ir.ts';
import type { Statement } from '../model.ts';
import type { Branch } from '../statements.ts';
import type { Lowering } from './lowering.ts';

/** A branch as a test of one fact; `arm` lowers its blocks. */
export function lowerBranch(
  { book }: Lowering,
  statement: Branch,
  arm: (body: readonly Statement[]) => readonly Instruction[],
): Instruction {
  const { origin } = statement;
  switch (statement.kind) {
    case 'if': {
      const fact = book.condition(statement.condition);
      return { kind: 'if', fact, then: arm(statement.then), else: arm(statement.else), origin };
    }
    case 'match': {
      const hidden = statement.subject.private;
      const members = statement.arms.map((each) => each.members);
      const fact = hidden ? book.arm(statement.subject, members) : book.member(statement.subject);
      const arms = statement.arms.map((each, n) => ({ cases: hidden ? [n] : each.members, body: arm(each.body) }));
      return { kind: 'switch', fact, arms, else: statement.else && arm(statement.else), origin };
    }
    case 'split': {
      const arms = statement.arms.map((each, n) => ({ cases: [n], body: arm(each.body) }));
      const fact = book.split(statement.name, bordersOf(statement.arms));
      return { kind: 'switch', fact, arms, else: statement.else && arm(statement.else), origin };
    }
    default:
      return statement satisfies never;
  }
}

/** Upper ends of the ranges, in percent. */
function bordersOf(arms: readonly { readonly percent: number }[]): readonly number[] {
  let border = 0;
  return arms.map(({ percent }) => {
    border += percent;
    return border;
  });
}
