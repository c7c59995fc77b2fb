/** workspace.flow → everything campaigns refer to. */
import type { Declaration, DeclarationOf, FileNode, Item } from '../../dsl/ast.ts';
import { type FieldType, fieldTypeNames } from '../../runtime/model/values.ts';
import { isDate } from '../../runtime/time/calendar.ts';
import {
  agentSettings,
  channelSettings,
  communicationKinds,
  defaultValues,
  isCommunicationKind,
  rateUnits,
  workspaceSettings,
} from '../catalogue.ts';
import type { AgentModel, ChannelModel, FieldModel, RateModel } from '../model.ts';
import { resolveAdvanced } from './advanced.ts';
import { conditionClause, limitClauses } from './clauses.ts';
import {
  type DeclaredNames,
  declare,
  lookUp,
  type NamedWindow,
  type OtherFiles,
  type Report,
  suggestWord,
  type WorkspaceScope,
} from './context.ts';
import { contactHoursOf, onlyOne, refuseDeclaration, timezoneOf } from './declarations.ts';
import { membersOf, refuseReserved, resolveFields, resolveType, systemFieldModels } from './fields.ts';
import { readSettings, type Settings } from './settings.ts';
import { resolveWindow } from './windows.ts';

export function resolveWorkspace(report: Report, files: readonly FileNode[], on: OtherFiles): WorkspaceScope {
  const declarations = files.flatMap((file) => file.declarations);
  for (const declaration of declarations) refuseCampaignDeclaration(report, declaration);
  const node = onlyOne(report, declarations, 'workspace');
  if (node === null)
    report(
      'FLOW501',
      { file: files[0]?.path ?? 'workspace.flow', line: 1, start: 0, end: 0 },
      { message: files.length > 0 ? 'not declared' : 'no file' },
    );
  const enums = resolveEnums(report, declarations);
  const calendars = resolveCalendars(report, declarations);
  const windows = resolveWindows(report, declarations, calendars);
  const profile = new Map<string, FieldModel>(systemFieldModels().map((field) => [field.name, field]));
  for (const declaration of declarations) {
    if (declaration.kind === 'profile') resolveFields(report, enums, 'profile', declaration.fields, profile);
  }
  const channels = resolveChannels(report, declarations, { report, calendars, windows });
  const agents = resolveAgents(report, declarations, enums, channels, on);
  const settings =
    node &&
    readSettings(
      report,
      { is: { kind: 'workspace' }, span: node.name.span, place: 'workspace' },
      node.items,
      workspaceSettings,
    );
  const scope: WorkspaceScope = {
    report,
    name: node?.name.text ?? '',
    timezone: (settings && timezoneOf(report, settings)) ?? 'UTC',
    locale: localeOf(report, settings),
    contactHours: settings && contactHoursOf({ report, calendars, windows }, settings),
    enums,
    profile,
    channels,
    calendars,
    windows,
    agents,
    skipWhen: null,
    limits: limitClauses(report, node?.items ?? []),
  };
  return withConditions(scope, node?.items ?? [], declarations);
}

/** Conditions that stand outside of campaigns read the profile alone. */
function withConditions(
  workspace: WorkspaceScope,
  items: readonly Item[],
  declarations: readonly Declaration[],
): WorkspaceScope {
  const { report } = workspace;
  const none = new Map<string, never>();
  const names = {
    workspace,
    report,
    folder: '',
    exists: () => false,
    participant: none,
    communications: none,
    flows: none,
  };
  const scope = { ...names, resultAgents: [], session: null, where: { kind: 'workspace' } as const };
  const channels = new Map(workspace.channels);
  for (const node of declarations) {
    const channel = node.kind === 'channel' ? channels.get(node.name.text) : undefined;
    if (node.kind !== 'channel' || channel?.origin !== node.span) continue;
    channels.set(channel.name, { ...channel, skipWhen: conditionClause(scope, node.items, 'skip when') });
  }
  return { ...workspace, channels, skipWhen: conditionClause(scope, items, 'skip when') };
}

