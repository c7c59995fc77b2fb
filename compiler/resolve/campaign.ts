/** The files of one folder → a campaign. */
import type { CommunicationNode, Declaration, FileNode, Name, Setting, Span, StatementNode } from '../../dsl/ast.ts';
import { everyStatement, statementsOf } from '../../dsl/statements.ts';
import { triggerRow } from '../../runtime/model/triggers.ts';
import { campaignSettings, communicationSettings } from '../catalogue.ts';
import type { CommunicationModel, FieldModel } from '../model.ts';
import { conditionClause, holdoutClause, limitClauses, onlyItem } from './clauses.ts';
import { resolveCommunication } from './communications.ts';
import {
  type CampaignScope,
  type CommunicationSketch,
  type DeclaredNames,
  declare,
  type Report,
  type WorkspaceScope,
} from './context.ts';
import { contactHoursOf, onlyOne, refuseDeclaration, timezoneOf } from './declarations.ts';
import { resolveFields } from './fields.ts';
import { resolveFlow } from './flow.ts';
import { provenances } from './provenance.ts';
import type { ResolvedCampaign } from './scenarios.ts';
import { readSettings } from './settings.ts';

/** Null without a `campaign` declaration (reported). */
export function resolveCampaign(
  workspace: WorkspaceScope,
  folder: string,
  files: readonly FileNode[],
  exists: (path: string) => boolean,
): ResolvedCampaign | null {
  const { report } = workspace;
  const declarations = files.flatMap((file) => file.declarations);
  for (const declaration of declarations) refuseWorkspaceDeclaration(report, declaration);
  const campaign = onlyOne(report, declarations, 'campaign');
  if (campaign === null) {
    const at = files[0]!.declarations[0]?.span ?? { file: files[0]!.path, line: 1, start: 0, end: 0 };
    report('FLOW502', { ...at, end: at.start }, { folder, meant: folder.split('/').at(-1)!.replace(/\W/g, '_') });
  }
  // The module of all campaigns exports each under its name, and `export *` leaves this one out.
  if (campaign?.name.text === 'default')
    report('FLOW208', campaign.name.span, { message: 'campaign', name: 'default', help: 'campaign' });
  const owner = {
    is: { kind: 'campaign', name: campaign?.name.text ?? folder } as const,
    span: campaign?.name.span ?? nowhere(files),
    place: 'campaign' as const,
  };
  const items = campaign?.items ?? [];
  const settings = readSettings(report, owner, items, campaignSettings);
  const defaults = items.flatMap((item) =>
    item.kind === 'defaults' ? item.items.filter((inner) => inner.kind === 'setting') : [],
  );
  onlyItem(report, items, 'defaults');
  for (const item of items) {
    if (item.kind !== 'defaults') continue;
    const optional = communicationSettings.map((row) => ({ ...row, required: false }));
    readSettings(report, { is: { kind: 'defaults' }, span: item.span, place: 'defaults' }, item.items, optional);
  }
  const scope: CampaignScope = {
    ...sketch(workspace, declarations, defaults),
    folder,
    exists: (path) => exists(`${folder}/${path}`),
  };
  const communications: CommunicationModel[] = [];
  const resultAgents = [...scope.communications.values()].flatMap((known) => known.agent ?? []);
  const clauseScope = { ...scope, resultAgents: [], session: null, where: { kind: 'clause' } as const };
  const clauses = {
    exitWhen: conditionClause(clauseScope, items, 'exit when'),
    skipWhen: conditionClause(clauseScope, items, 'skip when'),
    successWhen: conditionClause(clauseScope, items, 'success when'),
    failureWhen: conditionClause(clauseScope, items, 'failure when'),
    limits: limitClauses(report, items),
    holdout: holdoutClause(report, items),
  };
  for (const declaration of declarations) {
    if (declaration.kind !== 'shared communication') continue;
    const outside = { resultAgents, session: null, where: { kind: 'shared communication' } as const };
    const shared = resolveCommunication({ ...scope, ...outside }, declaration.communication, 'shared', defaults);
    if (shared !== null) communications.push(shared);
  }
  const flowNodes = declarations.filter((declaration) => declaration.kind === 'flow');
  const origins = provenances(scope, flowNodes);
  const flows = flowNodes.map((flow) =>
    resolveFlow(scope, flow, origins.get(flow.name.text)!, defaults, (made) => communications.push(made)),
  );
  if (campaign === null) return null;
  const model = {
    name: campaign.name.text,
    title: campaign.title?.value ?? null,
    folder,
    timezone: timezoneOf(report, settings) ?? workspace.timezone,
    contactHours: contactHoursOf(workspace, settings),
    onEdit: settings.choice('on_edit', 'on_edit choice') ?? 'finish',
    ...clauses,
    participant: [...scope.participant.values()],
    communications,
    flows,
    scenarios: [],
    origin: campaign.span,
  };
  return { model, scope };
}

