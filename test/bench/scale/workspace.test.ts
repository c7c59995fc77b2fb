import { expect, test } from 'vitest';
import { check } from '../../../compiler/check.ts';
import { largeWorkspace } from './workspace.ts';

const size = { flows: 2000, flowsPerCampaign: 10 };

test('the large workspace is the same each time, checks without a problem and is as varied as it is large', () => {
  const files = largeWorkspace(size);
  expect([...largeWorkspace(size)]).toEqual([...files]);
  const { model, diagnostics } = check({
    files: [...files].flatMap(([path, text]) => (path.endsWith('.flow') ? [{ path, text }] : [])),
    exists: (path) => files.has(path),
    readText: (path) => files.get(path) ?? null,
  });
  expect(diagnostics).toEqual([]);
  const { campaigns } = model!;
  const windows = campaigns.flatMap(({ communications, contactHours }) =>
    communications.map(({ window }) => JSON.stringify([window, contactHours])),
  );
  expect(campaigns).toHaveLength(200);
  expect(campaigns.flatMap(({ flows }) => flows)).toHaveLength(2000);
  expect(new Set(windows).size).toBeGreaterThanOrEqual(150);
  expect([...files.keys()].filter((path) => path.includes('/templates/'))).toHaveLength(300);
});
