import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporalBinary } from '../../runtime/temporal/binary.ts';
import { hangMs } from '../patience.ts';

let folder: string;
let bin: string;
let cache: string;
let server: Server | null = null;
const lines: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-binary-'));
  bin = join(folder, 'bin');
  cache = join(folder, 'cache');
  mkdirSync(bin);
  for (const tool of ['tar', 'gzip', 'sh', 'sleep', 'chmod'])
    symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(bin, tool));
  lines.length = 0;
  vi.stubEnv('PATH', bin);
  vi.stubEnv('FLOWC_CACHE', cache);
  vi.stubEnv('FLOWC_TEMPORAL_DOWNLOADS', 'http://127.0.0.1:1');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

const log = (line: string) => lines.push(line);

/** A zombie has ended: nobody reaped it yet. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

it('takes the temporal program on the PATH', async () => {
  program('temporal', 'true');
  expect(await temporalBinary(log)).toBe(join(bin, 'temporal'));
  expect(lines).toEqual([]);
});

it('downloads it once when it can', async () => {
  program('temporal', 'echo downloaded');
  execFileSync('tar', ['-czf', join(folder, 'archive.tar.gz'), '-C', bin, 'temporal']);
  rmSync(join(bin, 'temporal'));
  server = createServer((request, response) => {
    if (request.url === '/archive') response.end(readFileSync(join(folder, 'archive.tar.gz')));
    else
      response.end(JSON.stringify({ archiveUrl: `http://${request.headers.host}/archive`, fileToExtract: 'temporal' }));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('FLOWC_TEMPORAL_DOWNLOADS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const file = await temporalBinary(log);
  expect(execFileSync(file, { encoding: 'utf8' })).toBe('downloaded\n');
  expect(lines).toHaveLength(1);
  expect(await temporalBinary(log)).toBe(file);
  expect(lines).toHaveLength(1);
});

it('compiles it with Go into the cache, without C, and says so', async () => {
  program(
    'go',
    `if [ "$1" = env ]; then echo ${folder}/gopath; else echo "echo $* $CGO_ENABLED" > "$GOBIN/temporal" && chmod +x "$GOBIN/temporal"; fi`,
  );
  const file = await temporalBinary(log);
  expect(file).toBe(join(cache, 'temporal'));
  expect(readFileSync(file, 'utf8')).toBe('echo install github.com/temporalio/cli/cmd/temporal@v1.5.1 0\n');
  expect(lines[0]).toBe('compiling Temporal once, about 4 minutes …');
  expect(lines.at(-1)).toMatch(/^Temporal is ready after \d+ s$/);
});

it('is given up together with all that Go has started', async () => {
  program(
    'go',
    `if [ "$1" = env ]; then echo ${folder}/gopath; else sleep 1000 & echo $! > ${folder}/compiler; wait; fi`,
  );
  const wish = new AbortController();
  const work = temporalBinary(log, wish.signal);
  const compiler = join(folder, 'compiler');
  const pid = () => (existsSync(compiler) ? Number(readFileSync(compiler, 'utf8')) : 0);
  await vi.waitUntil(() => pid() > 0, { timeout: hangMs });
  wish.abort(new Error('Ctrl-C'));
  await expect(work).rejects.toThrow('Ctrl-C');
  await vi.waitUntil(() => !runs(pid()), { timeout: hangMs });
});

it('says how to get one when nothing works', async () => {
  await expect(temporalBinary(log)).rejects.toThrow(
    'Temporal is not available: http://127.0.0.1:1 cannot be reached; Go is not installed. Install the temporal program (https://docs.temporal.io/cli) so that it is on the PATH, install Go so that flowc can compile it, or set TEMPORAL_ADDRESS to a running server.',
  );
  expect(existsSync(join(cache, 'temporal'))).toBe(false);
});
