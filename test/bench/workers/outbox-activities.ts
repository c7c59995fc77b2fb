/** Activities of `minimal-read-outbox`: participant read, run row, communication row, outbox steps. */
import { Pool, type PoolClient } from 'pg';
import { post } from '../lib/http.ts';
import type { SendArgs } from '../workflows/types.ts';

interface Configuration {
  readonly sinkUrl: string;
  readonly databaseUrl: string;
  readonly schema: string;
}

export function create({ sinkUrl, databaseUrl, schema }: Configuration) {
  const pool = new Pool({ connectionString: databaseUrl, max: 20, options: `-c search_path=${schema}` });
  return {
    async readFields(id: string): Promise<unknown> {
      await pool.query(`insert into run (participant_id, state) values ($1, 'running') on conflict do nothing`, [id]);
      const { rows } = await pool.query('select fields from participant where id = $1', [id]);
      return rows[0].fields;
    },
    async send(message: SendArgs): Promise<unknown> {
      const id = `${message.participant}/${message.n}`;
      await inTransaction(pool, async (tx) => {
        await tx.query(
          `insert into communication (id, participant_id, template, status) values ($1, $2, $3, 'Planned') on conflict do nothing`,
          [id, message.participant, message.template],
        );
        await tx.query(`insert into outbox (id, state) values ($1, 'RESERVED') on conflict do nothing`, [id]);
        const state = message.n === 2 ? 'ended' : 'parked';
        await tx.query('update run set state = $2 where participant_id = $1', [message.participant, state]);
      });
      const handedOff = await pool.query(
        `update outbox set state = 'HANDED_OFF', handed_off_at = now() where id = $1 and state = 'RESERVED'`,
        [id],
      );
      if (handedOff.rowCount !== 1) throw new Error(`${id} was handed over before`);
      const answer = await post(`${sinkUrl}/send`, message);
      await inTransaction(pool, async (tx) => {
        await tx.query(`update communication set status = 'Started', started = now() where id = $1`, [id]);
        await tx.query(`update outbox set state = 'SENT', settled_at = now() where id = $1`, [id]);
      });
      return answer;
    },
  };
}

async function inTransaction(pool: Pool, work: (tx: PoolClient) => Promise<void>): Promise<void> {
  const tx = await pool.connect();
  try {
    await tx.query('begin');
    await work(tx);
    await tx.query('commit');
  } catch (error) {
    await tx.query('rollback');
    throw error;
  } finally {
    tx.release();
  }
}
