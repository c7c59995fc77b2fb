/** flowc.json: known keys, values of the right kind, channels that exist, and which warnings it turns off. */
import type { Span } from '../../dsl/ast.ts';
import { type Code, type Diagnostic, diagnosticTable } from '../diagnostics.ts';
import { type Report, suggest, type WorkspaceScope } from '../resolve/context.ts';
import { listed } from '../syntax.ts';

const file: Span = { file: 'flowc.json', line: 1, start: 0, end: 0 };
const topKeys = ['$schema', 'participant_ids', 'python', 'environments', 'checks'];
const environmentKeys = ['test', 'temporal', 'database_env', 'channels', 'agents', 'python'];
const channelKeys = ['smtp', 'smtp_env', 'from', 'token_env', 'imap', 'imap_env'];

type Json = Readonly<Record<string, unknown>>;

/** Gives the diagnostics that stay: warnings that flowc.json turns off are left out. */
export function checkConfig(
  report: Report,
  config: unknown,
  workspace: WorkspaceScope,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (config === undefined || config === null) return diagnostics;
  if (!isObject(config)) {
    report('FLOW505', file, {
      what: 'flowc.json holds no object.',
      help: 'Write `{ "environments": { "dev": {} } }`.',
    });
    return diagnostics;
  }
  checkKeys(report, config, '', topKeys);
  const { environments, participant_ids: ids, checks } = config;
  if (ids !== undefined && ids !== 'external_id' && ids !== 'opaque') {
    report('FLOW505', file, {
      what: `\`participant_ids\` is ${JSON.stringify(ids)}.`,
      help: 'Allowed are "external_id" and "opaque".',
    });
  }
  if (environments !== undefined && !isObject(environments))
    report('FLOW505', file, { what: '`environments` is no object.', help: 'Write `"environments": { "dev": {} }`.' });
  if (isObject(environments))
    for (const [name, environment] of Object.entries(environments))
      checkEnvironment(report, workspace, name, environment);
  const off = isObject(checks) ? checksTurnedOff(report, checks) : new Set<string>();
  return diagnostics.filter((diagnostic) => !(diagnostic.severity === 'warning' && off.has(diagnostic.code)));
}

function checkEnvironment(report: Report, workspace: WorkspaceScope, name: string, environment: unknown): void {
  const at = `environments.${name}`;
  if (!isObject(environment)) {
    report('FLOW505', file, { what: `\`${at}\` is no object.`, help: `Write \`"${name}": {}\`.` });
    return;
  }
  checkKeys(report, environment, at, environmentKeys);
  const { channels, test } = environment;
  if (test !== undefined && typeof test !== 'boolean')
    report('FLOW505', file, { what: `\`${at}.test\` is ${JSON.stringify(test)}.`, help: 'Write `true` or `false`.' });
  if (!isObject(channels)) return;
  for (const [channel, settings] of Object.entries(channels)) {
    if (!workspace.channels.has(channel)) {
      report('FLOW505', file, {
        what: `\`${at}.channels\` names the channel \`${channel}\`, which is not declared.`,
        help: suggest(channel, [...workspace.channels.keys()], 'Declare it in workspace.flow.'),
      });
    } else if (isObject(settings)) checkKeys(report, settings, `${at}.channels.${channel}`, channelKeys);
  }
}

function checkKeys(report: Report, object: Json, at: string, known: readonly string[]): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const where = at === '' ? 'flowc.json' : `\`${at}\` in flowc.json`;
    report('FLOW505', file, {
      what: `${where} has the unknown key \`${key}\`.`,
      help: suggest(key, known, `Known are ${listed(known)}.`),
    });
  }
}

function checksTurnedOff(report: Report, checks: Json): ReadonlySet<string> {
  const off = new Set<string>();
  for (const [code, value] of Object.entries(checks)) {
    if (!Object.hasOwn(diagnosticTable, code))
      report('FLOW506', file, { code, help: suggest(code, Object.keys(diagnosticTable), '') });
    else if (value !== 'off')
      report('FLOW505', file, {
        what: `\`checks.${code}\` is ${JSON.stringify(value)}.`,
        help: 'Write "off", or remove it.',
      });
    else if (diagnosticTable[code as Code].severity === 'error')
      report('FLOW505', file, {
        what: `\`checks.${code}\` turns off an error.`,
        help: 'Only warnings can be turned off.',
      });
    else off.add(code);
  }
  return off;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
