/** What flowc.json says of the workspace: channels that exist, and which warnings it turns off. Its shape is checked when it is read (`runtime/config.ts`). */
import type { Span } from '../../dsl/ast.ts';
import { type Code, type Diagnostic, diagnosticTable } from '../diagnostics.ts';
import { type Report, suggest, type WorkspaceScope } from '../resolve/context.ts';

const file: Span = { file: 'flowc.json', line: 1, start: 0, end: 0 };

type Json = Readonly<Record<string, unknown>>;

/** Gives the diagnostics that stay: warnings that flowc.json turns off are left out. */
export function checkConfig(
  report: Report,
  config: unknown,
  workspace: WorkspaceScope,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (!isObject(config)) return diagnostics;
  const { environments, checks } = config;
  if (isObject(environments))
    for (const [name, environment] of Object.entries(environments))
      if (isObject(environment)) checkChannels(report, workspace, `environments.${name}`, environment.channels);
  const off = isObject(checks) ? checksTurnedOff(report, checks) : new Set<string>();
  return diagnostics.filter((diagnostic) => !(diagnostic.severity === 'warning' && off.has(diagnostic.code)));
}

function checkChannels(report: Report, workspace: WorkspaceScope, at: string, channels: unknown): void {
  if (!isObject(channels)) return;
  for (const channel of Object.keys(channels)) {
    if (workspace.channels.has(channel)) continue;
    report('FLOW505', file, {
      what: `\`${at}.channels\` names the channel \`${channel}\`, which is not declared.`,
      help: suggest(channel, [...workspace.channels.keys()], 'Declare it in workspace.flow.'),
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
