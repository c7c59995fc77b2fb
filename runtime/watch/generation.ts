/** Compares the generations of store and Temporal, and keeps the copy up to date. */
import type { Client } from '@temporalio/client';
import type { Db } from '../store/database.ts';
import { noteRestored, raiseGeneration, restoredBackup, storeGeneration } from '../store/generation.ts';
import { copyGeneration, temporalGeneration } from '../temporal/generation.ts';

export interface Generations {
  readonly db: Db;
  readonly client: Client;
  readonly workspace: string;
}

/** True while the store is set back: found now, or not repaired yet. */
export async function isSetBack({ db, client, workspace }: Generations): Promise<boolean> {
  if (await restoredBackup(db)) return true;
  // In this order: a store is raised before its copy is, so a copy read first is never above a store that kept pace.
  const copy = await temporalGeneration(client, workspace);
  if (copy <= (await storeGeneration(db))) return false;
  await noteRestored(db, copy);
  return true;
}

/** Somebody knows that it was set back, by less than the generation tells. */
export async function callSetBack({ db, client, workspace }: Generations): Promise<void> {
  await noteRestored(db, await temporalGeneration(client, workspace));
}

/** The store is raised first: a process that ends in between leaves a copy that is too low, which alarms nobody. */
export async function advance({ db, client, workspace }: Generations): Promise<void> {
  await copyGeneration(client, workspace, await raiseGeneration(db));
}
