import { sql } from 'kysely';
import { type Db, StoreError, type Tx } from './database.ts';
import { wakeRelay } from './events.ts';
import { restoredBackup, restoredSentence } from './generation.ts';

export type CampaignState = 'active' | 'inactive';

/** Campaigns that run. One that was never started is inactive. */
export async function activeCampaigns(db: Db | Tx): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('campaign').select('name').where('state', '=', 'active').execute();
  return new Set(rows.map((row) => row.name));
}

/**
 * Starts or stops a campaign; gives the state it had. The relay goes on with the events kept for it.
 * Throws StoreError for a start while the database is known to be a restored backup.
 */
export async function setCampaignState(db: Db, name: string, state: CampaignState): Promise<CampaignState> {
  return db.transaction().execute(async (tx) => {
    if (state === 'active' && (await restoredBackup(tx))) throw new StoreError(restoredSentence);
    const before = await tx
      .selectFrom('campaign')
      .select('state')
      .where('name', '=', name)
      .forUpdate()
      .executeTakeFirst();
    await tx
      .insertInto('campaign')
      .values({ name, state })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ state, changed_at: sql`now()` }))
      .execute();
    if (state === 'active') await wakeRelay(tx);
    return before?.state ?? 'inactive';
  });
}

export async function campaignState(db: Db | Tx, name: string): Promise<CampaignState> {
  const row = await db.selectFrom('campaign').select('state').where('name', '=', name).executeTakeFirst();
  return row?.state ?? 'inactive';
}
