import type { Duration } from '../../runtime/model/duration.ts';

/** Hands out each name once; a taken one gets a number by `numbered`. */
export function uniqueNames(numbered: (name: string, n: number) => string, taken: readonly string[] = []) {
  const used = new Set(taken);
  return (wanted: string): string => {
    let name = wanted;
    for (let n = 2; used.has(name); n++) name = numbered(wanted, n);
    used.add(name);
    return name;
  };
}

/** `result.pay_by + 1 day` → `ResultPayBy1Day`; at most six words. */
export function capitalised(text: string): string {
  const words = (text.match(/[A-Za-z0-9]+/g) ?? []).slice(0, 6);
  const parts = words.map((word) => {
    const rest = word.slice(1);
    return word.slice(0, 1).toUpperCase() + (word === word.toUpperCase() ? rest.toLowerCase() : rest);
  });
  // `10:00` stays two numbers.
  return parts.reduce((all, part) => all + (/\d$/.test(all) && /^\d/.test(part) ? '_' : '') + part, '');
}

/** `{3, 'day'}` → `3 days`. */
export function durationText({ amount, unit }: Duration): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** On one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
