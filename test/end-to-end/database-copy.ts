/** Backups of a whole database while others use it: a copy inside the same server. */
import { Client } from 'pg';

export interface Backups {
  /** The database as it is now. */
  take(): Promise<void>;
  /** The database as it was then; whoever is connected is thrown out. */
  restore(): Promise<void>;
}

export function backupsOf(url: string): Backups {
  const name = new URL(url).pathname.slice(1);
  const outside = new URL(url);
  outside.pathname = '/template1';
  const run = async (...statements: readonly string[]) => {
    const client = new Client({ connectionString: outside.href });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const closed = [
    `alter database "${name}" allow_connections false`,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}'`,
  ];
  return {
    take: () =>
      run(
        ...closed,
        `create database flowc_backup template "${name}"`,
        `alter database "${name}" allow_connections true`,
      ),
    restore: () => run(...closed, `drop database "${name}"`, `create database "${name}" template flowc_backup`),
  };
}
