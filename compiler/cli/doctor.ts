/** What flowc needs on a machine, looked at without changing anything. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

const answersWithinMs = 10_000;
const oldestNode = [22, 18] as const;

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return isNew
    ? { name: 'node', state: 'ok', text: version }
    : { name: 'node', state: 'missing', text: `${version} is older than ${oldestNode.join('.')}: npm install node@24` };
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

/** Who is stuck, as the watch of the workers found them last; null while there is no database to ask, or no table yet. */
export async function stuckFinding(state: string, environment: Environment): Promise<Finding | null> {
  const { databaseVariable, databaseSchema } = environment;
  const { findDatabase } = await import('../../runtime/store/postgres.ts');
  const url = databaseVariable ? process.env[databaseVariable] : await findDatabase(state);
  if (!url) return null;
  const { restoredSentence } = await import('../../runtime/store/generation.ts');
  const { Client } = await import('pg');
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 3_000,
    options: `-c search_path=${databaseSchema}`,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ stuck: number; restored: boolean }>(
      "select (select count(*)::int from stuck where not repaired) as stuck, exists (select from meta where key = 'restored') as restored",
    );
    const { stuck = 0, restored = false } = rows[0] ?? {};
    if (restored) return missing('participants', restoredSentence);
    if (stuck === 0) return { name: 'participants', state: 'ok', text: 'no participant is known to be stuck' };
    const count = stuck === 1 ? '1 is' : `${stuck} are`;
    return missing('participants', `${count} stuck: \`flowc status CAMPAIGN\` lists them and says what to do`);
  } catch {
    // That the database does not answer, or was never used, is told by its own line.
    return null;
  } finally {
    await client.end().catch(() => {});
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
