import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows, type WorkflowBundle } from '../../../runtime/temporal/bundle.ts';

const recorded = join(import.meta.dirname, 'recorded');
const names = readdirSync(recorded).filter((name) => name.endsWith('.json'));

describe('histories recorded on a real server replay with this kernel and the committed programs', () => {
  let bundle: WorkflowBundle;
  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    bundle = await bundleWorkflows(join(import.meta.dirname, 'workspace'));
  });

  it.each(names)('%s', async (name) => {
    const history: unknown = JSON.parse(readFileSync(join(recorded, name), 'utf8'));
    await Worker.runReplayHistory({ workflowBundle: { code: bundle.code } }, history, workflowId(name));
  });

  it('cover every kind of segment, continue-as-new, two hashes, a cancel and a failed script', () => {
    const all = names.map((name) => readFileSync(join(recorded, name), 'utf8')).join('\n');
    expect(names.map(workflowId)).toEqual(expect.arrayContaining(['journey/answered', 'journey/silent', 'journey/canceled', 'journey/exited', 'journey/failed-python', 'journey/waits', 'journey/follows', 'journey/condition', 'journey/condition-late', 'journey/two-hashes']));
    expect(all).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
    // What a script came to is part of the answer.
    expect(payloadsOf(all).some((text) => text.includes('"reached":"failed"'))).toBe(true);
  });
});

/** The payloads of histories as text. */
function payloadsOf(histories: string): string[] {
  return [...histories.matchAll(/"data":"([A-Za-z0-9+/=]+)"/g)].map(([, data]) => Buffer.from(data!, 'base64').toString());
}

function workflowId(name: string): string {
  return `journey/${name.replace(/-(running|completed|continued_as_new)-\d+\.json$/, '')}`;
}
