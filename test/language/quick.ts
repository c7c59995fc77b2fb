/** What must not take long, told by how often the example of the reference could be checked meanwhile: a busy machine slows both. */
import { expect } from 'vitest';
import { checkFiles, fixtures, readFolder } from './workspace.ts';

const example = readFolder(`${fixtures}/reference/language`);
const times = 400;
/** Less than this needs no comparison. */
const soonMs = 200;

/** Does the work and expects that it took less than a few hundred checks of the example. */
export function quickly<T>(work: () => T): T {
  const { result, ms } = timed(work);
  if (ms > soonMs) expect(ms / checkMs()).toBeLessThan(times);
  return result;
}

/** The middle of several, since the first ones are slow. */
function checkMs(): number {
  const all = Array.from({ length: 9 }, () => timed(() => checkFiles(example)).ms);
  return all.sort((a, b) => a - b)[4]!;
}

/** Processor time. */
function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const started = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(started);
  return { result, ms: (user + system) / 1000 };
}
