import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../patience.ts';
import { flowc, repository } from './flowc.ts';

let folder: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-dev-'));
  await flowc(folder, ['init']);
});

afterAll(async () => {
  // Asked to, it ends what it started: after a failed test, too, nothing is left running.
  const ended = [...running].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(ended);
  rmSync(folder, { recursive: true, force: true });
});

interface Dev {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

/** Starts `flowc dev` and waits until it says that it runs. */
async function startDev(...options: string[]): Promise<Dev> {
  const main = join(repository, 'compiler', 'cli', 'main.ts');
  const child = spawn(process.execPath, ['--conditions=flowc-source', main, 'dev', ...options], { cwd: folder });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  ended.then(() => running.delete(child));
  await eventually(
    () => output.includes('Running') || child.exitCode !== null,
    () => `flowc dev is up\n${output}`,
  );
  return { child, ended, output: () => output };
}

it('runs once per workspace, survives a kill, and ends cleanly', async () => {
  const first = await startDev('--catch-mail');
  expect(first.output()).toContain('Campaigns  welcome (inactive)');
  expect(first.output()).toContain('Start a campaign with `flowc start welcome`');

  const flow = join(folder, 'welcome', 'greet.flow');
  const text = readFileSync(flow, 'utf8');
  const generated = join(folder, 'generated', 'welcome', 'greet.workflow.ts');
  const built = readFileSync(generated, 'utf8');
  writeFileSync(flow, text.replace('wait 2 days', 'wait 4 days'));
  const second = await flowc(folder, ['dev']);
  expect(second.code).toBe(3);
  expect(second.stderr).toContain('`flowc dev` already runs for this workspace (process ');
  expect(readFileSync(generated, 'utf8')).toBe(built);

  writeFileSync(join(folder, 'broken.csv'), 'external_id,order_id\n7,A7\n8,"B8\n');
  const broken = await flowc(folder, ['import', 'welcome', 'broken.csv']);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain('1 row: 1 created');
  expect(broken.stderr).toContain('row 3 on: a quote that opens there is never closed');

  // Kept while inactive, handled once it is started.
  const imported = await flowc(folder, ['import', 'welcome', 'people.csv']);
  expect(imported).toMatchObject({ code: 0 });
  expect(imported.stderr).toContain('2 rows: 2 created, 0 updated, 0 unchanged, 0 refused\nwelcome is inactive');

  first.child.kill('SIGKILL');
  await first.ended;
  writeFileSync(flow, text.replace('wait 2 days', 'wait 3 days'));

  const again = await startDev('--start-all', '--catch-mail');
  const inbox = /^Inbox\s+(\S+)$/m.exec(again.output())?.[1];
  expect(inbox, again.output()).toBeDefined();
  let mails: unknown[] = [];
  const arrived = async () => {
    mails = (await (await fetch(new URL('/api/messages', inbox))).json()) as unknown[];
    return mails.length >= 2;
  };
  await eventually(arrived, () => `two mails arrived\n${again.output()}`);
  expect(mails).toHaveLength(2);
  const { stdout } = await flowc(folder, ['status', 'welcome']);
  expect(stdout).toMatch(/^ada +Europe\/London +HELLO Started +3 days, until /m);

  again.child.kill('SIGINT');
  expect(await again.ended, again.output()).toBe(0);
  for (const left of ['temporal-address', 'database-url', 'dev.pid']) {
    expect(existsSync(join(folder, '.flowc', left)), left).toBe(false);
  }
});
