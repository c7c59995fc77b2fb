/** Conditions made of conditions, and the values that stand for themselves. */
import { conditionOf, expressionOf, named, Operand } from './operand.ts';
import { callPlace } from './place.ts';
import type { Condition, None, TimeValue, Truth, Value } from './values.ts';

type Several = readonly [Condition, Condition, ...Condition[]];

export function and(...conditions: Several): Truth {
  return joined('and', conditions);
}

export function or(...conditions: Several): Truth {
  return joined('or', conditions);
}

export function not(condition: Condition): Truth {
  const place = callPlace();
  const operand = conditionOf(condition, place, [0]);
  return truth({ kind: 'unary', operator: 'not', operand, span: place.span() });
}

/** A value in the words of the language, where a plain text would be a text: `expr('attempts + 1')`. */
export function expr<V extends Value = never>(words: string): V {
  const place = callPlace();
  return new Operand('any', expressionOf(words, place, [0])) as unknown as V;
}

function joined(operator: 'and' | 'or', conditions: readonly Condition[]): Truth {
  const place = callPlace();
  const span = place.span();
  const [first, ...rest] = conditions.map((condition, index) => conditionOf(condition, place, [index]));
  return truth(rest.reduce((left, right) => ({ kind: 'binary', operator, left, right, span }), first!));
}

function truth(expression: Operand['expr']): Truth {
  return new Operand('truth', expression) as unknown as Truth;
}

/** The local date at the moment of evaluation. */
export const today = named('time', ['today'], null) as unknown as TimeValue;
/** The moment of evaluation. */
export const now = named('time', ['now'], null) as unknown as TimeValue;
/** The missing value: `outcome.to(none)` clears. */
export const none = named('none', ['none'], null) as unknown as None;
