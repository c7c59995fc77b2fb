import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endLeftovers } from '../../scripts/demo/workspace.ts';
import { repository } from '../cli/flowc.ts';
import { expectReplayedAfterwards } from './replayed.ts';
import { says } from './world.ts';

let folder: string;
let running: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-demo-'));
  // The user that Postgres runs as has to reach it.
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  if (running?.exitCode === null) running.kill('SIGKILL');
  running = null;
  await endLeftovers(join(folder, 'acme', '.flowc'));
  rmSync(folder, { recursive: true, force: true });
});

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

function demo(...args: readonly string[]): Demo {
  const { TEMPORAL_ADDRESS: _temporal, DATABASE_URL: _database, ...env } = process.env;
  const main = join(repository, 'scripts', 'demo', 'main.ts');
  const child = spawn(
    process.execPath,
    ['--conditions=flowc-source', main, '--folder', join(folder, 'acme'), ...args],
    { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running = child;
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
  };
}

function urlIn(text: string, name: string): string {
  return new RegExp(`^${name} +(http://127\\.0\\.0\\.1:\\d+/?)$`, 'm').exec(text)![1]!;
}

describe('npm run demo', () => {
  it('ends with --exit when every due e-mail is out, and names workflows that wait with what their timers say', async () => {
    const { code, stdout, stderr } = await demo('--exit').ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [, due, got, waiting] = /^(\d+) were due, (\d+) got their e-mail; (\d+) wait\.$/m.exec(stdout)!.map(Number);
    expect(due).toBeGreaterThanOrEqual(10);
    expect(got).toBe(due);
    expect(waiting).toBe(50 - due!);
    expect(stdout).toContain(`${due} e-mails with ${due} Message-IDs`);
    const timers = stdout.match(
      /^ {2}payment_reminder\/participant-\d\d {2}(BUSINESS_)?REMINDER opens .* \d\d:\d\d .+$/gm,
    );
    expect(timers!.length).toBeGreaterThanOrEqual(5);
    expect(stdout).not.toMatch(/^wrong:/m);
    expect(existsSync(join(folder, 'acme', '.flowc', 'temporal-address'))).toBe(false);
    expect(await expectReplayedAfterwards(join(folder, 'acme', '.flowc'))).toBe(50);
  });

  it('stays until Ctrl-C: the inbox shows what was sent, and then nothing is left running', async () => {
    const { child, ended } = demo();
    const text = await says(child, 'Everything keeps running');
    const [inbox, temporal] = [urlIn(text, 'Inbox'), urlIn(text, 'Temporal')];
    const mails = (await (await fetch(`${inbox}api/messages`)).json()) as {
      id: number;
      to: string[];
      subject: string;
    }[];
    const due = Number(/^(\d+) were due/m.exec(text)![1]);
    expect(new Set(mails.map(({ to }) => to[0])).size).toBe(due);
    expect(mails.every(({ subject }) => /^(Your order|Invoice for order) A-10\d\d/.test(subject))).toBe(true);
    const first = (await (await fetch(`${inbox}api/messages/${mails[0]!.id}`)).json()) as { text: string };
    expect(first.text).toMatch(/A-10\d\d[\s\S]*Acme Billing/);
    expect((await fetch(temporal)).status).toBe(200);

    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    await expect(fetch(inbox)).rejects.toThrow();
    await expect(fetch(temporal)).rejects.toThrow();
  });

  it('starts anew after one that was killed, and ends what that left running', async () => {
    const killed = demo();
    const text = await says(killed.child, 'Windows');
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect((await fetch(urlIn(text, 'Temporal'))).status).toBe(200);

    const { code, stdout } = await demo('--exit').ended;
    expect({ code, wrong: stdout.match(/^wrong:.*$/m) }).toEqual({ code: 0, wrong: null });
    await expect(fetch(urlIn(text, 'Temporal'))).rejects.toThrow();
  });

  it('leaves a folder alone that holds anything else', async () => {
    const own = join(folder, 'acme', 'thesis.txt');
    mkdirSync(join(folder, 'acme'));
    writeFileSync(own, 'mine');
    const { code, stderr } = await demo('--exit').ended;
    expect(code).toBe(2);
    expect(stderr).toContain('holds files that no demo wrote');
    expect(readFileSync(own, 'utf8')).toBe('mine');
  });

  it('refuses an argument it does not know in one sentence', async () => {
    const { code, stderr } = await demo('--quick').ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/'--quick'.*Allowed: npm run demo -- \[--exit\] \[--folder FOLDER\]\.\n$/s);
    expect(stderr).not.toContain('    at ');
  });
});
