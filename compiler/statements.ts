/** What statements of a model are and hold, once for all passes: a new kind does not compile until this file knows it. */
import type { Statement } from './model.ts';

const roles = {
  if: 'branch',
  match: 'branch',
  split: 'branch',
  set: 'step',
  plan: 'step',
  cancel: 'step',
  python: 'step',
  stop: 'end',
  to: 'end',
  wait: 'wait',
  'wait until': 'wait',
  'wait for communication': 'wait',
  'wait for condition': 'wait',
} as const satisfies Readonly<Record<Statement['kind'], string>>;

type Role = (typeof roles)[Statement['kind']];
type InRole<R extends Role> = Extract<
  Statement,
  { kind: { [K in keyof typeof roles]: (typeof roles)[K] extends R ? K : never }[keyof typeof roles] }
>;

export type Branch = InRole<'branch'>;
export type Wait = InRole<'wait'>;

/** A statement that does nothing but hold blocks, one of which a run takes. */
export function isBranch(statement: Statement): statement is Branch {
  return roles[statement.kind] === 'branch';
}

/** A run can stand at it. */
export function isWait(statement: Statement): statement is Wait {
  return roles[statement.kind] === 'wait';
}

/** A run never comes past it. */
export function endsRun(statement: Statement): boolean {
  return roles[statement.kind] === 'end';
}

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
    case 'set':
    case 'stop':
    case 'plan':
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
