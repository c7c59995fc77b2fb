/** A flow: triggers first, then statements. */
import type { DeclarationOf, FlowItem, Setting, StatementNode, TriggerNode } from '../../dsl/ast.ts';
import { everyStatement } from '../../dsl/statements.ts';
import { triggerRow } from '../../runtime/model/triggers.ts';
import { flowSettings } from '../catalogue.ts';
import type { CommunicationModel, FlowModel } from '../model.ts';
import type { CampaignScope } from './context.ts';
import type { Provenance } from './provenance.ts';
import { readSettings } from './settings.ts';
import { resolveStatements } from './statements.ts';
import { resolveTriggers } from './triggers.ts';

export function resolveFlow(
  scope: CampaignScope,
  node: DeclarationOf<'flow'>,
  provenance: Provenance,
  defaults: readonly Setting[],
  planned: (communication: CommunicationModel) => void,
): FlowModel {
  const { triggers, settings, statements } = sortItems(scope, node.items);
  const read = readSettings(
    scope.report,
    { is: { kind: 'flow', name: node.name.text }, span: node.name.span, place: 'flow' },
    settings,
    flowSettings,
  );
  const again = read.choice('again', 'again choice');
  const isBroken = statements.some((statement) => statement.kind === 'broken');
  if (triggers.length === 0 && !isBroken) scope.report('FLOW221', node.name.span, { name: node.name.text });
  const mayRepeat = triggers.some((trigger) => triggerRow(trigger.words)?.once !== true);
  if (again === null && !read.has('again') && mayRepeat && parks(statements))
    scope.report('FLOW227', node.name.span, { name: node.name.text });
  const where = { kind: 'flow', name: node.name.text } as const;
  return {
    name: node.name.text,
    title: node.title?.value ?? null,
    triggers: resolveTriggers(scope, triggers),
    again: again ?? 'restart',
    body: resolveStatements({ ...scope, ...provenance, where, defaults, planned }, statements),
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

/** Whether a run can stand at a wait. */
function parks(statements: readonly StatementNode[]): boolean {
  return everyStatement(statements).some(({ kind }) => ['wait', 'wait until', 'wait for'].includes(kind));
}
