import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { claimWorkspace } from '../../compiler/cli/commands/dev.ts';
import { startDatabase } from '../../runtime/store/postgres.ts';
import { runningServer, startTemporal } from '../../runtime/temporal/server.ts';
import { UserError } from '../../runtime/user-error.ts';

/** Tells the folder of a demo from any other. */
const mark = '.demo';
const example = join(import.meta.dirname, '..', '..', 'examples', 'acme');

/**
 * Makes `folder` a fresh copy of the example, so that each demo starts from nothing and the example stays as it is. What an
 * earlier demo left running there is ended.
 * @throws UserError when a demo runs in that folder, or it holds anything else.
 */
export async function freshWorkspace(folder: string): Promise<void> {
  const state = join(folder, '.flowc');
  refuseOtherFolders(folder);
  const release = claimWorkspace(state);
  await endLeftovers(state);
  await release();
  rmSync(folder, { recursive: true, force: true });
  cpSync(example, folder, { recursive: true, filter: (source) => basename(source) !== '.flowc' });
  writeFileSync(join(folder, mark), 'The next demo deletes this folder.\n');
  useOwnSchema(join(folder, 'flowc.json'));
}

/** The folder is about to be deleted: it must be an earlier demo's. */
function refuseOtherFolders(folder: string): void {
  if (!existsSync(folder) || existsSync(join(folder, mark)) || readdirSync(folder).length === 0) return;
  throw new UserError(
    'usage',
    `${folder} holds files that no demo wrote, and a demo starts by emptying its folder: name one that does not exist yet with --folder.`,
  );
}

/** Ends server and database that a demo which was killed left running. `state` is the `.flowc` folder of its workspace. */
export async function endLeftovers(state: string): Promise<void> {
  const quiet = { folder: state, log: () => {} };
  if (runningServer(state)) await (await startTemporal(quiet)).stop();
  if (existsSync(join(state, 'database-url'))) await (await startDatabase({ ...quiet, environment: {} })).stop();
}

/** The database may lie elsewhere (a folder closed to Postgres, DATABASE_URL): its older demos are no business of this one. */
function useOwnSchema(file: string): void {
  const config = JSON.parse(readFileSync(file, 'utf8')) as { environments: { dev: Record<string, unknown> } };
  config.environments.dev.database_schema = `demo_${Date.now()}`;
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
}
