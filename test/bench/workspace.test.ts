import { join } from 'node:path';
import { expect, test } from 'vitest';
import { flowc } from '../cli/flowc.ts';

test('what is measured is what flowc builds from the flow beside it', async () => {
  const { code, stdout, stderr } = await flowc(join(import.meta.dirname, 'workspace'), ['build', '--check']);
  expect(stdout + stderr).toContain('generated/ is current');
  expect(code).toBe(0);
});
