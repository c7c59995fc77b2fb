import type { Decimal } from 'decimal.js';
import { Exact } from '../model/decimal.ts';
import type { Value } from '../model/values.ts';
import { comparisons, type Operand } from './operand.ts';

/** Integers come as numbers, numerics as decimal text. */
function decimal(value: Operand): Decimal | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  if (typeof value === 'string' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return null;
  const number = new Exact(value);
  return number.isFinite() ? number : null;
}

function compare(a: Operand, b: Operand): number | null {
  const left = decimal(a);
  const right = decimal(b);
  return left === null || right === null ? null : left.comparedTo(right);
}

type Operation = (a: Decimal, b: Decimal) => Decimal;
type Write = (result: Decimal) => Value;

function arithmetic(write: Write) {
  const apply = (operation: Operation, a: Operand, b: Operand): Value => {
    const left = decimal(a);
    const right = decimal(b);
    if (left === null || right === null) return null;
    const result = operation(left, right);
    return result.isFinite() ? write(result) : null;
  };
  return {
    plus: (a: Operand, b: Operand): Value => apply((x, y) => x.plus(y), a, b),
    minus: (a: Operand, b: Operand): Value => apply((x, y) => x.minus(y), a, b),
    times: (a: Operand, b: Operand): Value => apply((x, y) => x.times(y), a, b),
    negated: (a: Operand): Value => apply((_, y) => y.negated(), 0, a),
  };
}

/** `-0` is 0. */
function asText(result: Decimal): string {
  return result.isZero() ? '0' : result.toString();
}

/** Beyond ±(2^53 − 1) the result is no integer any more: writing it is refused, visibly. */
function asNumber(result: Decimal): number {
  return result.isZero() ? 0 : result.toNumber();
}

/** Operations on whole numbers; a side that is missing makes the result missing. Quotients are {@link numeric}. */
export const integer = {
  ...comparisons(compare),
  ...arithmetic(asNumber),
};

/** Exact decimals of 34 digits, half-even, as text. Takes integers too. */
export const numeric = {
  ...comparisons(compare),
  ...arithmetic(asText),
  /** Division by zero is missing. */
  dividedBy(a: Operand, b: Operand): Value {
    const left = decimal(a);
    const right = decimal(b);
    return left === null || right === null || right.isZero() ? null : asText(left.dividedBy(right));
  },
  /** An integer as numeric. */
  of(value: Operand): Value {
    const number = decimal(value);
    return number === null ? null : asText(number);
  },
  /** As a JSON number where that is exact, else as text: for scripts, which calculate with it. */
  json(value: Operand): Value {
    const number = decimal(value);
    if (number === null) return null;
    const float = number.toNumber();
    return new Exact(float).equals(number) ? float : asText(number);
  },
};
