import type { Duration } from '../../runtime/model/duration.ts';
import type { FactIr } from '../ir.ts';
import type { Expression } from '../model.ts';
import { canonicalJson } from './canonical.ts';
import { durationText } from './names.ts';

/** A fact before it has its key. */
type Definition = FactIr extends infer F ? (F extends FactIr ? Omit<F, 'key'> : never) : never;

/** The facts of one flow, each under the words of the source; equal words with another meaning get a number. */
export function factBook() {
  const facts = new Map<string, FactIr>();
  const meanings = new Map<string, string>();

  function enter(words: string, definition: Definition): string {
    const meaning = canonicalJson(definition);
    let key = words;
    for (let n = 2; facts.has(key) && meanings.get(key) !== meaning; n++) key = `${words} (${n})`;
    facts.set(key, { ...definition, key } as FactIr);
    meanings.set(key, meaning);
    return key;
  }

  return {
    facts: facts as ReadonlyMap<string, FactIr>,
    condition: (expression: Expression) => enter(expression.text, { kind: 'condition', expression }),
    member: (expression: Expression) => enter(expression.text, { kind: 'member', expression }),
    arm: (expression: Expression, arms: readonly (readonly string[])[]) =>
      enter(expression.text, { kind: 'arm', expression, arms }),
    split: (name: string, borders: readonly number[]) => enter(name, { kind: 'split', name, borders }),
    fromNow: (duration: Duration) => enter(`${durationText(duration)} from now`, { kind: 'from now', duration }),
    /** `upTo` and `until`: a duration counts from now. */
    instant: (expression: Expression) =>
      expression.kind === 'duration'
        ? enter(`${durationText(expression.duration)} from now`, { kind: 'from now', duration: expression.duration })
        : enter(expression.text, { kind: 'instant', expression }),
  };
}
