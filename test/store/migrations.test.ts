import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Pool } from 'pg';
import { expect, it } from 'vitest';
import { openStore } from '../../runtime/store/database.ts';
import { migrations } from '../../runtime/store/migrations.ts';
import { useStore } from './fixture.ts';

const database = useStore();

it('what the first schema held is held after the migrations', async () => {
  await database.store();
  const options = { connectionString: database.url(), options: '-c search_path=older' };
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new Pool(options) }) });
  await sql`create schema older`.execute(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: 'older',
    migrationTableName: 'flowc_migration',
    migrationLockTableName: 'flowc_migration_lock',
  });
  const { error } = await migrator.migrateTo('0001_first');
  expect(error).toBeUndefined();
  await sql`insert into profile (external_id, fields) values ('ada', '{}')`.execute(db);
  await sql`insert into participant (campaign, external_id, key, profile_id, fields) values ('c', 'ada', 'ada', 1, '{}')`.execute(
    db,
  );
  await sql`
    insert into communication (
      id, participant_id, run, flow, hash, name, kind, channel, agent, status, history, planning, zone, origin)
    select id, 1, 'r', 'f', 'h', id, 'email', 'billing', 'a', 'Planned', '[]', 1, 'UTC', 'x'
    from unnest(array['waits', 'told']) as given(id)`.execute(db);
  await sql`
    insert into hold (communication, participant_id, cause, of, resumed_at)
    values ('waits', 1, 'channel', 'billing', null), ('told', 1, 'channel', 'billing', now())`.execute(db);
  await db.destroy();

  const store = await openStore({ url: database.url(), workspace: 'acme', schema: 'older' });
  const held = await store.db.selectFrom('hold').select(['participant_id', 'subject', 'cause', 'of']).execute();
  await store.close();
  expect(held).toEqual([{ participant_id: 1, subject: 'waits', cause: 'channel', of: 'billing' }]);
});
