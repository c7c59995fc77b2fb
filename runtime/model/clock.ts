/**
 * The clock a participant lives by: `base + (real − start) × scale`. Identity in production; environments with
 * `test: true` may set `base` and `scale` so that days pass in seconds.
 */
export interface Clock {
  /** Epoch milliseconds of virtual time at `start`. */
  readonly base: number;
  /** Epoch milliseconds of real time. */
  readonly start: number;
  readonly scale: number;
}

export function virtualNow(clock: Clock | undefined, real: number): number {
  return clock ? Math.round(clock.base + (real - clock.start) * clock.scale) : real;
}

/** Real milliseconds until the virtual instant; scaled waits are at least one second apart. */
export function realDelay(clock: Clock | undefined, from: number, to: number): number {
  return clock ? Math.max(1000, Math.ceil((to - from) / clock.scale)) : to - from;
}
