/**
 * The store's generation: a number that only rises, copied to Temporal. A store whose number is lower than the copy was set back
 * behind its workflows, as by a restored backup: then every campaign is stopped until a repair has compared both.
 */
import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import { wakeRelay } from './events.ts';
import { readMeta, writeMeta } from './meta.ts';

const generationKey = 'generation';
const restoredKey = 'restored';
const watchedKey = 'watched_at';

/** What is kept of a restored backup until it is repaired. */
export interface Restored {
  /** The number Temporal holds. */
  readonly generation: number;
  /** Real epoch milliseconds: up to then the store is known to have kept pace, and when it was found set back. */
  readonly from: number;
  readonly found: number;
  /** Campaigns that ran. */
  readonly campaigns: readonly string[];
}

/** What everybody is told who meets a store that was set back. */
export const restoredSentence =
  'The database is older than what Temporal has done with it, as after restoring a backup: every campaign is stopped and nothing is sent until `flowc repair` has compared the two.';

export async function storeGeneration(db: Db): Promise<number> {
  return Number((await readMeta(db, generationKey)) ?? 0);
}

/** Gives the new number. */
export async function raiseGeneration(db: Db | Tx, above = 0): Promise<number> {
  const { rows } = await sql<{ value: string }>`
    insert into meta (key, value) values (${generationKey}, ${String(above + 1)})
    on conflict (key) do update set value = (greatest(meta.value::bigint, ${above}::bigint) + 1)::text
    returning value
  `.execute(db);
  return Number(rows[0]!.value);
}

/** Store and Temporal were compared and agree: whoever restores this very moment knows from when on it lags behind. */
export async function noteWatched(db: Db): Promise<void> {
  await sql`
    insert into meta (key, value) values (${watchedKey}, ${realNow}::text)
    on conflict (key) do update set value = excluded.value
  `.execute(db);
}

const realNow = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** Undefined: the store is not known to have been set back. */
export async function restoredBackup(db: Db | Tx): Promise<Restored | undefined> {
  const value = await readMeta(db, restoredKey);
  return value === undefined ? undefined : (JSON.parse(value) as Restored);
}

/** Stops every campaign and remembers which ran. False when somebody else noted it before. */
export async function noteRestored(db: Db, generation: number): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('flowc restored'), hashtext(current_schema()))`.execute(tx);
    if (await restoredBackup(tx)) return false;
    const stopped = await tx
      .updateTable('campaign')
      .set({ state: 'inactive', changed_at: sql`now()` })
      .where('state', '=', 'active')
      .returning('name')
      .execute();
    const { rows } = await sql<{ now: number }>`select ${realNow} as now`.execute(tx);
    const restored: Restored = {
      generation,
      from: Number((await readMeta(tx, watchedKey)) ?? 0),
      found: rows[0]!.now,
      campaigns: stopped.map(({ name }) => name).sort(),
    };
    await writeMeta(tx, restoredKey, JSON.stringify(restored));
    return true;
  });
}

/** After the repair: the store is ahead of Temporal again, and the campaigns that ran go on. Gives the new generation. */
export async function endRestored(db: Db, { generation, campaigns }: Restored): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const raised = await raiseGeneration(tx, generation);
    await tx.deleteFrom('meta').where('key', '=', restoredKey).execute();
    if (campaigns.length > 0)
      await tx
        .updateTable('campaign')
        .set({ state: 'active', changed_at: sql`now()` })
        .where('name', 'in', campaigns)
        .execute();
    await wakeRelay(tx);
    return raised;
  });
}