/** `60 per minute` */
function rateOf(settings: Settings): RateModel | null {
  const value = settings.get('rate')?.value;
  if (value === undefined) return null;
  const count = value.kind === 'rate' && value.amount.kind === 'number' ? Number(value.amount.text) : 0;
  const unit = value.kind === 'rate' ? value.per.text : '';
  if (Number.isSafeInteger(count) && count > 0 && Object.hasOwn(rateUnits, unit))
    return { count, perMs: rateUnits[unit as keyof typeof rateUnits] };
  settings.wrong('rate');
  return null;
}

function refuseCampaignDeclaration(report: Report, declaration: Declaration): void {
  switch (declaration.kind) {
    case 'campaign':
    case 'participant':
    case 'flow':
    case 'shared communication':
    case 'scenario':
      refuseDeclaration(report, declaration, 'campaign');
      return;
    default:
  }
}

function localeOf(report: Report, settings: Settings | null): string {
  const text = settings?.text('locale') ?? null;
  if (text === null) return defaultValues.locale;
  try {
    return Intl.getCanonicalLocales(text.value)[0] ?? defaultValues.locale;
  } catch {
    report('FLOW304', text.span, {
      name: 'locale',
      form: 'language tag',
      found: `"${text.value}"`,
      help: 'example',
      example: 'locale: "en-GB"',
    });
    return defaultValues.locale;
  }
}

function resolveEnums(report: Report, declarations: readonly Declaration[]): ReadonlyMap<string, readonly string[]> {
  const enums = new Map<string, readonly string[]>();
  const declared: DeclaredNames = new Map();
  for (const declaration of declarations) {
    if (declaration.kind !== 'enum') continue;
    if ((fieldTypeNames as readonly string[]).includes(declaration.name.text))
      refuseReserved(report, declaration.name, 'enum');
    else declare(report, enums, declaration.name, 'enum', membersOf(report, declaration.members), declared);
  }
  return enums;
}

function resolveCalendars(
  report: Report,
  declarations: readonly Declaration[],
): ReadonlyMap<string, readonly string[]> {
  const calendars = new Map<string, readonly string[]>();
  const declared: DeclaredNames = new Map();
  for (const declaration of declarations) {
    if (declaration.kind !== 'calendar') continue;
    for (const date of declaration.dates) if (!isDate(date.text)) report('FLOW226', date.span, { text: date.text });
    declare(
      report,
      calendars,
      declaration.name,
      'calendar',
      declaration.dates.map((date) => date.text),
      declared,
    );
  }
  return calendars;
}

/** In written order, so that a window can be made of earlier ones only: never of itself. */
function resolveWindows(
  report: Report,
  declarations: readonly Declaration[],
  calendars: WorkspaceScope['calendars'],
): ReadonlyMap<string, NamedWindow> {
  const windows = new Map<string, NamedWindow>();
  const declared: DeclaredNames = new Map();
  for (const declaration of declarations) {
    if (declaration.kind !== 'window') continue;
    const window = resolveWindow({ report, calendars, windows }, declaration.parts);
    // A broken window still has its name: what uses it is not wrong.
    declare(report, windows, declaration.name, 'window', { window: window ?? [], name: declaration.name }, declared);
  }
  return windows;
}

function resolveChannels(
  report: Report,
  declarations: readonly Declaration[],
  names: Parameters<typeof resolveWindow>[0],
): ReadonlyMap<string, ChannelModel> {
  const channels = new Map<string, ChannelModel>();
  const declared: DeclaredNames = new Map();
  for (const node of declarations) {
    if (node.kind !== 'channel') continue;
    const kind = node.channelKind.text;
    const settings = readSettings(
      report,
      { is: { kind: 'channel', name: node.name.text }, span: node.name.span, place: 'channel' },
      node.items,
      channelSettings,
    );
    const rate = rateOf(settings);
    if (!isCommunicationKind(kind)) {
      report('FLOW237', node.channelKind.span, {
        channel: node.name.text,
        name: kind,
        ...suggestWord(kind, Object.keys(communicationKinds)),
      });
      declared.set(node.name.text, { kind: 'channel', span: node.name.span });
      continue;
    }
    declare(
      report,
      channels,
      node.name,
      'channel',
      {
        name: node.name.text,
        kind,
        contactHours: contactHoursOf(names, settings),
        skipWhen: null,
        rate,
        origin: node.span,
      },
      declared,
    );
  }
  return channels;
}

