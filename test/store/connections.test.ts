import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { useStore } from './fixture.ts';

const database = useStore();

it('a connection that is ended between two statements fails its transaction, and nothing else', async () => {
  const store = await database.store();
  const work = store.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(store.db);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sql`select 1`.execute(tx);
  });
  await expect(work).rejects.toThrow();
  await expect(sql`select 1`.execute(store.db)).resolves.toBeDefined();
});

it('statements are prepared once per connection, and anew after a migration changed their table', async () => {
  const store = await database.store();
  const look = (db: Pick<typeof store.db, 'selectFrom'>) =>
    db.selectFrom('upload').selectAll().where('id', '=', 1).execute();
  await store.db.connection().execute(async (connection) => {
    for (let n = 0; n < 3; n++) await look(connection);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from pg_prepared_statements where statement like '%from "upload"%'`.execute(connection);
    expect(rows).toEqual([{ n: 1 }]);
    await sql`alter table upload add column later text`.execute(store.db);
    await expect(look(connection)).rejects.toMatchObject({ code: '0A000' });
    expect(await look(connection)).toEqual([]);
  });
});
