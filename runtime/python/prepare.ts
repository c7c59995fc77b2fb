import type { CampaignData } from '../data/types.ts';
import { UserError } from '../user-error.ts';
import type { WorkerVersions } from '../worker-versions.ts';
import { networkProblem } from './host.ts';
import type { PythonPool } from './pool.ts';

/** Whether a version that is built has a script or an expression in Python. */
export function usesPython(campaigns: readonly CampaignData[]): boolean {
  return campaigns.some(({ versions }) => versions.some(({ pythons }) => Object.keys(pythons).length > 0));
}

/**
 * Before a worker takes work: that scripts can run here, kept apart as `flowc.json` demands. A run whose script cannot
 * run would end as failed, for good.
 * @throws UserError (environment) if they cannot.
 */
export async function preparePython(
  pool: PythonPool,
  network: 'host' | 'none',
  log: (line: string) => void,
): Promise<WorkerVersions['python']> {
  const host = await pool.look();
  if ('problem' in host) throw new UserError('environment', host.problem);
  const problem = networkProblem(host, network);
  if (problem !== null) throw new UserError('environment', problem);
  const { sandbox, interpreter } = host;
  if (sandbox.kind === 'none') log(`warning: scripts run without a sandbox: ${sandbox.why}`);
  return { version: interpreter.version, timezones: interpreter.timezones };
}
