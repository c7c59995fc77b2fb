import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCatcher } from '../../runtime/channels/email/catcher.ts';
import { flowc } from './flowc.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-doctor-'));
  expect((await flowc(folder, ['init'])).code).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function channels(billing: Readonly<Record<string, unknown>>): void {
  writeFileSync(join(folder, 'flowc.json'), JSON.stringify({ environments: { dev: { channels: { billing } } } }));
}

async function finding(name: string, environment: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr } = await flowc(folder, ['doctor', '--format', 'json'], environment);
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { findings: { name: string; state: string; text: string }[] };
  const found = findings.find((one) => one.name === name);
  return `${found?.state}: ${found?.text}`;
}

describe('flowc doctor', () => {
  it('has one line for each thing, and ends with 0 when all is there', async () => {
    const catcher = await startCatcher();
    try {
      channels({ smtp: catcher.smtpUrl });
      const { code, stdout } = await flowc(folder, ['doctor']);
      expect(stdout).toMatch(/^ok {7}channel billing {2}email, ready to send$/m);
      const names = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(9).split('  ')[0]!.trim());
      expect(names).toEqual([
        'flowc',
        'node',
        'python',
        'timezones',
        'temporal',
        'database',
        'workspace',
        'channel billing',
      ]);
      expect(code).toBe(0);
    } finally {
      await catcher.stop();
    }
  });

  it('says what to do about a server that is down, and ends with 3', async () => {
    channels({ smtp: 'smtp://127.0.0.1:1' });
    expect((await flowc(folder, ['doctor'])).code).toBe(3);
    expect(await finding('channel billing')).toMatch(
      /^missing: .*127\.0\.0\.1:1.* Correct flowc\.json: environments\.dev\.channels\.billing, or let `flowc dev --catch-mail` take its place\.$/,
    );
  });

  it('shows no password of a database that does not answer', async () => {
    const text = await finding('database', { DATABASE_URL: 'postgres://ada:hidden@127.0.0.1:1/acme' });
    expect(text).toMatch(/^missing: 127\.0\.0\.1:1\/acme does not answer \(.*\): start it, or correct DATABASE_URL$/);
    expect(text).not.toContain('hidden');
  });

  it('names an interpreter that is not there', async () => {
    writeFileSync(join(folder, 'flowc.json'), '{"python":{"interpreter":"python9"}}');
    expect(await finding('python')).toBe(
      'missing: `python9` was not found: install Python 3, or name one in flowc.json under "python"',
    );
  });

  it('says that Temporal cannot be reached', async () => {
    expect(await finding('temporal', { TEMPORAL_ADDRESS: '127.0.0.1:1' })).toMatch(
      /^missing: Temporal at 127\.0\.0\.1:1 cannot be reached/,
    );
  });

  it('points to check when the flows have errors', async () => {
    writeFileSync(join(folder, 'welcome', 'broken.flow'), 'flow broken {\n');
    expect(await finding('workspace')).toBe('missing: 1 error in its files: run `flowc check`');
  });
});
