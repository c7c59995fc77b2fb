/** Of all workers one at a time watches. A row with an end, not a session's lock: it works behind every pooler, and a killed worker's lapses. */
import { sql } from 'kysely';
import type { Db } from './database.ts';

const key = 'watch_turn';
const longestTurnMs = 30_000;

/** Takes the turn; false when somebody has it or had it a moment ago. */
export async function takeTurn(db: Db): Promise<boolean> {
  const { rows } = await sql`
    insert into meta (key, value) values (${key}, ${until(longestTurnMs)})
    on conflict (key) do update set value = excluded.value where meta.value::timestamptz <= clock_timestamp()
    returning key
  `.execute(db);
  return rows.length > 0;
}

/** Nobody takes the next turn before `pauseMs` have passed. */
export async function passTurn(db: Db, pauseMs: number): Promise<void> {
  await sql`update meta set value = ${until(pauseMs)} where key = ${key}`.execute(db);
}

function until(ms: number) {
  return sql`(clock_timestamp() + make_interval(secs => ${ms / 1000}))::text`;
}
