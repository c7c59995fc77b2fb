/** ISO weekday: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Minutes since midnight. `from > to` runs overnight and belongs to the day on which it opens; `to` may be 1440. */
export interface WindowRange {
  readonly from: number;
  readonly to: number;
  /** At least one, ascending, each once. */
  readonly days: readonly Weekday[];
  /** ISO dates on which the range does not open, ascending, each once. */
  readonly except: readonly string[];
}

/** The union of its ranges. */
export type Window = readonly WindowRange[];

export const anyTime: Window = [{ from: 0, to: 1440, days: [1, 2, 3, 4, 5, 6, 7], except: [] }];

/** What a plan counts from. A date means its first instant in the scheduling timezone; date and wall clock follow the zone. */
export type Base =
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'wall'; readonly wall: string }
  | { readonly kind: 'instant'; readonly at: number };
