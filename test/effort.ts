/**
 * How much is tried. `npm test` tries the same cases each time, so that a failure is about the change at hand; `FLOWC_FULL=1` tries
 * twenty times as many, other ones in each run, to find what nobody thought of.
 */
export const full = process.env.FLOWC_FULL === '1';

/** What fast-check is given for a property tried `count` times. */
export function trials(count: number): { readonly numRuns: number; readonly seed?: number } {
  return full ? { numRuns: 20 * count } : { numRuns: count, seed: 1 };
}
