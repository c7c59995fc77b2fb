/** A Postgres that can be ended and started again on its port, and a way to it that can be cut. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startDatabase } from '../../runtime/store/postgres.ts';
import { preparePlace } from '../../runtime/store/postgres-place.ts';
import { spawnServer, stopServer } from '../../runtime/store/postgres-process.ts';

export interface Restartable {
  readonly url: string;
  end(): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

export async function restartablePostgres(): Promise<Restartable> {
  const folder = await mkdtemp(join(tmpdir(), 'flowc-restart-'));
  await chmod(folder, 0o755);
  const options = { folder, log: () => {}, environment: {} };
  const { url } = await startDatabase(options);
  const place = await preparePlace(options);
  const data = join(place.folder, 'data');
  const port = Number(new URL(url).port);
  const postmaster = async () =>
    Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => ''), 10) || null;
  const end = async () => {
    const pid = await postmaster();
    if (pid !== null) await stopServer(pid, data);
  };
  return {
    url,
    end,
    start: async () => {
      await spawnServer(place, data, port);
      while (!(await answers(url))) await sleep(50);
    },
    close: async () => {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

export interface Way {
  readonly url: string;
  /** The next commit arrives, and its answer is lost with all connections. */
  cutNextCommit(): void;
  close(): Promise<void>;
}

/** Forwards to the server of `url` byte by byte. */
export async function wayTo(url: string): Promise<Way> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let armed = false;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      if (armed && data.includes('COMMIT\0')) {
        armed = false;
        cut();
      } else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const here = new URL(url);
  here.port = String((server.address() as AddressInfo).port);
  return {
    url: here.href,
    cutNextCommit: () => {
      armed = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
