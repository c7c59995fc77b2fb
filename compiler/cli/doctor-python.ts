/** What scripts need on a machine, and whether all that computes with time has the same timezone data. */
import type { Environment } from '../../runtime/config.ts';
import type { LiveWorker, WorkerVersions } from '../../runtime/worker-versions.ts';
import { type Finding, missing } from './doctor.ts';

export interface PythonFindings {
  readonly finding: Finding;
  /** Null where no Python answered. */
  readonly versions: WorkerVersions['python'];
}

export async function pythonFindings({ python }: Environment): Promise<PythonFindings> {
  const { lookAtHost, networkProblem } = await import('../../runtime/python/host.ts');
  const { findInterpreter } = await import('../../runtime/python/interpreter.ts');
  if (findInterpreter(python.interpreter, process.env.PATH) === null)
    return unusable(
      `\`${python.interpreter}\` was not found: install Python 3, or name one in flowc.json under "python"`,
    );
  const host = await lookAtHost(python);
  if ('problem' in host) return unusable(host.problem);
  const { interpreter, sandbox } = host;
  const versions = { version: interpreter.version, timezones: interpreter.timezones };
  const problem = networkProblem(host, python.network);
  if (problem !== null) return { finding: missing('python', problem), versions };
  const apart =
    sandbox.kind === 'bubblewrap'
      ? `scripts run in bubblewrap ${sandbox.version}`
      : `scripts run without a sandbox: ${sandbox.why}`;
  const text = `${interpreter.version} (${interpreter.executable}), ${apart}`;
  return { finding: { name: 'python', state: 'ok', text }, versions };
}

function unusable(text: string): PythonFindings {
  return { finding: missing('python', text), versions: null };
}

/** Workers with other timezone data plan for other instants; any other difference is only told. */
export async function timezonesFinding(
  python: WorkerVersions['python'],
  state: string,
  environment: Environment,
): Promise<Finding> {
  const { ownVersions, versionDifferences } = await import('../../runtime/worker-versions.ts');
  const own = ownVersions(python);
  const workers = await workersOf(state, environment);
  const differences = versionDifferences(own, workers);
  const atOdds = workers.some(({ versions }) => (versions.timezones ?? own.timezones) !== own.timezones);
  if (differences.length > 0)
    return { name: 'timezones', state: atOdds ? 'missing' : 'ok', text: differences.join(' ') };
  const everywhere = python ? 'in Node and Python' : 'in Node';
  const others = workers.length === 0 ? '' : `, and in ${workers.length === 1 ? 'the worker' : 'all workers'} that run`;
  return { name: 'timezones', state: 'ok', text: `${own.timezones} ${everywhere}${others}` };
}

/** Those that told this environment's database; none where it does not answer, which is another finding. */
async function workersOf(state: string, { databaseVariable, databaseSchema }: Environment): Promise<LiveWorker[]> {
  const { findDatabase } = await import('../../runtime/store/postgres.ts');
  const url = databaseVariable ? process.env[databaseVariable] : await findDatabase(state);
  if (!url || !URL.canParse(url)) return [];
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    const table = `${client.escapeIdentifier(databaseSchema)}.worker`;
    const { rows } = await client.query<LiveWorker>(
      `select id, versions from ${table} where seen_at > now() - interval '1 minute' order by id`,
    );
    return rows;
  } catch {
    return [];
  } finally {
    await client.end().catch(() => {});
  }
}
