/** Statements are parsed once per connection: parsing each anew was a good part of the store's processor time. */
import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** More than the store has: statements that come in any length (rows of an import) must not fill the server's memory. */
const namesAtMost = 200;

/** Another session answers than the one that prepared, as behind a pooler that hands sessions round. */
const misplaced = new Set(['26000', '42P05']);
/** A table has other columns than when the statement was prepared: a newer flowc migrated it. */
const outdated = '0A000';

/**
 * A pool whose statements are prepared when they come a second time. What fails because it was prepared fails once: its
 * connection is not used again, and behind a pooler that cannot prepare nothing is prepared from then on.
 */
export function preparing(pool: Pool): PostgresPool {
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  const seen = new Set<string>();
  const names = new Map<string, string>();
  let canPrepare = true;

  function nameOf(text: string): string | undefined {
    if (!canPrepare) return undefined;
    if (!seen.has(text)) {
      if (seen.size < namesAtMost) seen.add(text);
      return undefined;
    }
    // The same name is the same text in every process: a pooler may bring us to a session where another one prepared.
    const name = names.get(text) ?? `flowc_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    names.set(text, name);
    return name;
  }

  function wrap(client: PoolClient): PostgresPoolClient {
    let unusable = false;
    // Kysely's type allows a cursor as well; we read none.
    return {
      query: async (text: string, values: readonly unknown[]): Promise<unknown> => {
        const name = values.length === 0 ? undefined : nameOf(text);
        try {
          return await client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
        } catch (error) {
          const { code = '' } = error as { code?: string };
          if (misplaced.has(code)) canPrepare = false;
          unusable ||= name !== undefined && (code === outdated || misplaced.has(code));
          throw error;
        }
      },
      release: (destroy?: boolean) => client.release(destroy === true || unusable),
    } as unknown as PostgresPoolClient;
  }

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const wrapped = clients.get(client) ?? wrap(client);
      clients.set(client, wrapped);
      return wrapped;
    },
  };
}