function nowhere(files: readonly FileNode[]): Span {
  return { file: files[0]!.path, line: 1, start: 0, end: 0 };
}

function refuseWorkspaceDeclaration(report: Report, declaration: Declaration): void {
  switch (declaration.kind) {
    case 'workspace':
    case 'profile':
    case 'channel':
    case 'calendar':
    case 'window':
    case 'agent':
    case 'enum':
      refuseDeclaration(report, declaration, 'workspace');
      return;
    case 'scenario':
      refuseDeclaration(report, declaration, 'test');
      return;
    default:
  }
}

/** Everything the campaign's declarations name, before any expression is looked at. */
function sketch(
  workspace: WorkspaceScope,
  declarations: readonly Declaration[],
  defaults: readonly Setting[],
): Omit<CampaignScope, 'folder' | 'exists'> {
  const { report } = workspace;
  const participant = new Map<string, FieldModel>();
  const communications = new Map<string, CommunicationSketch>();
  const flows = new Map<string, { entered: boolean; span: Span }>();
  const names: Names = { report, defaults, communications, others: new Map(), declared: new Map() };
  const flowNames: DeclaredNames = new Map();
  for (const declaration of declarations) {
    if (declaration.kind === 'participant')
      resolveFields(report, workspace.enums, 'participant', declaration.fields, participant);
    if (declaration.kind === 'shared communication') nameCommunication(names, declaration.communication);
    if (declaration.kind !== 'flow') continue;
    const entered = declaration.items.some(
      (item) => item.kind === 'trigger' && triggerRow(item.words)?.startsFrom === 'to',
    );
    declare(report, flows, declaration.name, 'flow', { entered, span: declaration.name.span }, flowNames);
    nameStatements(names, statementsOf(declaration.items));
  }
  return { workspace, report, participant, communications, flows };
}

interface Names {
  readonly report: Report;
  readonly defaults: readonly Setting[];
  readonly communications: Map<string, CommunicationSketch>;
  readonly others: Map<string, null>;
  readonly declared: DeclaredNames;
}

function nameStatements(names: Names, statements: readonly StatementNode[]): void {
  for (const statement of everyStatement(statements)) {
    if (statement.kind === 'communication') nameCommunication(names, statement);
    else if (statement.kind === 'python') nameOther(names, statement.name, 'Python action');
    else if (statement.kind === 'split') nameOther(names, statement.name, 'split');
  }
}

function nameOther({ report, others, declared }: Names, name: Name, kind: 'Python action' | 'split'): void {
  checkName(report, name, kind);
  declare(report, others, name, kind, null, declared);
}

function nameCommunication(names: Names, node: CommunicationNode): void {
  checkName(names.report, node.name, 'communication');
  const own = node.items.find((item) => item.kind === 'setting' && item.key.text === 'agent') as Setting | undefined;
  const value = (own ?? names.defaults.find((setting) => setting.key.text === 'agent'))?.value;
  const only = value?.kind === 'list' ? value.items[0] : undefined;
  const agent = only?.kind === 'path' ? only.names[0]!.text : null;
  declare(
    names.report,
    names.communications,
    node.name,
    'communication',
    { name: node.name.text, agent, span: node.name.span },
    names.declared,
  );
}

function checkName(report: Report, name: Name, kind: 'communication' | 'Python action' | 'split'): void {
  if (/^(?=.*[A-Z])[A-Z0-9_]+$/.test(name.text)) return;
  const upper = name.text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replace(/[^A-Z0-9_]/g, '_');
  report('FLOW209', name.span, { name: name.text, kind, meant: /[A-Z]/.test(upper) ? upper : `HELLO${upper}` });
}
