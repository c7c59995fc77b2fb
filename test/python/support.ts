import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { lookAtHost } from '../../runtime/python/host.ts';
import { type PythonOptions, type PythonPool, pythonPool } from '../../runtime/python/pool.ts';
import type { PythonCall, PythonOutcome } from '../../runtime/python/port.ts';

export type Mode = 'sandbox' | 'plain';

const host = await lookAtHost({});
const lacking = 'problem' in host ? host.problem : host.sandbox.kind === 'none' ? host.sandbox.why : null;
const isRoot = process.getuid?.() === 0;

/** Tests of a way scripts are kept apart. What this host lacks for it is told, and is a failure where CI runs. */
export function describeIn(mode: Mode, name: string, tests: () => void): void {
  const missing = mode === 'sandbox' ? lacking : isRoot ? null : 'without a sandbox only root can change the user';
  if (missing === null) describe(name, tests);
  else if (process.env.CI) it(`${name}: ${missing}`, () => expect.fail(missing));
  else describe.skip(`${name} (skipped: ${missing})`, tests);
}

export function poolOf(mode: Mode, options: PythonOptions = {}): PythonPool {
  return pythonPool({ sandbox: mode === 'sandbox' ? 'on' : 'off', ...options });
}

export const callOf = (code: string, over: Partial<PythonCall> = {}): PythonCall => ({
  script: { code, name: 'score.py' },
  participant: {},
  types: {},
  communication: null,
  params: {},
  zone: 'Europe/Berlin',
  timeoutMs: 10_000,
  ...over,
});

export const body = (...lines: readonly string[]): string =>
  `def run(participant, communication, params, log):\n${lines.map((line) => `    ${line}\n`).join('')}`;

/** The fields it returned; fails with its words if it did not. */
export function fieldsOf(outcome: PythonOutcome): Readonly<Record<string, unknown>> {
  if (outcome.kind !== 'returned') throw new Error(`${outcome.message}\n${textsOf(outcome).join('\n')}`);
  return outcome.fields;
}

export const textsOf = (outcome: PythonOutcome): string[] => outcome.log.map((line) => line.text);

/** Processes of this host, in whatever namespace, that have the word in their command line. Zombies do nothing any more. */
export function processesWith(word: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => read(`/proc/${pid}/cmdline`).includes(word) && !isZombie(pid)).map(Number);
}

function isZombie(pid: string): boolean {
  return /^State:\s+Z/m.test(read(`/proc/${pid}/status`));
}

export function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Makes folders that, like those of `mktemp -d`, only their owner may enter; they are removed after each test. */
export function folders(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'flowc-python-'));
    chmodSync(folder, 0o700);
    made.push(folder);
    return folder;
  };
}

export function closeAfterAll(pool: PythonPool): PythonPool {
  afterAll(() => pool.close());
  return pool;
}
