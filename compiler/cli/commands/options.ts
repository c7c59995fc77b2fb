import { type Environment, environmentOf, readConfig } from '../../../runtime/config.ts';
import { type OpenWorkspace, openStoreOf } from '../../../runtime/open-store.ts';
import { findWorkspace } from '../files.ts';

/** Options of every command that touches what runs. */
export interface RunOptions {
  readonly workspace?: string;
  readonly env: string;
}

export type Format = 'pretty' | 'json';

/** One line on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function environmentFor(options: RunOptions): { readonly folder: string; readonly environment: Environment } {
  const folder = findWorkspace(options.workspace);
  return { folder, environment: environmentOf(readConfig(folder), options.env) };
}

/** Opens the built workspace's database for one piece of work and closes it whatever happens. */
export async function withStore<T>(options: RunOptions, work: (workspace: OpenWorkspace) => Promise<T>): Promise<T> {
  const { folder, environment } = environmentFor(options);
  const workspace = await openStoreOf(folder, environment, say);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}
