import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { flowc, repository } from './flowc.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-interrupted-'));
  chmodSync(folder, 0o755);
  expect((await flowc(folder, ['init', 'acme'])).code).toBe(0);
  folder = join(folder, 'acme');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

/** Runs a command and sends it Ctrl-C once `when` answers yes to what it has said so far. */
async function interruptedWhen(
  when: (said: string) => boolean,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly said: string }> {
  const main = join(repository, 'compiler', 'cli', 'main.ts');
  const child = spawn(process.execPath, ['--conditions=flowc-source', main, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  let said = '';
  let sent = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
      if (sent || !when(said)) return;
      sent = true;
      child.kill('SIGINT');
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, said };
}

/** A PATH without Temporal, whose Go compiles until it is ended. */
function endlessGo(): Readonly<Record<string, string>> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'go'), `#!/bin/sh\n[ "$1" = env ] && exit\nexec /bin/sleep 1000\n`);
  chmodSync(join(bin, 'go'), 0o755);
  return { PATH: bin, FLOWC_CACHE: join(folder, 'cache'), FLOWC_TEMPORAL_DOWNLOADS: 'http://127.0.0.1:1' };
}

it('an import ends between two batches, says how to go on, and leaves no database running', async () => {
  expect((await flowc(folder, ['build'])).code).toBe(0);
  const rows = Array.from({ length: 20_000 }, (_, n) => `p${n},${n === 0 ? '' : n}\n`).join('');
  writeFileSync(join(folder, 'many.csv'), `external_id,order_id\n${rows}`);
  const { code, said } = await interruptedWhen((text) => text.includes('row 2:'), ['import', 'welcome', 'many.csv']);
  expect(code, said).toBe(130);
  expect(said).toMatch(/^\d+ rows: \d+ created, 0 updated, 0 unchanged, 1 refused$/m);
  expect(said).toMatch(/^Interrupted after row \d+: what was imported stays\. Import the file again/m);
  expect(existsSync(join(folder, '.flowc', 'database-url'))).toBe(false);
  expect(readdirSync(join(folder, '.flowc', 'database-users'))).toEqual([]);
});

it('flowc dev gives up compiling Temporal on Ctrl-C', async () => {
  const { code, said } = await interruptedWhen((text) => text.includes('compiling'), ['dev'], endlessGo());
  expect(code, said).toBe(130);
  expect(existsSync(join(folder, '.flowc', 'database-url'))).toBe(false);
});

it('flowc dev gives up compiling Temporal when there is no database, and says why', async () => {
  const environment = { ...endlessGo(), DATABASE_URL: 'postgresql://127.0.0.1:1/none' };
  const { code, stderr } = await flowc(folder, ['dev'], environment);
  expect(code, stderr).toBe(3);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^No Postgres answers at 127\.0\.0\.1:1\/none /);
});
