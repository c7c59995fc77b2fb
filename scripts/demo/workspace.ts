import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { claimWorkspace } from '../../compiler/cli/commands/dev.ts';
import { startDatabase } from '../../runtime/store/postgres.ts';
import { runningServer, startTemporal } from '../../runtime/temporal/server.ts';

const example = join(import.meta.dirname, '..', '..', 'examples', 'acme');

/**
 * Makes `folder` a fresh copy of the example, so that each demo starts from nothing and the example stays as it is. What an
 * earlier demo left running there is ended.
 * @throws UserError when a demo runs in that folder.
 */
export async function freshWorkspace(folder: string): Promise<void> {
  const state = join(folder, '.flowc');
  const release = claimWorkspace(state);
  await endLeftovers(state);
  await release();
  rmSync(folder, { recursive: true, force: true });
  cpSync(example, folder, { recursive: true, filter: (source) => basename(source) !== '.flowc' });
  useOwnSchema(join(folder, 'flowc.json'));
}

async function endLeftovers(state: string): Promise<void> {
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
