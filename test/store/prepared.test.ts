import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Store } from '../../runtime/store/database.ts';
import { useStore } from './fixture.ts';

const database = useStore();

/** The statements of the session that this transaction runs in. */
async function prepared(store: Store, work: (tx: Parameters<typeof read>[0]) => Promise<unknown>): Promise<string[]> {
  return store.db.transaction().execute(async (tx) => {
    await work(tx);
    const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(tx);
    return rows.map(({ statement }) => statement);
  });
}
const read = (tx: Store['db'], key: string) => tx.selectFrom('meta').selectAll().where('key', '=', key).execute();
const text = 'select * from "meta" where "key" = $1';

it('a statement that comes again is prepared, one that comes once is not', async () => {
  const store = await database.store();
  expect(await prepared(store, (tx) => read(tx, 'workspace'))).not.toContain(text);
  expect(await prepared(store, (tx) => read(tx, 'other'))).toContain(text);
  expect(await read(store.db, 'workspace')).toMatchObject([{ value: 'acme' }]);
});

it('statements of ever new shapes do not fill the server', async () => {
  const store = await database.store();
  const shapes = Array.from({ length: 300 }, (_, n) => Array.from({ length: n + 1 }, (_, at) => String(at)));
  const use = async (tx: Store['db']) => {
    for (const keys of [...shapes, ...shapes])
      await tx.selectFrom('meta').select('key').where('key', 'in', keys).execute();
  };
  const statements = await prepared(store, use);
  expect(statements.length).toBeGreaterThan(100);
  expect(statements.length).toBeLessThanOrEqual(200);
});

it('a table that gets a column fails a transaction at most once for each connection', async () => {
  const store = await database.store();
  for (let n = 0; n < 3; n++) await read(store.db, 'workspace');
  await sql`alter table meta add column more text`.execute(store.db);
  await expect(read(store.db, 'workspace')).rejects.toThrow('cached plan must not change result type');
  expect(await read(store.db, 'workspace')).toEqual([{ key: 'workspace', value: 'acme', more: null }]);
});

it('behind a pooler that forgets statements nothing is prepared after the first failure', async () => {
  const store = await database.store();
  for (let n = 0; n < 3; n++) await read(store.db, 'workspace');
  await sql`deallocate all`.execute(store.db);
  await expect(read(store.db, 'workspace')).rejects.toThrow(/prepared statement "flowc_[0-9a-f]{32}" does not exist/);
  for (let n = 0; n < 3; n++) expect(await prepared(store, (tx) => read(tx, 'workspace'))).toEqual([]);
});
