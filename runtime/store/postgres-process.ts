import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../processes.ts';
import type { Place } from './postgres-place.ts';

const environment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Runs one of the binaries to its end. Throws an Error with its last line when it fails. */
export async function run(place: Place, name: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(place.bin, name), args, {
    ...place.runAs,
    cwd: place.folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  // Postgres asks the system for the name of who starts it; containers may run as a number without one.
  if (words.includes('could not look up effective user ID'))
    throw new Error(
      `The embedded Postgres only runs as a user with a name, and uid ${place.runAs?.uid ?? process.getuid?.()} has none: add a line for it to /etc/passwd, or set DATABASE_URL to a server.`,
    );
  throw new Error(`${name} of the embedded Postgres failed: ${words.trim().split('\n').at(-1) ?? code}`);
}

/** Starts the server and gives its pid. It is its own process group: Ctrl-C in a terminal does not reach it before us. */
export async function spawnServer(place: Place, data: string, port: number): Promise<number> {
  const log = await open(join(place.folder, 'postgres.log'), 'a');
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '128MB',
    max_wal_size: '1GB',
    timezone: 'UTC',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    const child = spawn(join(place.bin, 'postgres'), ['-D', data, ...flags], {
      ...place.runAs,
      cwd: place.folder,
      env: environment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', resolve);
    });
    child.unref();
    return child.pid!;
  } finally {
    await log.close();
  }
}

/** Ends the server by its pid: a fast shutdown, an immediate one after 10 seconds. Returns when it is gone. */
export async function stopServer(pid: number, data: string): Promise<void> {
  const started = Date.now();
  let signal: NodeJS.Signals = 'SIGINT';
  send(pid, signal);
  while (isRunning(pid)) {
    await sleep(25);
    if (signal === 'SIGINT' && Date.now() - started > 10_000) {
      signal = 'SIGQUIT';
      send(pid, signal);
    }
    if (Date.now() - started > 20_000) throw new Error(`The Postgres of ${data} (pid ${pid}) does not end.`);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}
