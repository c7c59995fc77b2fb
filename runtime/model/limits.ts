/** What `at most N … per …` counts in: a day, week or month of the person's calendar, the time just past, or the whole life (`null`). */
export type LimitPeriod =
  | { readonly kind: 'calendar'; readonly unit: 'day' | 'week' | 'month' }
  | { readonly kind: 'rolling'; readonly ms: number }
  | null;
