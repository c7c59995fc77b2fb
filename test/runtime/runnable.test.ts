import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCampaigns } from '../../runtime/load.ts';
import { whyNotRunnable } from '../../runtime/model/runnable.ts';

const root = join(import.meta.dirname, '../..');

test('the example runs', async () => {
  const campaigns = await loadCampaigns(join(root, 'examples/acme'));
  expect(campaigns.map((campaign) => whyNotRunnable(campaign))).toEqual(campaigns.map(() => null));
});

test('a campaign that uses what nothing runs yet says so in one sentence', () => {
  expect(whyNotRunnable({ name: 'calls', uses: ['voice'] })).toBe(
    'calls cannot be started: this version of flowc builds it, but does not run voice communications yet. Take that out of the campaign, or start it with a later version.',
  );
});

test('what a campaign uses stands in what was built of it', async () => {
  const campaigns = await loadCampaigns(join(root, 'test/fixtures/reference/language'));
  expect(campaigns.map(({ name, uses }) => [name, uses])).toEqual([
    ['nurture', ['telegram', 'skip when', 'on_edit']],
    ['payment_reminder', ['telegram', 'voice', 'skip when', 'success when', 'failure when', 'at most', 'rate']],
    ['welcome', ['skip when']],
  ]);
});

test('a construct that a later version knows is not run by this one', () => {
  expect(whyNotRunnable({ name: 'calls', uses: ['teleport'] })).toContain('`teleport`');
});
