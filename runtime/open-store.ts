import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './config.ts';
import type { CampaignData } from './data/types.ts';
import { loadCampaigns } from './load.ts';
import { type Clock, virtualNow } from './model/clock.ts';
import { claimClock } from './store/clock.ts';
import { openStore, type Store } from './store/database.ts';
import { keepParticipantIds } from './store/participants.ts';
import { startDatabase } from './store/postgres.ts';
import { messageOf, refusalOf, UserError } from './user-error.ts';

/** A built workspace with its database: what everything that runs needs. */
export interface OpenWorkspace {
  readonly folder: string;
  /** Its `.flowc` folder. */
  readonly state: string;
  readonly environment: Environment;
  readonly campaigns: readonly CampaignData[];
  readonly store: Store;
  /** The clock participants live by; undefined: real time. */
  readonly clock: Clock | undefined;
  /** Epoch milliseconds on that clock. */
  now(): number;
  /** Closes the store and ends an embedded database that nobody else uses. */
  close(): Promise<void>;
}

/**
 * Loads what was built and opens the environment's database: the variable that `database_env` names, else
 * `DATABASE_URL`, else the embedded Postgres, which is started if it does not run.
 * @throws UserError when nothing was built or no database can be had.
 */
export async function openStoreOf(
  folder: string,
  environment: Environment,
  log: (line: string) => void,
): Promise<OpenWorkspace> {
  const campaigns = await loadCampaigns(folder);
  const workspace = campaigns[0]?.workspace;
  if (!workspace)
    throw new UserError('problem', `The workspace ${folder} has no campaign: add a folder with a campaign to it.`);
  const state = join(folder, '.flowc');
  mkdirSync(state, { recursive: true });
  const database = await asEnvironment(
    startDatabase({ folder: state, log, environment: databaseVariables(environment) }),
  );
  try {
    const store = await asEnvironment(
      openStore({
        url: database.url,
        variable: environment.databaseVariable ?? 'DATABASE_URL',
        workspace,
        schema: environment.databaseSchema,
      }),
    );
    await keepParticipantIds(store.db, environment.participantIds);
    const clock = await claimClock(store.db, environment.clock);
    const close = async () => {
      await store.close();
      await database.stop();
    };
    return { folder, state, environment, campaigns, store, clock, now: () => virtualNow(clock, Date.now()), close };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** @throws UserError (usage) naming the campaigns there are. */
export function campaignOf({ campaigns }: OpenWorkspace, name: string): CampaignData {
  const found = campaigns.find((campaign) => campaign.name === name);
  if (found) return found;
  const names = campaigns.map((campaign) => campaign.name).join(', ');
  throw new UserError(
    'usage',
    `The last build has no campaign \`${name}\`. Campaigns: ${names}. Correct the name, or run \`flowc build\`.`,
  );
}

function databaseVariables({ databaseVariable, name }: Environment): Readonly<Record<string, string | undefined>> {
  if (!databaseVariable) return process.env;
  const url = process.env[databaseVariable];
  if (!url)
    throw new UserError(
      'environment',
      `The variable ${databaseVariable} holds no database URL, and flowc.json names it for the environment \`${name}\`: set it.`,
    );
  return { ...process.env, DATABASE_URL: url };
}

/** The store's errors are sentences already; they lack only whose move it is. */
async function asEnvironment<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new UserError('environment', refusalOf(error) ?? messageOf(error), { cause: error });
  }
}
