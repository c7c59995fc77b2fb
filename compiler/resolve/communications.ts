/** Communication blocks → models: agent and channel, time, window, texts. */
import type { CommunicationNode, Setting } from '../../dsl/ast.ts';
import { expressionWords, windowWords } from '../../dsl/words.ts';
import { templateEndings } from '../../runtime/model/template-files.ts';
import { type CommunicationKind, communicationKinds, isCommunicationKind, settingsOf } from '../catalogue.ts';
import type { AgentModel, CommunicationModel, Expression } from '../model.ts';
import { voiceOf, whatsappOf } from './channel-settings.ts';
import { fieldNames, findField, lookUp, suggestWord } from './context.ts';
import { type ExpressionScope, resolveExpression } from './expressions.ts';
import { refusePrivate } from './privacy.ts';
import { readSettings, type Settings } from './settings.ts';
import { resolveCommunicationWindow } from './windows.ts';

/** Null if something it needs is wrong or missing (reported). */
export function resolveCommunication(
  scope: ExpressionScope,
  node: CommunicationNode,
  planned: 'shared' | 'in a flow',
  defaults: readonly Setting[],
): CommunicationModel | null {
  const kind = node.channelKind.text;
  if (!isCommunicationKind(kind)) return null;
  const name = node.name.text;
  const owner = {
    is: { kind: 'communication', name } as const,
    span: node.name.span,
    place: 'communication' as const,
  };
  const settings = readSettings(scope.report, owner, node.items, settingsOf(kind), defaults);
  const agent = agentOf(scope, settings);
  const channel = agent && channelOf(scope, settings, agent, kind, node);
  const at = baseOf(scope, settings, name);
  const written = settings.window('window');
  const window = written && resolveCommunicationWindow({ ...scope.workspace, report: scope.report }, written.parts);
  const durationMs = settings.duration('duration');
  const startPhrase = kind === 'telegram' ? settings.text('start_phrase') : null;
  const rest = {
    ifPast: settings.choice('if_past', 'send or skip') ?? 'send',
    spreadMs: settings.duration('spread') ?? 0,
    uncapped: settings.truth('uncapped') ?? false,
    template: templateOf(scope, settings, kind, node),
    startPhrase: startPhrase?.value ?? null,
    startPhraseOrigin: startPhrase?.span ?? null,
    whatsapp: kind === 'whatsapp' ? whatsappOf(scope, settings) : null,
    voice: kind === 'voice' ? voiceOf(scope, settings, node) : null,
    context: contextOf(scope, settings),
  };
  if (kind === 'telegram' && agent && !settings.has('start_phrase') && agent.welcomeMessage === null) {
    scope.report('FLOW302', node.name.span, {
      message: 'start phrase',
      owner: owner.is,
      name: 'start_phrase',
      example: 'start_phrase: "Hello!"',
    });
  }
  if ((kind === 'whatsapp' && rest.whatsapp === null) || (kind === 'voice' && rest.voice === null)) return null;
  if (agent === null || channel === null || at === null || written === null || window === null || durationMs === null)
    return null;
  return {
    name,
    kind,
    agent: agent.name,
    channel,
    at,
    ...window,
    windowText: windowWords(written.parts),
    durationMs,
    ...rest,
    shared: planned === 'shared',
    origin: node.span,
  };
}

function agentOf(scope: ExpressionScope, settings: Settings): AgentModel | null {
  const name = settings.name('agent');
  return name && lookUp(scope.report, scope.workspace.agents, name, 'agent');
}

/** The channel named, else the agent's only one of this kind. */
function channelOf(
  scope: ExpressionScope,
  settings: Settings,
  agent: AgentModel,
  kind: CommunicationKind,
  node: CommunicationNode,
): string | null {
  const { channels } = scope.workspace;
  const fitting = agent.channels.filter((name) => channels.get(name)?.kind === communicationKinds[kind].channel);
  const span = settings.get('agent')?.value.span ?? node.name.span;
  const wanted = settings.name('channel');
  // A channel that is not known may be the one: it was reported where the agent names it.
  if (fitting.length === 0 && agent.channels.some((name) => !channels.has(name))) return null;
  if (fitting.length === 0) {
    const others = agent.channels.map((name) => `${name}: ${channels.get(name)?.kind}`);
    const message =
      others.length > 0 ? ({ message: 'others', channels: others } as const) : ({ message: 'none' } as const);
    scope.report('FLOW305', span, { agent: agent.name, kind, ...message });
    return null;
  }
  if (wanted !== null) {
    if (lookUp(scope.report, channels, wanted, 'channel') === null) return null;
    if (fitting.includes(wanted.text)) return wanted.text;
    scope.report('FLOW307', wanted.span, {
      channel: wanted.text,
      kind,
      agent: agent.name,
      ...suggestWord(wanted.text, fitting),
    });
    return null;
  }
  if (settings.has('channel')) return null;
  if (fitting.length === 1) return fitting[0]!;
  scope.report('FLOW306', node.name.span, {
    agent: agent.name,
    kind,
    channels: fitting,
    name: node.name.text,
    first: fitting[0]!,
  });
  return null;
}

