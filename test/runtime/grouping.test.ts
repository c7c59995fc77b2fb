import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Choose, randomPrograms } from './replay/campaign.ts';
import { record, replay } from './replay/history.ts';

const numRuns = 400;

/** Choices from a seed, without an end. */
function choosing(seed: number): Choose {
  let state = seed | 0;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    const once = Math.imul(state ^ (state >>> 15), 1 | state);
    const twice = (once + Math.imul(once ^ (once >>> 7), 61 | once)) ^ once;
    return ((twice ^ (twice >>> 14)) >>> 0) % n;
  };
}

test('however what happened is grouped when it is handed over again, the same commands follow', async () => {
  const total = { tasks: 0, merged: 0, joined: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const choose = choosing(seed);
      const programs = randomPrograms(choose);
      const recording = await record(programs, choose);
      total.tasks += recording.tasks.length;
      for (const other of [() => 0, ...[1, 2, 3].map((n) => choosing(seed + n * 1_000_003))]) {
        const { merged, joined } = await replay(programs, recording, other);
        total.merged += merged;
        total.joined += joined;
      }
    }),
    // A smaller seed is no smaller campaign.
    { numRuns, seed: 20260309, endOnFailure: true },
  );
  // Quiet histories prove little.
  expect(total.tasks).toBeGreaterThan(4 * numRuns);
  expect(total.merged).toBeGreaterThan(numRuns);
  expect(total.joined).toBeGreaterThan(numRuns);
}, 120_000);
