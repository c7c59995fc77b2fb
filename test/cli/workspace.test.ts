import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowc } from './flowc.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-workspace-'));
  expect((await flowc(folder, ['init'])).code).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const flow = () => join(folder, 'welcome', 'greet.flow');
const edit = (from: string, to: string) => writeFileSync(flow(), readFileSync(flow(), 'utf8').replace(from, to));

describe('flowc check', () => {
  it('finds nothing wrong with a new workspace, from any folder in it', async () => {
    const { code, stdout, stderr } = await flowc(join(folder, 'welcome'), ['check']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '3 files checked, no problems\n' });
  });

  it('shows the place of a mistake on stdout and exits with 1', async () => {
    edit('if not paid', 'if not payed');
    const { code, stdout, stderr } = await flowc(folder, ['check']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error FLOW\d+ .*`payed`/);
    expect(stdout).toContain('welcome/greet.flow:10:10');
    expect(stderr).toBe('1 error in 3 files\nMore about a code: flowc explain FLOW201\n');
  });

  it('gives programs one JSON document', async () => {
    edit('if not paid', 'if not payed');
    const { stdout, stderr } = await flowc(folder, ['check', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      diagnostics: [{ file: 'welcome/greet.flow', line: 10, column: 10 }],
    });
    expect(stderr).toBe('');
  });

  it('names a mistake in flowc.json', async () => {
    writeFileSync(join(folder, 'flowc.json'), '{"environments":{"dev":{"tset":true}}}');
    const { code, stderr } = await flowc(folder, ['check']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^flowc\.json, environments\.dev\.tset: unknown setting\. Allowed .*\btest\b/);
  });
});

describe('flowc build', () => {
  it('writes generated/, which --check then finds current', async () => {
    const built = await flowc(folder, ['build']);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stdout.split('\n')).toContain('new      generated/welcome/greet.workflow.ts');
    expect(await flowc(folder, ['build', '--check'])).toMatchObject({ code: 0, stdout: '' });
  });

  it('--check writes nothing and lists what differs', async () => {
    await flowc(folder, ['build']);
    const file = join(folder, 'generated', 'welcome', 'greet.workflow.ts');
    const before = readFileSync(file, 'utf8');
    edit('wait 2 days', 'wait 3 days');
    const { code, stdout, stderr } = await flowc(folder, ['build', '--check']);
    expect(code).toBe(1);
    expect(stdout).toContain('changed  generated/welcome/greet.workflow.ts\n');
    expect(stderr).toContain('Run `flowc build` and commit what it writes.');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('keeps the released version of a flow that changed', async () => {
    await flowc(folder, ['build']);
    const released = readFileSync(join(folder, 'generated', 'welcome', 'greet.workflow.ts'), 'utf8');
    const hash = /hash: '([0-9a-f]+)'/.exec(released)![1]!;
    edit('wait 2 days', 'wait 3 days');
    const built = await flowc(folder, ['build']);
    expect(built.code, built.stdout + built.stderr).toBe(0);
    const kept = join(folder, 'generated', 'welcome', 'versions', `greet@${hash}.workflow.ts`);
    expect(readFileSync(kept, 'utf8')).toContain(`hash: '${hash}'`);
  });

  it('writes nothing when a flow has an error', async () => {
    edit('if not paid', 'if not payed');
    const { code } = await flowc(folder, ['build']);
    expect(code).toBe(1);
    expect(() => readFileSync(join(folder, 'generated', 'data.ts'))).toThrow();
  });
});

describe('flowc preview', () => {
  const bases = ['--base', '2026-03-07'];

  it('shows when a communication opens, and why not at its base', async () => {
    const { code, stdout } = await flowc(folder, [
      'preview',
      'REMINDER',
      '--zone',
      'America/New_York',
      'Asia/Tokyo',
      ...bases,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Mon 9 Mar 09:00 New York');
    expect(stdout).toContain('Mon 9 Mar 09:00 Tokyo');
    expect(stdout).toContain('is outside 09:00-18:00 on mon-fri');
  });

  it('takes a window in the words of a flow, named ones too', async () => {
    const args = [
      'preview',
      '--window',
      'office',
      '--duration',
      '1 hour',
      '--zone',
      'Europe/Berlin',
      '--format',
      'json',
    ];
    const { stdout } = await flowc(folder, [...args, ...bases]);
    expect(JSON.parse(stdout).rows).toMatchObject([
      { opens: '2026-03-09T09:00:00+01:00', closes: '2026-03-09T10:00:00+01:00' },
    ]);
  });

  it.each([
    [['preview'], 'Say what to preview: the NAME of a communication'],
    [['preview', 'NOPE'], 'No campaign has a communication `NOPE`. Write one of: welcome/HELLO, welcome/REMINDER.'],
    [
      ['preview', 'HELLO', '--zone', 'Europe/Berln'],
      '"Europe/Berln" is not a timezone. Write an IANA name such as Europe/Berlin.',
    ],
    [
      ['preview', '--window', '09:00-09:00'],
      '--window "09:00-09:00" --duration "24 hours": `09:00-09:00` starts and ends at the same time',
    ],
  ])('%j is wrong usage', async (args, sentence) => {
    const { code, stderr } = await flowc(folder, args);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });
});

describe('what needs a database or a server', () => {
  it('exits with 3 and one sentence when the database cannot be reached', async () => {
    await flowc(folder, ['build']);
    const { code, stderr } = await flowc(folder, ['status'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^No Postgres answers at .*\n$/);
  });

  it('exits with 1 when nothing was built yet', async () => {
    const { code, stderr } = await flowc(folder, ['start', 'welcome']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The workspace has no generated.data\.ts yet: run `flowc build`/);
  });
});
