/** Scenarios: names and values resolved, times in order. */
import type { DeclarationOf, Entry, Expr, FileNode, Name, ScenarioLine } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { type Status, statuses } from '../../runtime/model/statuses.ts';
import type { FieldType, Value } from '../../runtime/model/values.ts';
import type { CampaignModel, FieldModel, FieldValue, PythonModel, ScenarioModel, ScenarioStep } from '../model.ts';
import { everyStatement } from '../statements.ts';
import {
  type CampaignScope,
  fieldNames,
  findField,
  lookUp,
  type Report,
  resultsOf,
  suggest,
  suggestWord,
} from './context.ts';
import { refuseDeclaration } from './declarations.ts';
import { entriesOnce } from './entries.ts';
import { resolveCondition } from './expressions.ts';
import { constantOf } from './fields.ts';
import { dateLiteral } from './values.ts';

/** A campaign with what its names mean. */
export interface ResolvedCampaign {
  readonly model: CampaignModel;
  readonly scope: CampaignScope;
}

/** The campaigns, each with its scenarios. Files ending in `.test.flow` hold nothing else. */
export function withScenarios(
  report: Report,
  campaigns: readonly ResolvedCampaign[],
  files: readonly FileNode[],
): readonly CampaignModel[] {
  const byName = new Map(campaigns.map((campaign) => [campaign.model.name, campaign]));
  const found = new Map<string, ScenarioModel[]>();
  for (const node of files.flatMap((file) => file.declarations)) {
    if (node.kind === 'broken') continue;
    if (node.kind !== 'scenario') {
      refuseDeclaration(report, node, 'not a test');
      continue;
    }
    const campaign = lookUp(report, byName, node.campaign, 'campaign');
    if (campaign === null) continue;
    const name = campaign.model.name;
    found.set(name, [...(found.get(name) ?? []), resolveScenario(report, campaign, node)]);
  }
  return campaigns.map(({ model }) => ({ ...model, scenarios: found.get(model.name) ?? [] }));
}

function resolveScenario(
  report: Report,
  { model, scope }: ResolvedCampaign,
  node: DeclarationOf<'scenario'>,
): ScenarioModel {
  const inside: Inside = {
    ...scope,
    report,
    pythons: pythonsOf(model),
    channels: [...scope.workspace.channels.keys()],
  };
  const steps = node.lines.flatMap((line) => resolveLine(inside, line) ?? []);
  // What is missing here was reported; the times around it say nothing about it.
  if (steps.length === node.lines.length) checkOrder(report, node, steps);
  return { title: node.title.value, steps, origin: node.span };
}

interface Inside extends CampaignScope {
  readonly pythons: ReadonlyMap<string, PythonModel>;
  readonly channels: readonly string[];
}

function resolveLine(scope: Inside, line: ScenarioLine): ScenarioStep | null {
  const origin = line.span;
  switch (line.kind) {
    case 'broken':
      return null;
    case 'given':
      return { kind: 'given', values: fieldValues(scope, line.values), origin };
    case 'start':
      return timed(scope, line.at, (at) => ({ kind: 'start', at, origin }));
    case 'participant changes': {
      const values = fieldValues(scope, line.values);
      return timed(scope, line.at, (at) => ({ kind: 'participant changes', values, at, origin }));
    }
    case 'communication becomes': {
      const sketch = lookUp(scope.report, scope.communications, line.name, 'communication');
      const status = statusOf(scope.report, line.status);
      const results = sketch ? resultValues(scope, sketch.agent, line.results) : [];
      return timed(
        scope,
        line.at,
        (at) => sketch && status && { kind: 'communication becomes', name: sketch.name, status, results, at, origin },
      );
    }
    case 'incoming session': {
      const channel = lookUp(scope.report, scope.workspace.channels, line.channel, 'channel');
      return timed(scope, line.at, (at) => channel && { kind: 'incoming session', channel: channel.name, at, origin });
    }
    case 'API cancels':
      return timed(scope, line.at, (at) => ({ kind: 'API cancels', at, origin }));
    case 'stub': {
      const action = lookUp(scope.report, scope.pythons, line.name, 'Python action');
      return (
        action && { kind: 'stub', name: action.name, returns: returnedValues(scope, action, line.returns), origin }
      );
    }
    case 'expect time': {
      const sketch = lookUp(scope.report, scope.communications, line.name, 'communication');
      return timed(
        scope,
        line.at,
        (at) => sketch && { kind: 'expect time', name: sketch.name, moment: line.moment, at, origin },
      );
    }
    case 'expect none': {
      const sketch = lookUp(scope.report, scope.communications, line.name, 'communication');
      return sketch && { kind: 'expect none', name: sketch.name, origin };
    }
    case 'expect text': {
      const sketch = lookUp(scope.report, scope.communications, line.name, 'communication');
      return sketch && { kind: 'expect text', name: sketch.name, text: line.text.value, origin };
    }
    case 'expect condition': {
      const agents = [...scope.communications.values()].flatMap((sketch) => sketch.agent ?? []);
      const everywhere = {
        ...scope,
        resultAgents: agents,
        session: { channels: scope.channels, agents },
        where: { kind: 'scenario' } as const,
      };
      const condition = resolveCondition(everywhere, line.condition, 'expect');
      return condition && { kind: 'expect condition', condition, origin };
    }
    case 'expect ended':
      return timed(scope, line.by, (by) => ({ kind: 'expect ended', by, origin }));
    default:
      return line satisfies never;
  }
}

