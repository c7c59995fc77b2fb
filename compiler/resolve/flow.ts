/** A flow: triggers first, then statements. */
import type { DeclarationOf, FlowItem, Setting, StatementNode, TriggerNode } from '../../dsl/ast.ts';
import { flowSettings } from '../catalogue.ts';
import type { CommunicationModel, FlowModel } from '../model.ts';
import type { CampaignScope } from './context.ts';
import { readSettings } from './settings.ts';
import { resolveStatements } from './statements.ts';
import { resolveTriggers } from './triggers.ts';

export function resolveFlow(
  scope: CampaignScope,
  node: DeclarationOf<'flow'>,
  defaults: readonly Setting[],
  planned: (communication: CommunicationModel) => void,
): FlowModel {
  const { triggers, settings, statements } = sortItems(scope, node.items);
  const read = readSettings(
    scope.report,
    { is: `Flow \`${node.name.text}\``, span: node.name.span, place: 'flow' },
    settings,
    flowSettings,
  );
  const again = read.choice('again', 'again choice');
  const isBroken = statements.some((statement) => statement.kind === 'broken');
  if (triggers.length === 0 && !isBroken) scope.report('FLOW221', node.name.span, { name: node.name.text });
  const mayRepeat = triggers.some((trigger) => trigger.words !== 'participant created');
  if (again === null && !read.has('again') && mayRepeat && parks(statements))
    scope.report('FLOW227', node.name.span, { name: node.name.text });
  const agents = resultAgents(scope, triggers);
  return {
    name: node.name.text,
    title: node.title?.value ?? null,
    triggers: resolveTriggers(scope, triggers),
    again: again ?? 'restart',
    body: resolveStatements({ ...scope, resultAgents: agents, defaults, planned }, statements),
    origin: node.span,
  };
}

function sortItems(
  scope: CampaignScope,
  items: readonly FlowItem[],
): { triggers: TriggerNode[]; settings: Setting[]; statements: StatementNode[] } {
  const sorted = { triggers: [] as TriggerNode[], settings: [] as Setting[], statements: [] as StatementNode[] };
  for (const item of items) {
    const isHead = item.kind === 'trigger' || item.kind === 'setting';
    if (isHead && sorted.statements.some((statement) => statement.kind !== 'broken'))
      scope.report('FLOW224', item.span, {});
    if (item.kind === 'trigger') sorted.triggers.push(item);
    else if (item.kind === 'setting') sorted.settings.push(item);
    else sorted.statements.push(item);
  }
  return sorted;
}

/** Whose results `result.x` may read: of the communications the triggers name, else of all in the campaign. */
function resultAgents(scope: CampaignScope, triggers: readonly TriggerNode[]): readonly string[] {
  const about = triggers.filter((trigger) => trigger.words.startsWith('communication '));
  const isNarrow =
    about.length > 0 && about.length === triggers.length && about.every((trigger) => trigger.filters.length > 0);
  const names = isNarrow
    ? about.flatMap((trigger) => trigger.filters.map((filter) => filter.name.text))
    : [...scope.communications.keys()];
  return [...new Set(names.flatMap((name) => scope.communications.get(name)?.agent ?? []))];
}

/** Whether a run can stand at a wait. */
function parks(statements: readonly StatementNode[]): boolean {
  return statements.some((statement) => {
    switch (statement.kind) {
      case 'wait':
      case 'wait until':
      case 'wait for':
        return true;
      case 'if':
        return parks(statement.then) || parks(statement.else);
      case 'match':
      case 'split':
        return statement.arms.some((arm: { readonly body: readonly StatementNode[] }) => parks(arm.body));
      default:
        return false;
    }
  });
}
