/** What flowc.json says of the workspace: channels that exist, and which warnings it turns off. Its shape is checked when it is read (`runtime/config.ts`). */
import type { Span } from '../../dsl/ast.ts';
import { followJson } from '../../dsl/builder/locate.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Code, diagnosticTable } from '../diagnostics/table.ts';
import { type Report, suggest, suggestWord, type WorkspaceScope } from '../resolve/context.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is checked: what flowc.json holds, and its text as far as it can be read, for the places. */
interface Config {
  readonly json: unknown;
  readonly text: string | null;
}

/** Gives the diagnostics that stay: warnings that flowc.json turns off are left out. */
export function checkConfig(
  report: Report,
  { json, text }: Config,
  workspace: WorkspaceScope,
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  if (!isObject(json)) return diagnostics;
  const { environments, checks } = json;
  if (isObject(environments))
    for (const [name, environment] of Object.entries(environments))
      if (isObject(environment)) checkChannels(report, text, workspace, name, environment.channels);
  const off = isObject(checks) ? checksTurnedOff(report, text, checks) : new Set<string>();
  return diagnostics.filter((diagnostic) => !(diagnostic.severity === 'warning' && off.has(diagnostic.code)));
}

function checkChannels(
  report: Report,
  text: string | null,
  workspace: WorkspaceScope,
  environment: string,
  channels: unknown,
): void {
  if (!isObject(channels)) return;
  for (const channel of Object.keys(channels)) {
    if (workspace.channels.has(channel)) continue;
    report('FLOW505', keyIn(text, ['environments', environment, 'channels', channel]), {
      environment,
      channel,
      ...suggest(channel, [...workspace.channels.keys()], { help: 'declare' } as const),
    });
  }
}

const warnings = Object.entries(diagnosticTable).flatMap(([code, { severity }]) =>
  severity === 'warning' ? [code] : [],
);

function checksTurnedOff(report: Report, text: string | null, checks: Json): ReadonlySet<string> {
  const off = new Set<string>();
  for (const code of Object.keys(checks)) {
    const place = keyIn(text, ['checks', code]);
    if (!Object.hasOwn(diagnosticTable, code)) report('FLOW506', place, { code, ...suggestWord(code, warnings) });
    else if (diagnosticTable[code as Code].severity === 'error') report('FLOW507', place, { code });
    else off.add(code);
  }
  return off;
}

/** The last key of the path, in its quotes. */
function keyIn(text: string | null, path: readonly string[]): Span {
  const file = 'flowc.json';
  if (text === null) return { file, line: 1, start: 0, end: 0 };
  const { start } = followJson(text, path).key;
  const line = text.slice(0, start).split(lineEnd).length;
  return { file, line, start, end: start + JSON.stringify(path.at(-1)).length };
}

const lineEnd = /\r\n?|\n/;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
