import type { Value } from '../model/values.ts';

/** A side of an operation as a record gives it: a field that is absent is missing. */
export type Operand = Value | undefined;

export function isSet(value: Operand): boolean {
  return value !== null && value !== undefined;
}

/** A condition of its own: a missing boolean is false. */
export function truth(value: Operand): boolean {
  return value === true;
}

/** Equality of enumeration members, statuses and booleans; false when a side is missing. */
export function is(a: Operand, b: Operand): boolean {
  return isSet(a) && a === b;
}

export function isOneOf(value: Operand, list: readonly Operand[]): boolean {
  return list.some((member) => is(value, member));
}

/** What a calendar refuses (a date that does not exist, one out of range) is missing: no expression ever throws. */
export function orMissing<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Negative, zero or positive; `null` when a side is missing. */
export type Compare = (a: Operand, b: Operand) => number | null;

/** The comparisons of one type. With a missing side every one is false; `!=` is written `!eq(…)`. */
export function comparisons(compare: Compare) {
  const holds = (a: Operand, b: Operand, test: (order: number) => boolean): boolean => {
    const order = compare(a, b);
    return order !== null && test(order);
  };
  return {
    eq: (a: Operand, b: Operand): boolean => holds(a, b, (order) => order === 0),
    lt: (a: Operand, b: Operand): boolean => holds(a, b, (order) => order < 0),
    le: (a: Operand, b: Operand): boolean => holds(a, b, (order) => order <= 0),
    gt: (a: Operand, b: Operand): boolean => holds(a, b, (order) => order > 0),
    ge: (a: Operand, b: Operand): boolean => holds(a, b, (order) => order >= 0),
    oneOf: (value: Operand, list: readonly Operand[]): boolean =>
      list.some((member) => holds(value, member, (order) => order === 0)),
  };
}

export function ordered<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
