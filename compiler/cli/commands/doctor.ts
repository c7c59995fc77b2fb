import { styleText } from 'node:util';
import { type Environment, environmentOf, readConfig } from '../../../runtime/config.ts';
import { messageOf } from '../../../runtime/user-error.ts';
import { checkFiles } from '../compile.ts';
import {
  channelFinding,
  databaseFinding,
  type Finding,
  missing,
  nodeFinding,
  stateFolder,
  stuckFinding,
  temporalFinding,
} from '../doctor.ts';
import { pythonFindings, timezonesFinding } from '../doctor-python.ts';
import { exitCodes } from '../exit.ts';
import { findWorkspace, openWorkspace } from '../files.ts';
import { packageVersion } from '../version.ts';
import type { Format, RunOptions } from './options.ts';

/** `flowc doctor`: one line for each thing flowc needs here. Changes nothing. */
export async function doctor(_args: readonly string[], options: RunOptions & { format: Format }): Promise<number> {
  const folder = workspaceOf(options.workspace);
  const environment = environmentOf(folder === null ? {} : readConfig(folder), options.env);
  const state = stateFolder(folder);
  const findings: Finding[] = [
    { name: 'flowc', state: 'ok', text: packageVersion() },
    nodeFinding(process.versions.node),
  ];
  const rest = await Promise.all([
    pythonLines(state, environment),
    settled('temporal', temporalFinding(state, environment)),
    settled('database', databaseFinding(state, environment)),
  ]);
  findings.push(...rest.flat());
  const stuck = await stuckFinding(state, environment);
  if (stuck) findings.push(stuck);
  if (folder === null) findings.push({ name: 'workspace', state: 'later', text: 'none here: `flowc init` writes one' });
  else {
    const { model, diagnostics } = await checkFiles(openWorkspace(folder));
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    const text = model ? folder : `${errors} error${errors === 1 ? '' : 's'} in its files: run \`flowc check\``;
    findings.push({ name: 'workspace', state: model ? 'ok' : 'missing', text });
    const channels = (model?.channels ?? []).map((channel) =>
      settled(`channel ${channel.name}`, channelFinding(channel, environment)),
    );
    findings.push(...(await Promise.all(channels)));
  }
  print(findings, options.format);
  return findings.some((one) => one.state === 'missing') ? exitCodes.environment : exitCodes.ok;
}

/** The flow files' own errors are `flowc check`'s; a doctor works outside of a workspace too. */
function workspaceOf(from: string | undefined): string | null {
  if (from !== undefined) return findWorkspace(from);
  try {
    return findWorkspace(undefined);
  } catch {
    return null;
  }
}

async function pythonLines(state: string, environment: Environment): Promise<readonly Finding[]> {
  try {
    const { finding, versions } = await pythonFindings(environment);
    return [finding, await settled('timezones', timezonesFinding(versions, state, environment))];
  } catch (error) {
    return [missing('python', messageOf(error))];
  }
}

async function settled(name: string, work: Promise<Finding>): Promise<Finding> {
  try {
    return await work;
  } catch (error) {
    return missing(name, messageOf(error));
  }
}

const styles = { ok: 'green', later: 'yellow', missing: 'red' } as const;

function print(findings: readonly Finding[], format: Format): void {
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ version: 1, findings }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, state, text } of findings) {
    const word = styleText(styles[state], state.padEnd(7), { stream: process.stdout });
    process.stdout.write(`${word}  ${name.padEnd(width)}  ${text}\n`);
  }
}
