/** The rows flowc writes for the same journey, written by an expert's two activities. */
import { Pool } from 'pg';
import { benchDatabase } from '../lib/database.ts';
import { type Beside, control } from '../lib/temporal.ts';
import type { Context } from '../lib/types.ts';

export const minimalReadOutbox = control({
  name: 'minimal-read-outbox',
  title: "minimal-read with flowc's rows in Postgres",
  workflows: 'minimal.ts',
  workflowType: 'minimalRead',
  args: ({ id, t0, timeoutMs }) => [{ id, t0, timeoutMs }],
  signal: { name: 'communicationEnded', args: [{ status: 'answered' }] },
  beside: withTables,
});

async function withTables({ runId }: Context): Promise<Beside> {
  const database = await benchDatabase();
  const schema = `control_${runId}`;
  const pool = new Pool({ connectionString: database.url, max: 20, options: `-c search_path=${schema}` });
  await pool.query(`create schema ${schema}; set search_path to ${schema}; ${tables}`);
  return {
    activities: 'outbox-activities.ts',
    configuration: { databaseUrl: database.url, schema },
    store: [database.pid],
    joining: ({ id, fields }) =>
      pool.query('insert into participant (id, fields) values ($1, $2)', [id, JSON.stringify(fields)]),
    answering: ({ id }) =>
      pool.query(`update communication set status = 'Completed', ended = now() where id = $1`, [`${id}/1`]),
    async stop() {
      await pool.query(`drop schema ${schema} cascade`);
      await pool.end();
      await database.stop();
    },
  };
}

const tables = `
  create table participant (id text primary key, fields jsonb not null);
  create table run (participant_id text primary key references participant, state text not null, started timestamptz not null default now());
  create table communication (
    id text primary key, participant_id text not null references participant, template text not null, status text not null,
    started timestamptz, ended timestamptz);
  create index on communication (participant_id);
  create table outbox (id text primary key, state text not null, handed_off_at timestamptz, settled_at timestamptz);
`;
