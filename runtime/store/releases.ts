/** Which version of each flow new runs get, and which versions the living workers hold. */
import { sql } from 'kysely';
import type { LiveWorker, WorkerVersions } from '../worker-versions.ts';
import { type Db, StoreError, type Tx } from './database.ts';

/** Flow to hash, for one campaign. */
export type Pointer = Readonly<Record<string, string>>;

/** A worker that has not renewed its registration for this long is dead. */
const lifetimeSeconds = 60;

/** Registers a worker and what its bundle holds (`<campaign>/<flow>@<hash>`), or renews it. Call it every 20 seconds. */
export async function registerWorker(
  db: Db,
  id: string,
  holds: readonly string[],
  versions: WorkerVersions = {},
): Promise<void> {
  const told = { holds: JSON.stringify(holds), versions: JSON.stringify(versions) };
  await db
    .insertInto('worker')
    .values({ id, ...told })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...told, seen_at: sql`now()` }))
    .execute();
}

/** Workers that renewed their registration lately, with what they said about themselves. */
export async function liveWorkers(db: Db): Promise<readonly LiveWorker[]> {
  return db
    .selectFrom('worker')
    .select(['id', 'versions'])
    .where('seen_at', '>', sql<Date>`now() - make_interval(secs => ${lifetimeSeconds})`)
    .orderBy('id')
    .execute();
}

/** Ids of all workers that have not been removed, dead ones too. */
export async function registeredWorkers(db: Db): Promise<readonly string[]> {
  return (await db.selectFrom('worker').select('id').execute()).map(({ id }) => id);
}

export async function removeWorker(db: Db, id: string): Promise<void> {
  await db.deleteFrom('worker').where('id', '=', id).execute();
}

/** Moves a campaign's pointer in one statement. Throws StoreError while a living worker lacks one of the versions. */
export async function publish(db: Db, campaign: string, flows: Pointer): Promise<void> {
  const wanted = Object.entries(flows).map(([flow, hash]) => `${campaign}/${flow}@${hash}`);
  const moved = await sql`
    insert into release (campaign, flows)
    select ${campaign}, ${JSON.stringify(flows)}::jsonb
    where not exists (
      select 1 from worker
      where seen_at > now() - make_interval(secs => ${lifetimeSeconds}) and not holds @> ${JSON.stringify(wanted)}::jsonb)
    on conflict (campaign) do update set flows = excluded.flows, published_at = now()
    returning campaign
  `.execute(db);
  if (moved.rows.length === 0)
    throw new StoreError(
      `${campaign} cannot be published: ${await lacking(db, wanted)}. Restart the worker with this build, then publish again.`,
    );
}

async function lacking(db: Db, wanted: readonly string[]): Promise<string> {
  const workers = await db
    .selectFrom('worker')
    .selectAll()
    .where('seen_at', '>', sql<Date>`now() - make_interval(secs => ${lifetimeSeconds})`)
    .execute();
  for (const worker of workers) {
    const missing = wanted.find((version) => !worker.holds.includes(version));
    if (missing) return `the worker ${worker.id} lacks ${missing}`;
  }
  return 'a worker lacked one of its versions';
}

/** The published versions of a campaign; undefined before its first release. */
export async function currentPointer(db: Db | Tx, campaign: string): Promise<Pointer | undefined> {
  return (await db.selectFrom('release').select('flows').where('campaign', '=', campaign).executeTakeFirst())?.flows;
}
