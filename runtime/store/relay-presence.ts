/**
 * Which relays live. A relay has a row that it renews, and holds an advisory lock in a session of its own: Postgres ends the
 * session of a process that was killed, so that what it had leased is free within two seconds. One that hangs keeps its
 * session; its row lapses.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Db, Store } from './database.ts';
import { relayChannel } from './events.ts';

export interface Presence {
  /** Of its leases. Null while it has no row: it may lease nothing. */
  id(): number | null;
  /** Are the leases taken under this id still its own for certain? Asked before each signal. */
  owns(id: number): boolean;
  /** Is it the oldest of the living relays? What one of them is enough for is done by that one. */
  eldest(): boolean;
  /** Something went wrong with what was leased under this id: it is given back as soon as the database can be reached. */
  renounce(id: number): void;
  leave(): Promise<void>;
}

export interface PresenceOptions {
  readonly store: Store;
  /** Something changed that a relay may have to do with, in the named lane or in any. */
  readonly ring: (lane?: string) => void;
}

const beatMs = 1000;
/** Without its session a relay is dead after missing one beat, */
const killedAfterSeconds = 1.5;
/** with it after this time, */
const hungAfterSeconds = 10;
/** and it counts itself as dead a good while before. */
const certainMs = 7000;
const reconnectMs = 1000;

/** Joins the relays of the store; keeps trying while the database cannot be reached. */
export function enterRelays({ store, ring }: PresenceOptions): Presence {
  const leaving = new AbortController();
  let id: number | null = null;
  let confirmed = 0;
  let eldest = false;
  const renounced = new Set<number>();
  let session: { readonly client: Client; readonly locked: number | null } | null = null;

  const beating = (async () => {
    while (!leaving.signal.aborted) {
      await beat().catch(() => {});
      await pause(beatMs, leaving.signal);
    }
  })();
  const listening = listen();

  async function beat(): Promise<void> {
    for (const taken of renounced) {
      await removeRelay(store.db, taken);
      renounced.delete(taken);
      ring();
    }
    const asked = performance.now();
    if (id === null) {
      id = await registerRelay(store.db);
      confirmed = asked;
      await lock();
      ring();
    }
    const found = await renew(store.db, store.schema, id, session?.locked === id);
    if (found === null) {
      id = null;
      return beat();
    }
    confirmed = asked;
    eldest = found.eldest;
    if (found.freed) ring();
  }

  /** The session's lock is that of the present row. */
  async function lock(): Promise<void> {
    if (session === null || id === null || session.locked === id) return;
    const { client } = session;
    const mine = id;
    await client.query('select pg_advisory_unlock_all()');
    await client.query('select pg_advisory_lock($1, $2)', [lockClass(store.schema), mine]);
    if (session?.client === client) session = { client, locked: mine };
  }

  /** Keeps the session that holds the lock and hears of changes; without one, polling goes on. */
  async function listen(): Promise<void> {
    while (!leaving.signal.aborted) {
      const client = new Client({ connectionString: store.url, keepAlive: true });
      const broken = new Promise<void>((resolve) => {
        client.once('error', () => resolve());
        client.once('end', () => resolve());
        leaving.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      client.on('notification', ({ payload }) => ring(payload));
      try {
        await client.connect();
        await client.query(`listen ${client.escapeIdentifier(relayChannel(store.schema))}`);
        session = { client, locked: null };
        await lock();
        // What was told before it listened.
        ring();
        await broken;
      } catch {
        await pause(reconnectMs, leaving.signal);
      }
      session = null;
      await client.end().catch(() => {});
    }
  }

  return {
    id: () => id,
    owns: (taken) => taken === id && performance.now() - confirmed < certainMs,
    eldest: () => id !== null && eldest,
    renounce(taken) {
      if (taken !== id) return;
      renounced.add(taken);
      id = null;
    },
    async leave() {
      leaving.abort();
      await beating;
      for (const taken of id === null ? renounced : [...renounced, id])
        await removeRelay(store.db, taken).catch(() => {});
      id = null;
      await listening;
    },
  };
}

/** A row for a relay, by whose number its leases are marked. */
export async function registerRelay(db: Db): Promise<number> {
  const { rows } = await sql<{ id: number }>`insert into relay default values returning id`.execute(db);
  return rows[0]!.id;
}

/** What it still had is free again. */
export async function removeRelay(db: Db, id: number): Promise<void> {
  await sql`
    with gone as (delete from relay where id = ${id})
    update participant set leased_by = null where leased_by = ${id}
  `.execute(db);
}

/** Renews the row and frees what dead relays had leased. Null when this one was taken for dead itself. */
async function renew(
  db: Db,
  schema: string,
  id: number,
  locked: boolean,
): Promise<{ readonly freed: boolean; readonly eldest: boolean } | null> {
  const { rows } = await sql<{ freed: boolean; eldest: boolean }>`
    with dead as (
      delete from relay
      where id <> ${id} and (
        beat_at < now() - make_interval(secs => ${hungAfterSeconds})
        or locked and beat_at < now() - make_interval(secs => ${killedAfterSeconds}) and not exists (
          select from pg_locks
          where locktype = 'advisory' and classid = ${lockClass(schema)}::oid and objid = relay.id::oid and objsubid = 2
            and database = (select oid from pg_database where datname = current_database())))
      returning id),
    freed as (update participant set leased_by = null where leased_by = any(array(select id from dead)) returning 1)
    update relay set beat_at = now(), locked = ${locked} where id = ${id}
    returning exists (select from freed) as freed,
      not exists (select from relay as other where other.id < ${id} and other.id not in (select id from dead)) as eldest
  `.execute(db);
  return rows[0] ?? null;
}

/** First half of the key of its locks: other schemas of the same database have their own. */
function lockClass(schema: string): number {
  return Number.parseInt(createHash('sha256').update(`flowc relay ${schema}`).digest('hex').slice(0, 7), 16);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
