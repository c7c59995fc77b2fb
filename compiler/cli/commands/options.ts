import { type Environment, environmentOf, readConfig } from '../../../runtime/config.ts';
import { type OpenWorkspace, openStoreOf } from '../../../runtime/open-store.ts';
import { exitCodes } from '../exit.ts';
import { findWorkspace } from '../files.ts';
import { type Interrupts, watchInterrupts } from '../interrupts.ts';

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

/** Opens the built workspace's database for one piece of work and closes it whatever happens, Ctrl-C included. */
export async function withStore(
  options: RunOptions,
  work: (workspace: OpenWorkspace, interrupts: Interrupts) => Promise<number>,
): Promise<number> {
  const { folder, environment } = environmentFor(options);
  // Before anything starts: an embedded database would outlive a process that is ended by a signal.
  const interrupts = watchInterrupts();
  try {
    const workspace = await openStoreOf(folder, environment, say);
    try {
      return interrupts.happened() ? exitCodes.interrupted : await work(workspace, interrupts);
    } finally {
      await workspace.close();
    }
  } catch (error) {
    // Whatever fails once somebody wants it to end fails because of that.
    if (interrupts.happened()) return exitCodes.interrupted;
    throw error;
  } finally {
    interrupts.release();
  }
}
