/** A Postgres for the workspace: the one at `DATABASE_URL`, else an embedded one that lives as long as somebody uses it. */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../free-port.ts';
import { isAlive } from '../processes.ts';
import { type Place, preparePlace } from './postgres-place.ts';
import { run, spawnServer, stopServer } from './postgres-process.ts';

export interface Database {
  readonly url: string;
  /** Ends the server if nobody else uses it. A server at `DATABASE_URL` is left alone. */
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  /** The workspace's `.flowc` folder. */
  readonly folder: string;
  /** Gets one line at a time, for people. */
  readonly log: (line: string) => void;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where data goes when `folder` is closed to the user Postgres runs as. Default: `/var/lib/flowc`, then the temporary folder. */
  readonly stateFolders?: readonly string[];
}

/**
 * Starts the workspace's database, or joins the running one. Its URL stands in `<folder>/database-url` while it runs.
 * Throws an Error of one sentence when that is not possible.
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const given = (options.environment ?? process.env).DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  const place = await preparePlace(options);
  const user = await register(options.folder);
  try {
    const url = await locked(
      options.folder,
      async () => (await runningUrl(options.folder, place)) ?? start(options, place),
    );
    return { url, stop: () => leave(options.folder, place, user) };
  } catch (error) {
    await rm(user, { force: true });
    throw error;
  }
}

/** URL of the workspace's running database; null when none runs. */
export async function findDatabase(
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  return (
    environment.DATABASE_URL || (await readFile(join(folder, 'database-url'), 'utf8').catch(() => '')).trim() || null
  );
}

async function start(options: DatabaseOptions, place: Place): Promise<string> {
  if (place.note) options.log(place.note);
  const data = join(place.folder, 'data');
  const fresh = await readFile(join(data, 'PG_VERSION'), 'utf8').then(
    () => false,
    () => true,
  );
  if (fresh) await initialise(place, data);
  else await rm(join(data, 'postmaster.pid'), { force: true });
  const password = (await readFile(join(place.folder, 'password'), 'utf8')).trim();
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const url = `postgresql://flowc:${password}@127.0.0.1:${port}/postgres`;
    const pid = await spawnServer(place, data, port);
    if (await answers(url, pid)) {
      await writeFile(join(options.folder, 'database-url'), `${url}\n`, { mode: 0o600 });
      return url;
    }
    await stopServer(pid, data);
    // Somebody may have taken the port in between.
    if (attempt === 3)
      throw new Error(`The embedded Postgres did not start; see ${join(place.folder, 'postgres.log')}.`);
  }
}

async function initialise(place: Place, data: string): Promise<void> {
  await rm(data, { recursive: true, force: true });
  const password = join(place.folder, 'password');
  await writeFile(password, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 });
  if (place.runAs) await chown(password, place.runAs.uid, place.runAs.gid);
  await run(place, 'initdb', [
    `--pgdata=${data}`,
    '--username=flowc',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]);
}

/** Waits until the server takes connections; false when it ended or 30 seconds have passed. */
async function answers(url: string, pid: number): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (await canConnect(url)) return true;
    if (!isAlive(pid)) return false;
    await sleep(40);
  }
  return false;
}

async function canConnect(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The running server of this very data folder, if there is one. */
async function runningUrl(folder: string, place: Place): Promise<string | null> {
  const url = (await readFile(join(folder, 'database-url'), 'utf8').catch(() => '')).trim();
  const pid = await postmaster(join(place.folder, 'data'));
  if (url && pid !== null && isAlive(pid) && (await canConnect(url))) return url;
  // It runs, but its URL is lost or outdated: it is of no use to anybody.
  if (pid !== null && (await isPostgres(pid, place))) await stopServer(pid, join(place.folder, 'data'));
  await rm(join(folder, 'database-url'), { force: true });
  return null;
}

async function postmaster(data: string): Promise<number | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || null;
}

/** After a crash of the machine the pid may belong to somebody else. */
async function isPostgres(pid: number, place: Place): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return command === null ? process.platform !== 'linux' : command.includes(join(place.folder, 'data'));
}

async function leave(folder: string, place: Place, user: string): Promise<void> {
  await rm(user, { force: true });
  await locked(folder, async () => {
    if (await others(folder)) return;
    const data = join(place.folder, 'data');
    const pid = await postmaster(data);
    if (pid !== null && (await isPostgres(pid, place))) await stopServer(pid, data);
    await rm(join(folder, 'database-url'), { force: true });
  });
}

let registrations = 0;

async function register(folder: string): Promise<string> {
  const users = join(folder, 'database-users');
  await mkdir(users, { recursive: true });
  const file = join(users, `${process.pid}-${registrations++}`);
  await writeFile(file, '');
  return file;
}

/** Does a living process use the server? Those of processes that were killed are swept away. */
async function others(folder: string): Promise<boolean> {
  const users = join(folder, 'database-users');
  for (const name of await readdir(users)) {
    if (isAlive(Number.parseInt(name, 10))) return true;
    await rm(join(users, name), { force: true });
  }
  return false;
}

/** One process at a time starts or stops the server. A lock of a dead process is broken. */
async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, 'database.lock');
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const file = await open(lock, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number.parseInt(await readFile(lock, 'utf8').catch(() => ''), 10);
      if (holder && !isAlive(holder)) await rm(lock, { force: true });
      else if (Date.now() > deadline)
        throw new Error(`Another process (pid ${holder}) holds ${lock}. End it, or remove the file.`);
      else await sleep(50);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
