/** What instructions are and hold, once for all passes: a new kind does not compile until this file knows it. */
import type { Instruction } from '../ir.ts';

const roles = {
  if: 'branch',
  switch: 'branch',
  set: 'effect',
  python: 'effect',
  cancel: 'effect',
  facts: 'facts',
  plan: 'plan',
  stop: 'end',
  to: 'end',
  continue: 'end',
  'wait for time': 'wait',
  'wait for communication': 'wait',
  'wait for condition': 'wait',
} as const satisfies Readonly<Record<Instruction['kind'], string>>;

type Role = (typeof roles)[Instruction['kind']];
type InRole<R extends Role> = Extract<
  Instruction,
  { kind: { [K in keyof typeof roles]: (typeof roles)[K] extends R ? K : never }[keyof typeof roles] }
>;

/** Writes or asks somebody, and gives the facts of the stretch that follows. */
export type Effect = InRole<'effect'>;
/** Parks the run. */
export type WaitInstruction = InRole<'wait'>;
/** One line of code. */
export type Plain = InRole<'plan' | 'end'>;

export function isEffect(instruction: Instruction): instruction is Effect {
  return roles[instruction.kind] === 'effect';
}

export function isWait(instruction: Instruction): instruction is WaitInstruction {
  return roles[instruction.kind] === 'wait';
}

export function isPlain(instruction: Instruction): instruction is Plain {
  return ['plan', 'end'].includes(roles[instruction.kind]);
}

/** Gives facts to what follows. */
export function takesFacts(instruction: Instruction): instruction is InRole<'effect' | 'facts'> {
  return isEffect(instruction) || instruction.kind === 'facts';
}

/** The bodies it holds, in the order of the code. */
export function children(instruction: Instruction): readonly (readonly Instruction[])[] {
  switch (instruction.kind) {
    case 'if':
      return [instruction.then, instruction.else];
    case 'switch':
      return [...instruction.arms.map((arm) => arm.body), ...(instruction.else === null ? [] : [instruction.else])];
    case 'set':
    case 'python':
    case 'cancel':
    case 'facts':
    case 'plan':
    case 'stop':
    case 'to':
    case 'continue':
    case 'wait for time':
    case 'wait for communication':
    case 'wait for condition':
      return [];
    default:
      return instruction satisfies never;
  }
}

/** The instructions and all inside of them, in the order of the code. */
export function* everyInstruction(body: readonly Instruction[]): Generator<Instruction> {
  for (const instruction of body) {
    yield instruction;
    for (const inner of children(instruction)) yield* everyInstruction(inner);
  }
}

/** Does nothing come after it on its path? */
export function ends(body: readonly Instruction[]): boolean {
  const last = body.at(-1);
  if (!last) return false;
  switch (last.kind) {
    case 'if':
      return children(last).every(ends);
    case 'switch':
      return last.else !== null && children(last).every(ends);
    default:
      return roles[last.kind] === 'end' || isWait(last);
  }
}

/** The stretches it names, in the order of the code. */
export function stretchesOf(instruction: Instruction): readonly string[] {
  switch (instruction.kind) {
    case 'set':
    case 'python':
    case 'cancel':
    case 'facts':
    case 'wait for condition':
      return [instruction.stretch];
    case 'wait for time':
      return instruction.follows === null ? [] : [instruction.follows];
    case 'if':
    case 'switch':
    case 'plan':
    case 'stop':
    case 'to':
    case 'continue':
    case 'wait for communication':
      return [];
    default:
      return instruction satisfies never;
  }
}

/** The facts its own code reads; the kernel reads that of a `wait for` itself. */
export function factsRead(instruction: Instruction): readonly string[] {
  switch (instruction.kind) {
    case 'if':
    case 'switch':
      return [instruction.fact];
    case 'wait for time':
      return [instruction.until];
    case 'wait for communication':
    case 'wait for condition':
      return instruction.upTo === null ? [] : [instruction.upTo];
    case 'set':
    case 'python':
    case 'cancel':
    case 'facts':
    case 'plan':
    case 'stop':
    case 'to':
    case 'continue':
      return [];
    default:
      return instruction satisfies never;
  }
}