function baseOf(scope: ExpressionScope, settings: Settings, name: string): CommunicationModel['at'] | null {
  const value = settings.get('at')?.value;
  if (value === undefined) return null;
  if (value.kind === 'python')
    return { kind: 'python', expression: value.code.value, text: `python ${JSON.stringify(value.code.value)}` };
  const only = value.kind === 'list' && value.items.length === 1 ? value.items[0]! : null;
  if (only === null) {
    settings.wrong('at');
    return null;
  }
  const at = resolveExpression(scope, only);
  if (at === null || !isInstant(scope, at, { message: 'at', name })) return null;
  return refusePrivate(scope.report, at, 'at', 'other field') ? at : null;
}

type InstantOf =
  | { readonly message: 'syntax'; readonly syntax: string }
  | { readonly message: 'at'; readonly name: string };

/** A date or a datetime; reported otherwise. */
export function isInstant(
  scope: ExpressionScope,
  expression: Expression,
  of: InstantOf,
  bound: 'or a duration' | 'alone' = 'alone',
): boolean {
  const { type, text } = expression;
  if (type.kind === 'date' || type.kind === 'datetime') return true;
  const instants = [{ kind: 'date' }, { kind: 'datetime' }] as const;
  const expected = bound === 'alone' ? instants : [{ kind: 'duration' } as const, ...instants];
  scope.report('FLOW204', expression.origin, {
    ...of,
    expected,
    text,
    actual: type,
    ...instantHelp(expression, bound),
  });
  return false;
}

type InstantHelp =
  | { readonly help: 'from now' | 'instant' | 'bound' }
  | { readonly help: 'unquoted'; readonly date: string };

function instantHelp(expression: Expression, bound: 'or a duration' | 'alone'): InstantHelp {
  if (expression.type.kind === 'duration') return { help: 'from now' };
  const date = expression.kind === 'literal' ? String(expression.value) : '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(date)) return { help: 'unquoted', date };
  return { help: bound === 'alone' ? 'instant' : 'bound' };
}

function templateOf(
  scope: ExpressionScope,
  settings: Settings,
  kind: CommunicationKind,
  node: CommunicationNode,
): string | null {
  if (kind !== 'email') return null;
  const text = settings.text('template');
  if (!settings.has('template')) {
    if (node.items.every((item) => item.kind !== 'broken'))
      scope.report('FLOW314', node.name.span, { name: node.name.text, meant: node.name.text.toLowerCase() });
    return null;
  }
  if (text === null) return null;
  if (/^[\w-]+(?:\/[\w-]+)*$/.test(text.value)) {
    const path = `templates/${text.value}`;
    if (templateEndings.some((ending) => scope.exists(`${path}.${ending}`))) return path;
    scope.report('FLOW401', text.span, {
      name: text.value,
      folder: `${scope.folder}/templates`,
      first: `${scope.folder}/${path}.liquid`,
    });
    return path;
  }
  if (/^[/\\]|\.\.|:/.test(text.value))
    scope.report('FLOW407', text.span, { message: 'campaign', path: text.value, example: 'template: "hello"' });
  else
    scope.report('FLOW304', text.span, {
      name: 'template',
      form: 'template name',
      found: expressionWords({ kind: 'text', text, span: text.span }),
      help: 'example',
      example: 'template: "hello"',
    });
  return null;
}

function contextOf(scope: ExpressionScope, settings: Settings): readonly string[] {
  return settings.names('context').flatMap((name) => {
    if (findField(scope, name.text) !== undefined) return [name.text];
    scope.report('FLOW201', name.span, { name: name.text, ...suggestWord(name.text, fieldNames(scope)) });
    return [];
  });
}