function timed(scope: Inside, at: Expr, step: (at: string) => ScenarioStep | null): ScenarioStep | null {
  const moment = momentOf(scope.report, at);
  return moment === null ? null : step(moment);
}

/** A date means its first instant. */
function momentOf(report: Report, at: Expr): string | null {
  if (at.kind === 'missing') return null;
  if (at.kind === 'date' || at.kind === 'datetime') {
    const text = dateLiteral(report, at);
    return text && (text.includes('T') ? text : `${text}T00:00:00`);
  }
  report('FLOW304', at.span, {
    name: 'at',
    form: 'date or datetime',
    found: expressionWords(at),
    help: 'example',
    example: 'at 2026-03-06 20:00',
  });
  return null;
}

// ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────

function fieldValues(scope: Inside, entries: readonly Entry[]): FieldValue[] {
  return valuesOf(scope, entries, (name) => {
    const field = findField(scope, name.text);
    if (field === undefined)
      scope.report('FLOW201', name.span, { name: name.text, ...suggestWord(name.text, fieldNames(scope)) });
    return field ?? null;
  });
}

function returnedValues(scope: Inside, action: PythonModel, entries: readonly Entry[]): FieldValue[] {
  const writes = new Map(action.writes.map((field) => [field.name, field]));
  return valuesOf(scope, entries, (name) => {
    const field = writes.get(name.text);
    if (field !== undefined) return field;
    const help = suggest(name.text, [...writes.keys()], { help: 'list in writes' } as const);
    scope.report('FLOW202', name.span, { message: 'written field', name: name.text, action: action.name, ...help });
    return null;
  });
}

function valuesOf(scope: Inside, entries: readonly Entry[], find: (name: Name) => FieldModel | null): FieldValue[] {
  return entriesOnce(scope.report, entries).flatMap(({ name, value }) => {
    const field = find(name);
    return field === null ? [] : [{ field, value: constantIn(scope.report, name, value, field.type) }];
  });
}

function resultValues(
  scope: Inside,
  agent: string | null,
  entries: readonly Entry[],
): { name: string; value: Value }[] {
  const results = resultsOf(scope.workspace, agent === null ? [] : [agent]);
  return entriesOnce(scope.report, entries).flatMap(({ name, value }) => {
    const type = lookUp(scope.report, results, name, 'result');
    return type === null ? [] : [{ name: name.text, value: constantIn(scope.report, name, value, type) }];
  });
}

function constantIn(report: Report, name: Name, value: Entry['value'], type: FieldType): Value {
  const only = value.kind === 'list' && value.items.length === 1 ? value.items[0]! : null;
  if (only === null) {
    report('FLOW304', value.span, {
      name: name.text,
      form: 'constant',
      found: value.kind === 'array' ? '[ … ]' : '{ … }',
      help: 'example',
      example: `${name.text}: "…"`,
    });
    return null;
  }
  const isNone = only.kind === 'path' && only.names.length === 1 && only.names[0]!.text === 'none';
  return isNone ? null : constantOf(report, { is: 'value', of: name.text }, only, type);
}

function statusOf(report: Report, name: Name): Status | null {
  if (Object.hasOwn(statuses, name.text)) return name.text as Status;
  report('FLOW202', name.span, {
    message: 'name',
    kind: 'status',
    name: name.text,
    ...suggestWord(name.text, Object.keys(statuses)),
  });
  return null;
}

function pythonsOf(model: CampaignModel): ReadonlyMap<string, PythonModel> {
  const actions = model.flows
    .flatMap((flow) => everyStatement(flow.body))
    .flatMap((statement) => (statement.kind === 'python' ? [statement.action] : []));
  return new Map(actions.map((action) => [action.name, action]));
}

// ── Order ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is given comes first, then one start, then what happens, never backwards. */
function checkOrder(report: Report, node: DeclarationOf<'scenario'>, steps: readonly ScenarioStep[]): void {
  let now: { readonly at: string; readonly line: number } | null = null;
  const hasStart = node.lines.some((line) => line.kind === 'start');
  if (!hasStart) {
    report('FLOW320', node.title.span, { message: 'no start', title: node.title.value, help: 'add start' });
    return;
  }
  for (const step of steps) {
    if (step.kind === 'start' && now !== null) {
      report('FLOW320', step.origin, { message: 'second start', help: 'remove line' });
      return;
    }
    if ((step.kind === 'given' || step.kind === 'stub') && now !== null) {
      report('FLOW320', step.origin, { message: 'given late', line: step.kind, help: 'move above' });
      return;
    }
    const at = step.kind === 'expect time' || !('at' in step) ? null : step.at;
    if (at === null) continue;
    if (now === null && step.kind !== 'start') {
      report('FLOW320', step.origin, { message: 'event early', help: 'move below' });
      return;
    }
    if (now !== null && at < now.at) {
      const at = now.at.slice(0, 16).replace('T', ' ');
      report('FLOW320', step.origin, { message: 'time goes back', line: now.line, at, help: 'move up' });
      return;
    }
    now = { at, line: step.origin.line };
  }
}
