import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../patience.ts';
import { flowc, repository } from './flowc.ts';

let folder: string;
let child: ChildProcess;
let output = '';

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'flowc-watch-')), 'acme');
  expect((await flowc(tmpdir(), ['init', folder])).code).toBe(0);
  output = '';
});
afterEach(async () => {
  // The launcher hands SIGTERM on to the process that watches; killed, it would leave it behind.
  if (child?.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

function start(...args: string[]): void {
  child = spawn(process.execPath, [join(repository, 'bin', 'flowc.js'), ...args, '--watch'], { cwd: folder });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
}

/** Waits for words that come after what was read before. */
async function next(words: string): Promise<void> {
  await eventually(
    () => output.includes(words),
    () => `"${words}" in\n${output}`,
  );
  output = output.slice(output.indexOf(words) + words.length);
}

it('check --watch survives every error and ends on Ctrl-C with 0', async () => {
  start('check');
  await next('no problems');
  await next('— watching');
  const flow = join(folder, 'welcome', 'late.flow');
  writeFileSync(flow, 'flow late {\n');
  await next('error FLOW104');
  await next('— watching');
  writeFileSync(flow, Buffer.from([0, 255, 254, 0x7b]));
  await next('FLOW109');
  await next('— watching');
  writeFileSync(join(folder, 'flowc.json'), '{');
  await next('flowc.json is not valid JSON');
  await next('— watching');
  writeFileSync(join(folder, 'flowc.json'), '{}');
  await next('— watching');
  // The whole workspace goes, as when a branch without it is checked out, and comes back.
  renameSync(folder, `${folder}-away`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  renameSync(`${folder}-away`, folder);
  await next('— watching');
  rmSync(flow);
  await next('no problems');
  await next('— watching');
  // A folder that is new is watched as well.
  mkdirSync(join(folder, 'other'));
  await next('— watching');
  writeFileSync(join(folder, 'other', 'campaign.flow'), 'campaing other\n');
  await next('error FLOW102');
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

it('build --watch writes what changed', async () => {
  start('build');
  await next('written or removed');
  await next('— watching');
  writeFileSync(join(folder, 'welcome', 'more.flow'), 'flow more {\n  on another flow\n  set paid = true\n}\n');
  await next('new      generated/welcome/more.workflow.ts');
  await next('— watching');
});

it('prints for people only', async () => {
  const { code, stderr } = await flowc(folder, ['check', '--watch', '--format', 'json']);
  expect(code).toBe(2);
  expect(stderr).toBe('--watch prints code frames only; remove --format json, or --watch.\n');
});
