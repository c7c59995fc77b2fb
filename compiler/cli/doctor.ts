/** What flowc needs on a machine, looked at without changing anything. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Environment } from '../../runtime/config.ts';
import { messageOf } from '../../runtime/user-error.ts';
import type { ChannelModel } from '../model.ts';

export interface Finding {
  /** `node`, `python`, `channel billing`. */
  readonly name: string;
  /** `later`: it is not here, and flowc gets it by itself when it is needed. */
  readonly state: 'ok' | 'later' | 'missing';
  /** What was found; where it is missing, what to do. */
  readonly text: string;
}

const run = promisify(execFile);
const answersWithinMs = 10_000;
const oldestNode = [22, 18] as const;

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return isNew
    ? { name: 'node', state: 'ok', text: version }
    : { name: 'node', state: 'missing', text: `${version} is older than ${oldestNode.join('.')}: npm install node@24` };
}

export async function pythonFinding({ python: { interpreter } }: Environment): Promise<Finding> {
  const { findInterpreter } = await import('../../runtime/python/interpreter.ts');
  const file = findInterpreter(interpreter, process.env.PATH);
  if (file === null)
    return missing(
      'python',
      `\`${interpreter}\` was not found: install Python 3, or name one in flowc.json under "python"`,
    );
  try {
    const { stdout } = await run(file, ['-I', '-c', 'import sys; print(sys.version.split()[0])'], { timeout: 10_000 });
    const version = stdout.trim();
    return version.startsWith('3.')
      ? { name: 'python', state: 'ok', text: `${version} (${file})` }
      : missing('python', `${file} is Python ${version}: name a Python 3 in flowc.json under "python"`);
  } catch (error) {
    return missing('python', `${file} does not run (${messageOf(error)}): install Python 3`);
  }
}

export async function temporalFinding(state: string, environment: Environment): Promise<Finding> {
  const { connectClient, temporalTarget } = await import('../../runtime/temporal/connect.ts');
  try {
    const target = temporalTarget(state, environment);
    if (target) {
      const client = await connectClient(target);
      await client.connection.close();
      return { name: 'temporal', state: 'ok', text: `answers at ${target.options.address}` };
    }
  } catch (error) {
    return missing('temporal', messageOf(error));
  }
  const { presentTemporal } = await import('../../runtime/temporal/binary.ts');
  const program = await presentTemporal();
  return program
    ? { name: 'temporal', state: 'ok', text: `\`flowc dev\` starts it (${program})` }
    : { name: 'temporal', state: 'later', text: '`flowc dev` downloads it, or compiles it with Go, the first time' };
}

export async function databaseFinding(state: string, environment: Environment): Promise<Finding> {
  const { databaseVariable } = environment;
  if (databaseVariable && !process.env[databaseVariable])
    return missing('database', `${databaseVariable} is not set, and flowc.json names it: set it to a Postgres URL`);
  const { findDatabase } = await import('../../runtime/store/postgres.ts');
  const url = databaseVariable ? process.env[databaseVariable] : await findDatabase(state);
  if (url) return answeringDatabase(url, databaseVariable ?? 'DATABASE_URL');
  try {
    const { nativeFolder } = await import('../../runtime/store/postgres-place.ts');
    await nativeFolder();
    return { name: 'database', state: 'ok', text: 'the embedded Postgres starts when it is needed' };
  } catch (error) {
    return missing('database', messageOf(error));
  }
}

async function answeringDatabase(url: string, variable: string): Promise<Finding> {
  const { Client } = await import('pg');
  const place = URL.canParse(url) ? new URL(url) : null;
  // The URL holds a password: only where it leads is shown.
  const shown = place ? `${place.hostname}${place.port ? `:${place.port}` : ''}${place.pathname}` : variable;
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return { name: 'database', state: 'ok', text: `Postgres ${rows[0]?.server_version} answers at ${shown}` };
  } catch (error) {
    return missing('database', `${shown} does not answer (${messageOf(error)}): start it, or correct ${variable}`);
  } finally {
    await client.end().catch(() => {});
  }
}

export async function channelFinding(channel: ChannelModel, environment: Environment): Promise<Finding> {
  const { openChannel } = await import('../../runtime/channels/registry.ts');
  const { name, kind } = channel;
  const title = `channel ${name}`;
  const place = `flowc.json: environments.${environment.name}.channels.${name}`;
  const opened = openChannel({ kind, name, settings: environment.channels[name] ?? {}, place }, process.env);
  if (!opened.ok) return missing(title, opened.errors.join(' '));
  try {
    const answer = await Promise.race([opened.value.check(), silent()]);
    if (answer.ok) return { name: title, state: 'ok', text: `${kind}, ready to send` };
    const orCatch = kind === 'email' ? ', or let `flowc dev --catch-mail` take its place' : '';
    return missing(title, `${answer.why} Correct ${place}${orCatch}.`);
  } finally {
    await opened.value.close();
  }
}

/** A peer that takes the connection and says nothing. */
async function silent(): Promise<{ readonly ok: false; readonly why: string }> {
  await sleep(answersWithinMs, undefined, { ref: false });
  return { ok: false, why: `It does not answer within ${answersWithinMs / 1_000} seconds.` };
}

export function missing(name: string, text: string): Finding {
  return { name, state: 'missing', text };
}

/** The `.flowc` folder of a workspace, or of the current folder where there is none. */
export function stateFolder(workspace: string | null): string {
  return join(workspace ?? process.cwd(), '.flowc');
}
