/** `advanced`: settings of an agent's backend in a JSON file of the workspace. What it says beside the text must not contradict it. */
import type { TextLiteral } from '../../dsl/ast.ts';
import { type OtherFiles, type Report, suggest } from './context.ts';

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
    report('FLOW407', file.span, { path, example: 'advanced: "agents/collector.json"' });
    return null;
  }
  if (!on.exists(path)) {
    report('FLOW408', file.span, { path, agent });
    return null;
  }
  const text = on.readText?.(path) ?? null;
  const wrong = text === null ? null : contradiction(text, channels);
  if (wrong !== null) report('FLOW409', file.span, { path, agent, ...wrong });
  return path;
}

function contradiction(text: string, channels: readonly string[]): { what: string; help: string } | null {
  const settings = parsed(text);
  if (settings === null) return { what: 'is no JSON object', help: 'Write the settings as one object: `{ … }`.' };
  const named = settings.channels ?? [];
  if (!Array.isArray(named) || !named.every((name) => typeof name === 'string'))
    return {
      what: 'has `channels` that are no list of names',
      help: 'Write `"channels": ["main_bot"]`, or leave it out.',
    };
  const other = named.find((name) => !channels.includes(name));
  if (other !== undefined)
    return {
      what: `names the channel \`${other}\`, which is none of the agent`,
      help: suggest(other, channels, 'Add it to `channels:` of the agent, or take it out of the file.'),
    };
  if ('results' in settings)
    return { what: 'has `results`, which stand in the text alone', help: 'Move them to `results { … }` of the agent.' };
  return null;
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
