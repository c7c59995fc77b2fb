import { comparisons, type Operand, ordered } from './operand.ts';

/** Case counts; equal characters in another Unicode form do not. */
function normal(value: Operand): string | null {
  return typeof value === 'string' ? value.normalize('NFC') : null;
}

function compare(a: Operand, b: Operand): number | null {
  const left = normal(a);
  const right = normal(b);
  return left === null || right === null ? null : ordered(left, right);
}

/** Operations on text: string, email, phone, timezone. */
export const text = {
  ...comparisons(compare),
  contains(value: Operand, part: Operand): boolean {
    const whole = normal(value);
    const sought = normal(part);
    return whole !== null && sought !== null && whole.includes(sought);
  },
};
