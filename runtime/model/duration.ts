export const durationUnits = ['second', 'minute', 'hour', 'day', 'week', 'month'] as const;
export type DurationUnit = (typeof durationUnits)[number];

/** A whole amount, negative to go back. Days, weeks and months keep the wall clock; the others are elapsed time. */
export interface Duration {
  readonly amount: number;
  readonly unit: DurationUnit;
}

/** Of the units that have a fixed length; a day here is 24 hours. */
export const unitMs = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const satisfies Partial<Record<DurationUnit, number>>;
