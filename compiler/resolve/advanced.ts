/** `advanced`: settings of an agent's backend in a JSON file of the workspace. What it says beside the text must not contradict it. */
import type { TextLiteral } from '../../dsl/ast.ts';
import { closest } from '../../runtime/model/closest.ts';
import type { Parameters } from '../diagnostics/table.ts';
import type { OtherFiles, Report } from './context.ts';

/** The path; null if it points nowhere (reported). */
export function resolveAdvanced(
  report: Report,
  on: OtherFiles,
  agent: string,
  file: TextLiteral,
  channels: readonly string[],
): string | null {
  const path = file.value;
  if (/^[/\\]|(?:^|[/\\])\.\.(?:[/\\]|$)|:/.test(path)) {
    report('FLOW407', file.span, { message: 'workspace', path, example: 'advanced: "agents/collector.json"' });
    return null;
  }
  if (!on.exists(path)) {
    report('FLOW408', file.span, { path, agent });
    return null;
  }
  const text = on.readText?.(path) ?? null;
  const wrong = text === null ? null : contradiction({ path, agent }, text, channels);
  if (wrong !== null) report('FLOW409', file.span, wrong);
  return path;
}

function contradiction(
  of: { readonly path: string; readonly agent: string },
  text: string,
  channels: readonly string[],
): Parameters<'FLOW409'> | null {
  const settings = parsed(text);
  if (settings === null) return { ...of, message: 'no object', help: 'object' };
  const named = settings.channels ?? [];
  if (!Array.isArray(named) || !named.every((name) => typeof name === 'string'))
    return { ...of, message: 'no channel list', help: 'list' };
  const other = named.find((name) => !channels.includes(name));
  if (other !== undefined) {
    const meant = closest(other, channels);
    const help = meant === null ? ({ help: 'channel' } as const) : ({ help: 'did you mean', meant } as const);
    return { ...of, message: 'other channel', channel: other, ...help };
  }
  return 'results' in settings ? { ...of, message: 'results', help: 'results' } : null;
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
