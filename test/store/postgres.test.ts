import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../runtime/store/database.ts';
import { findDatabase, startDatabase } from '../../runtime/store/postgres.ts';
import { run } from '../../runtime/store/postgres-process.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function closedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flowc-pg-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flowc-state-'));
  await chmod(folder, 0o755);
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const ask = async (url: string, text: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows[0];
  } finally {
    await client.end();
  }
};

describe('the embedded Postgres', () => {
  it('starts from a 0700 folder, says where its data lies, and keeps it', async () => {
    const folder = join(await closedFolder(), '.flowc');
    const states = [await stateFolder()];
    const lines: string[] = [];
    const options = { folder, log: (line: string) => lines.push(line), environment: {}, stateFolders: states };
    const first = await startDatabase(options);
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    // Only root has to give way: everybody else runs the server as themselves.
    if (process.getuid?.() === 0)
      expect(lines.join()).toMatch(/^The database lies in .*: .* is closed to other users\.$/);
    const second = await startDatabase(options);
    cleanups.push(() => second.stop());
    expect(await ask(second.url, 'select answer from kept')).toEqual({ answer: 42 });
  });

  it('is shared by all who start it and ends with the last', async () => {
    const folder = await closedFolder();
    const options = { folder, log: () => {}, environment: {}, stateFolders: [await stateFolder()] };
    const [one, two] = await Promise.all([startDatabase(options), startDatabase(options)]);
    expect(two.url).toBe(one.url);
    expect(await findDatabase(folder, {})).toBe(one.url);
    expect((await stat(join(folder, 'database-url'))).mode & 0o077).toBe(0);
    await one.stop();
    expect(await ask(two.url, 'select 1 as one')).toEqual({ one: 1 });
    await two.stop();
    await expect(ask(two.url, 'select 1')).rejects.toThrow();
    expect(await findDatabase(folder, {})).toBeNull();
  });

  it('recovers after the server was killed', async () => {
    const folder = await closedFolder();
    const states = [await stateFolder()];
    const options = { folder, log: () => {}, environment: {}, stateFolders: states };
    const first = await startDatabase(options);
    const { directory } = (await ask(first.url, "select current_setting('data_directory') as directory")) as {
      directory: string;
    };
    const pid = Number.parseInt(await readFile(join(directory, 'postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
    const second = await startDatabase(options);
    cleanups.push(() => second.stop());
    cleanups.push(() => first.stop());
    expect(await ask(second.url, 'select 1 as one')).toEqual({ one: 1 });
  });
});

it('says what a user without a name can do: Postgres does not start for one', async () => {
  const bin = await stateFolder();
  const words = 'initdb: could not look up effective user ID 4711: user does not exist';
  await writeFile(join(bin, 'initdb'), `#!/bin/sh\necho '${words}' >&2\nexit 1\n`, { mode: 0o755 });
  await expect(run({ bin, folder: bin }, 'initdb', [])).rejects.toThrow(
    /^The embedded Postgres only runs as a user with a name, and uid \d+ has none: add a line for it to \/etc\/passwd, or set DATABASE_URL to a server\.$/,
  );
});

describe('the store', () => {
  it('says in one sentence that no database answers', async () => {
    await expect(openStore({ url: 'postgresql://flowc:secret@127.0.0.1:1/flowc', workspace: 'acme' })).rejects.toThrow(
      /^No Postgres answers at 127\.0\.0\.1:1\/flowc \(ECONNREFUSED\)\. Start it, or fix DATABASE_URL; without it the embedded one is used\.$/,
    );
  });

  it('says which variable to fix, and shows nothing of a text that is not a Postgres URL', async () => {
    const variable = 'PG_URL';
    await expect(openStore({ url: 'postgresql://127.0.0.1:1/x', variable, workspace: 'acme' })).rejects.toThrow(
      'No Postgres answers at 127.0.0.1:1/x (ECONNREFUSED). Start it, or fix PG_URL; without "database_env" in flowc.json the embedded one is used.',
    );
    for (const url of ['user:secret@host', 'mysql://user:secret@host/x'])
      await expect(openStore({ url, variable, workspace: 'acme' })).rejects.toThrow(
        /^PG_URL holds no URL of a Postgres database\. Set it to one: postgresql:\/\/user:password@host:5432\/database\.$/,
      );
  });

  it("refuses another workspace's schema and a wrong password, without showing the password", async () => {
    const folder = await closedFolder();
    const database = await startDatabase({
      folder,
      log: () => {},
      environment: {},
      stateFolders: [await stateFolder()],
    });
    cleanups.push(() => database.stop());
    await (await openStore({ url: database.url, workspace: 'acme' })).close();
    await (await openStore({ url: database.url, workspace: 'acme' })).close();
    await expect(openStore({ url: database.url, workspace: 'other' })).rejects.toThrow(
      'The database schema "public" belongs to the workspace "acme", not to "other".',
    );
    const wrong = database.url.replace(/:[0-9a-f]{36}@/, ':wrong@');
    await expect(openStore({ url: wrong, workspace: 'acme' })).rejects.toThrow(/refuses the user or the password/);
    await expect(openStore({ url: wrong, workspace: 'acme' })).rejects.not.toThrow(/wrong/);
  });
});
