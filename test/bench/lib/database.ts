/** The embedded Postgres of the bench: the same server for every column that stores something, a schema per measurement. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startDatabase } from '../../../runtime/store/postgres.ts';
import { ending } from './endings.ts';
import { pidOfPort } from './processes.ts';

export interface BenchDatabase {
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: number;
  stop(): Promise<void>;
}

export async function benchDatabase(): Promise<BenchDatabase> {
  const folder = join(dirname(import.meta.dirname), 'workspace', '.flowc');
  await mkdir(folder, { recursive: true });
  const { url, stop } = await startDatabase({ folder, log: (line) => process.stderr.write(`${line}\n`) });
  const pid = pidOfPort(Number(new URL(url).port));
  if (!pid) throw new Error('The database of the bench must run on this machine: its CPU time is charged.');
  return { url, pid, stop: ending(stop) };
}
