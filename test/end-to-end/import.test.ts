import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowc } from '../cli/flowc.ts';
import { type Restartable, restartablePostgres } from '../store/restartable.ts';
import { eventually, runningFlowc } from './world.ts';

describe('flowc import', () => {
  let server: Restartable;
  let folder: string;
  beforeAll(async () => {
    server = await restartablePostgres();
    const parent = mkdtempSync(join(tmpdir(), 'flowc-import-'));
    chmodSync(parent, 0o755);
    expect((await flowc(parent, ['init', 'acme'])).code).toBe(0);
    folder = join(parent, 'acme');
    expect((await flowc(folder, ['build'])).code).toBe(0);
  }, 120_000);
  afterAll(async () => {
    await server?.close();
    if (folder) rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  function write(name: string, tag: string, rows: number, cell: string): void {
    const lines = Array.from({ length: rows }, (_, n) => `${tag}${n},${cell}\n`);
    writeFileSync(join(folder, name), `external_id,order_id\n${lines.join('')}`);
  }

  const start = (file: string, environment: Readonly<Record<string, string>> = {}) =>
    runningFlowc(folder, ['import', 'welcome', file], { DATABASE_URL: server.url, ...environment });

  async function imported(tag: string): Promise<number> {
    const client = new Client({ connectionString: server.url });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query('select count(*)::int as n from participant where external_id like $1', [
        `${tag}%`,
      ]);
      return rows[0].n;
    } catch {
      return 0;
    } finally {
      await client.end().catch(() => {});
    }
  }

  it('goes on when the database was started again in the middle of it', async () => {
    write('restart.csv', 'r', 8000, 'A1');
    const command = start('restart.csv');
    await eventually('a part is imported', 120, async () => (await imported('r')) >= 1000);
    await server.end();
    await sleep(3000);
    await server.start();
    expect(await command.code, command.said()).toBe(0);
    expect(command.said()).toMatch(/^The connection to the database was lost after row \d+ \(/m);
    expect(command.said()).toMatch(/^The database is back: the import goes on after row \d+\.$/m);
    expect(command.said()).toMatch(/^8000 rows: 8000 created, 0 updated, 0 unchanged, 0 refused$/m);
    expect(await imported('r')).toBe(8000);
  }, 300_000);

  it('says how far it came when somebody ends it while the database is away', async () => {
    write('ended.csv', 'e', 8000, 'A1');
    const command = start('ended.csv');
    await eventually('a part is imported', 120, async () => (await imported('e')) >= 1000);
    await server.end();
    await eventually('it waits', 30, async () => command.said().includes('was lost after row'));
    command.interrupt();
    expect(await command.code, command.said()).toBe(130);
    const [, rows, row] = /(\d+) rows of ended\.csv were handled, up to row (\d+);/.exec(command.said())!;
    await server.start();
    expect(Number(row)).toBe(Number(rows) + 1);
    expect(await imported('e')).toBe(Number(rows));
    expect(command.said()).not.toMatch(/^\s+at /m);
  }, 300_000);

  it('takes a file that is larger than its memory', async () => {
    write('large.csv', 'l', 6000, 'x'.repeat(16_000));
    const command = start('large.csv', { NODE_OPTIONS: '--max-old-space-size=72' });
    expect(await command.code, command.said().slice(-2000)).toBe(0);
    expect(await imported('l')).toBe(6000);
  }, 600_000);
});
