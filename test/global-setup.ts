import { temporalBinary } from '../runtime/temporal/binary.ts';

/** Compiling Temporal once takes minutes: longer than any single test may. */
export async function setup(): Promise<void> {
  await temporalBinary((line) => console.error(line));
}
