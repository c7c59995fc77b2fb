/** Opens the store: connection pool, migrations, and the check that the schema is this workspace's. */
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Pool, types } from 'pg';
import { migrations } from './migrations.ts';
import { preparing } from './prepared.ts';
import type { Tables } from './schema.ts';

export type Db = Kysely<Tables>;
/** Inside a transaction or not. */
export type Tx = Transaction<Tables>;

export interface Store {
  readonly db: Db;
  readonly url: string;
  readonly schema: string;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly url: string;
  /** The environment variable that holds the URL, for messages. Default: DATABASE_URL. */
  readonly variable?: string;
  /** Name of the workspace: a schema that carries another's is refused. */
  readonly workspace: string;
  /** Database schema of this workspace and environment. Default: `public`. */
  readonly schema?: string;
  /** Connections at most. Default: 20. */
  readonly connections?: number;
}

/** An error people can act on; its message is one sentence. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** Connects, brings the tables up to date and claims the schema for the workspace. Throws StoreError. */
export async function openStore({
  url,
  variable = 'DATABASE_URL',
  workspace,
  schema = 'public',
  connections = 20,
}: StoreOptions): Promise<Store> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol))
    throw new StoreError(
      `${variable} holds no URL of a Postgres database. Set it to one: postgresql://user:password@host:5432/database.`,
    );
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema))
    throw new StoreError(
      `"${schema}" cannot be a database schema's name: use lowercase letters, digits and underscores.`,
    );
  const pool = createPool(url, schema, connections);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: preparing(pool) }) });
  try {
    await prepare(db, schema);
    await claim(db, workspace, schema);
  } catch (error) {
    await db.destroy().catch(() => {});
    throw explained(error, url, variable);
  }
  return { db, url, schema, close: () => db.destroy() };
}

function createPool(url: string, schema: string, max: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 10_000,
    // Statements are prepared, but each is planned for its values: a plan kept from when a table was empty would read all of it.
    options: `-c search_path=${schema} -c timezone=UTC -c plan_cache_mode=force_custom_plan`,
    types: { getTypeParser: ((oid: number, format: 'text') => typeParser(oid, format)) as typeof types.getTypeParser },
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  // One that breaks between two statements of a transaction fails the next statement; it must not end the process either.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const int8 = 20;

/** Our bigints are ids and epoch milliseconds: below 2^53. */
function typeParser(oid: number, format: 'text'): (text: string) => unknown {
  return oid === int8 ? Number : types.getTypeParser(oid, format);
}

async function prepare(db: Db, schema: string): Promise<void> {
  await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: schema,
    migrationTableName: 'flowc_migration',
    migrationLockTableName: 'flowc_migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}

async function claim(db: Db, workspace: string, schema: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key: 'workspace', value: workspace })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { value } = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'workspace')
    .executeTakeFirstOrThrow();
  if (value !== workspace)
    throw new StoreError(
      `The database schema "${schema}" belongs to the workspace "${value}", not to "${workspace}". Set DATABASE_URL to another database, or "database_schema" in flowc.json to a schema of its own.`,
    );
}

/** Turns what pg throws into one sentence that says what to do. The URL's password is not shown. */
function explained(error: unknown, url: string, variable: string): Error {
  if (error instanceof StoreError) return error;
  const { code, message } = deepest(error);
  const where = placeOf(url);
  if (code && unreachable.has(code))
    return new StoreError(
      `No Postgres answers at ${where} (${code}). Start it, or fix ${variable}; ${without(variable)}.`,
    );
  if (code === '28P01' || code === '28000')
    return new StoreError(`Postgres at ${where} refuses the user or the password. Fix ${variable}.`);
  if (code === '3D000')
    return new StoreError(`Postgres at ${where} has no such database. Create it, or fix ${variable}.`);
  if (/timeout/i.test(message))
    return new StoreError(`Postgres at ${where} does not answer within 10 seconds. Check ${variable} and the network.`);
  return error instanceof Error ? error : new Error(String(error));
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOENT',
]);

function deepest(error: unknown): { code?: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return deepest(error.errors[0]);
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return { ...(code ? { code } : {}), message: message ?? String(error) };
}

/** How to get the embedded one. */
function without(variable: string): string {
  return variable === 'DATABASE_URL'
    ? 'without it the embedded one is used'
    : 'without "database_env" in flowc.json the embedded one is used';
}

function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
}