function resolveAgents(
  report: Report,
  declarations: readonly Declaration[],
  enums: WorkspaceScope['enums'],
  channels: WorkspaceScope['channels'],
  on: OtherFiles,
): ReadonlyMap<string, AgentModel> {
  const agents = new Map<string, AgentModel>();
  const declared: DeclaredNames = new Map();
  const answering = new Map<string, string>();
  for (const node of declarations) {
    if (node.kind !== 'agent') continue;
    const agent = resolveAgent(report, node, enums, channels, on);
    declare(report, agents, node.name, 'agent', agent, declared);
    for (const channel of agent.inbound) {
      const other = answering.get(channel);
      if (other)
        report('FLOW312', node.name.span, {
          message: 'taken',
          channel,
          other,
          help: 'taken',
        });
      answering.set(channel, node.name.text);
    }
  }
  return agents;
}

function resolveAgent(
  report: Report,
  node: DeclarationOf<'agent'>,
  enums: WorkspaceScope['enums'],
  channels: WorkspaceScope['channels'],
  on: OtherFiles,
): AgentModel {
  const settings = readSettings(
    report,
    { is: { kind: 'agent', name: node.name.text }, span: node.name.span, place: 'agent' },
    node.items,
    agentSettings,
  );
  const namesOf = (setting: string) =>
    settings.names(setting).filter((name) => lookUp(report, channels, name, 'channel') !== null);
  if (node.role !== null && node.role.text !== 'inbound') {
    report('FLOW202', node.role.span, { message: 'agent role', name: node.role.text, help: 'inbound' });
  }
  namesOf('channels');
  const inbound = namesOf('inbound');
  const own = settings.names('channels').map((name) => name.text);
  if (inbound.length > 0 && node.role === null) {
    report('FLOW312', inbound[0]!.span, { message: 'role', agent: node.name.text, help: 'role' });
  }
  for (const name of inbound) {
    if (!own.includes(name.text))
      report('FLOW312', name.span, {
        message: 'not its own',
        agent: node.name.text,
        channel: name.text,
        help: 'not its own',
      });
  }
  const advanced = settings.text('advanced');
  const texts = {
    welcomeMessage: settings.text('welcome_message'),
    task: settings.text('task'),
    instructions: settings.text('instructions'),
  };
  return {
    name: node.name.text,
    channels: own,
    inbound: inbound.map((name) => name.text),
    silenceMs: settings.duration('silence') ?? defaultValues.silenceMs,
    welcomeMessage: texts.welcomeMessage?.value ?? null,
    task: texts.task?.value ?? null,
    instructions: texts.instructions?.value ?? null,
    textOrigins: Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (text ? [[name, text.span]] : []))),
    advanced: advanced && resolveAdvanced(report, on, node.name.text, advanced, own),
    results: resultsOf(report, node, enums),
    origin: node.span,
  };
}

function resultsOf(
  report: Report,
  node: DeclarationOf<'agent'>,
  enums: WorkspaceScope['enums'],
): { name: string; type: FieldType }[] {
  const results = new Map<string, FieldType>();
  const declared: DeclaredNames = new Map();
  for (const item of node.items) {
    if (item.kind !== 'results') continue;
    for (const field of item.fields) {
      for (const modifier of field.modifiers)
        report('FLOW211', modifier.span, { message: 'result', name: modifier.text, help: 'result' });
      if (field.default !== null) report('FLOW211', field.default.span, { message: 'default', help: 'default' });
      const type = resolveType(report, enums, field);
      if (type !== null) declare(report, results, field.name, 'result', type, declared);
    }
  }
  return [...results].map(([name, type]) => ({ name, type }));
}
