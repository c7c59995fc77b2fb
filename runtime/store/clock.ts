import type { Clock } from '../model/clock.ts';
import type { Db } from './database.ts';

const key = 'clock';

/**
 * The clock of a test environment. Its real start is kept in the store, so that every process and every restart lives in
 * the same time; other settings start it anew. Undefined without a setting: real time.
 */
export async function claimClock(
  db: Db,
  setting: { readonly base: number; readonly scale: number } | null,
): Promise<Clock | undefined> {
  if (!setting) return undefined;
  const fresh: Clock = { ...setting, start: Date.now() };
  await db
    .insertInto('meta')
    .values({ key, value: JSON.stringify(fresh) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirstOrThrow();
  const kept = JSON.parse(row.value) as Clock;
  if (kept.base === setting.base && kept.scale === setting.scale) return kept;
  await db
    .updateTable('meta')
    .set({ value: JSON.stringify(fresh) })
    .where('key', '=', key)
    .execute();
  return fresh;
}
