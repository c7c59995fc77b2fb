import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from '../../runtime/service/csv.ts';
import { type BadRow, type ImportCounts, type ImportOptions, importRows } from '../../runtime/service/import.ts';
import { openStore, type Store } from '../../runtime/store/database.ts';
import { campaign } from './fixture.ts';
import { type Restartable, restartablePostgres, type Way, wayTo } from './restartable.ts';

const data = campaign();
/** Three batches; the last person of each has no date. */
const rows = 1500;
const text = `external_id,order_id,due_date\n${Array.from(
  { length: rows },
  (_, n) => `p${n},O${n},${n % 500 === 499 ? 'soon' : '2026-03-10'}\n`,
).join('')}`;

describe('an import whose connection is cut', () => {
  let server: Restartable;
  let way: Way;
  let store: Store;
  let said: string[] = [];
  let schemas = 0;
  beforeAll(async () => {
    server = await restartablePostgres();
    way = await wayTo(server.url);
  }, 60_000);
  afterEach(async () => {
    said = [];
    await store.close();
  });
  afterAll(async () => {
    await way?.close();
    await server?.close();
  });

  /** Imports the file; `after` is called when the first batch is in. */
  async function run(
    url: string,
    after: () => Promise<unknown>,
    extra: Partial<ImportOptions> = {},
  ): Promise<{ counts: ImportCounts; bad: readonly BadRow[] }> {
    schemas += 1;
    store = await openStore({ url, workspace: 'acme', schema: `t${schemas}`, connections: 4 });
    const bad: BadRow[] = [];
    const progress = importRows({
      db: store.db,
      campaign: data,
      campaigns: () => data,
      table: await readCsv(Readable.from([Buffer.from(text)]), 'people.csv'),
      source: 'people.csv',
      now: () => 1000,
      log: (line) => said.push(line),
      ...extra,
    });
    for (let batch = 1; ; batch++) {
      const next = await progress.next();
      if (next.done) return { counts: next.value, bad };
      bad.push(...next.value.bad);
      if (batch === 1) await after();
    }
  }

  async function expectAll({ counts, bad }: { counts: ImportCounts; bad: readonly BadRow[] }): Promise<void> {
    const all = { rows, created: rows - 3, updated: 0, unchanged: 0, refused: 3 };
    expect(counts).toEqual(all);
    expect(bad.map(({ row, field, value }) => `${row} ${field} ${value}`)).toEqual([
      '501 due_date soon',
      '1001 due_date soon',
      '1501 due_date soon',
    ]);
    const upload = await store.db.selectFrom('upload').selectAll().executeTakeFirstOrThrow();
    expect(upload).toMatchObject(all);
    expect(upload.ended_at).not.toBeNull();
    const { rows: events } = await sql<{ n: number }>`select count(*)::int as n from event`.execute(store.db);
    expect(events[0]!.n).toBe(rows - 3);
  }

  it('goes on after the server was away for some seconds', async () => {
    const result = await run(server.url, async () => {
      await server.end();
      setTimeout(() => void server.start(), 2500);
    });
    await expectAll(result);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(
      /^The connection to the database was lost after row 501 \(.+\)\. The import goes on if it returns within 60 seconds\.$/,
    );
    expect(said[1]).toBe('The database is back: the import goes on after row 501.');
  }, 90_000);

  it('goes on after a crash of the server', async () => {
    const result = await run(server.url, async () => {
      const { rows: found } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(store.db);
      process.kill(found[0]!.pid, 'SIGKILL');
      await sleep(50);
    });
    await expectAll(result);
  }, 90_000);

  it('counts a batch once whose commit was taken and whose answer was lost', async () => {
    const result = await run(way.url, async () => way.cutNextCommit());
    expect(said).toHaveLength(2);
    await expectAll(result);
  }, 90_000);

  it('says how far it came when the database does not come back, and that it can be repeated', async () => {
    const lost = run(server.url, () => server.end(), { patienceMs: 1500 });
    await expect(lost).rejects.toThrow(
      /^The connection to the database was lost and did not return \(.+\)\. 500 rows of people\.csv were handled, up to row 501; what comes after it was not imported\. Import the file again once the database answers: whoever is in it already stays unchanged\.$/,
    );
    await server.start();
  }, 90_000);

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController();
    const lost = run(
      server.url,
      async () => {
        await server.end();
        setTimeout(() => stop.abort(), 1000);
      },
      { signal: stop.signal },
    );
    await expect(lost).rejects.toThrow('500 rows of people.csv were handled, up to row 501');
    await server.start();
  }, 90_000);
});
