import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportText } from './report.ts';
import { type SoakReport, soak } from './soak.ts';

/** About three minutes on a machine with nothing else to do; a busy one takes its time. */
const longestMs = 40 * 60_000;

it(
  'a small soak: every history replays, and each person gets exactly what the oracle says, while workers, store and server fail',
  async () => {
    const keep = mkdtempSync(join(tmpdir(), 'flowc-soak-kept-'));
    const options = { seed: 1, histories: 100, minutes: 0.7, workers: 2, quiet: 15, pause: [2, 6], keep } as const;
    const report: SoakReport = await soak({ ...options, log: () => {} });
    console.log(reportText(report));
    expect(report.violations, `histories and evidence: ${keep}`).toEqual([]);
    expect(
      report.replays.failures.map(({ workflowId, error }) => `${workflowId}: ${error}`),
      keep,
    ).toEqual([]);
    expect(report.replays.replayed).toBe(report.histories);
    expect(report.histories).toBeGreaterThanOrEqual(report.lives);
    expect(report.nondeterminism).toBe(0);
    expect(report.faults.length).toBeGreaterThan(0);
  },
  longestMs,
);
