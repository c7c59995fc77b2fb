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
