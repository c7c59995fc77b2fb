/** Triggers: known words, filters that name what exists, each kind once. */

import type { TriggerNode } from '../../dsl/ast.ts';
import { triggerWords } from '../../dsl/words.ts';
import { type Status, statuses } from '../../runtime/model/statuses.ts';
import { isTrigger, triggerRows } from '../../runtime/model/triggers.ts';
import { label } from '../diagnostics/labels.ts';
import type { TriggerModel } from '../model.ts';
import { type CampaignScope, fieldNames, findField, lookUp, suggestWord } from './context.ts';

export function resolveTriggers(scope: CampaignScope, nodes: readonly TriggerNode[]): readonly TriggerModel[] {
  const seen = new Map<string, TriggerNode>();
  return nodes.flatMap((node) => {
    const before = seen.get(node.words);
    if (before !== undefined) {
      const labels = [label(before.span, 'first')];
      scope.report('FLOW223', node.span, { words: node.words, line: before.span.line }, { labels });
      return [];
    }
    seen.set(node.words, node);
    const trigger = resolveTrigger(scope, node);
    return trigger === null ? [] : [trigger];
  });
}

function resolveTrigger(scope: CampaignScope, node: TriggerNode): TriggerModel | null {
  const { words, span: origin } = node;
  if (!isTrigger(words)) {
    const known = Object.keys(triggerRows).map((row) => `on ${row}`);
    const edited = { ...origin, end: origin.start + `on ${words}`.length };
    scope.report('FLOW222', origin, { words, ...suggestWord(`on ${words}`, known) }, { edited });
    return null;
  }
  const base = { text: triggerWords(node), origin };
  const names = node.filters.map((filter) => filter.name);
  for (const filter of node.filters) {
    if (filter.becomes === null || triggerRows[words].becomes) continue;
    scope.report('FLOW101', filter.becomes.span, {
      message: 'becomes',
      help: 'becomes',
    });
  }
  switch (words) {
    case 'participant created':
    case 'another flow':
      if (names[0]) scope.report('FLOW232', names[0].span, { words });
      return { ...base, on: words };
    case 'participant updated': {
      for (const name of names) {
        if (findField(scope, name.text) !== undefined) continue;
        scope.report('FLOW201', name.span, { name: name.text, ...suggestWord(name.text, fieldNames(scope)) });
      }
      return { ...base, on: words, fields: names.map((name) => name.text) };
    }
    case 'communication ended':
      for (const name of names) lookUp(scope.report, scope.communications, name, 'communication');
      return { ...base, on: words, names: names.map((name) => name.text) };
    case 'communication updated':
      for (const name of names) lookUp(scope.report, scope.communications, name, 'communication');
      return {
        ...base,
        on: words,
        names: node.filters.map(({ name, becomes }) => ({ name: name.text, ...becomesOf(scope, becomes) })),
      };
    case 'incoming session':
      for (const name of names) lookUp(scope.report, scope.workspace.channels, name, 'channel');
      return { ...base, on: words, channels: names.map((name) => name.text) };
    default:
      return words satisfies never;
  }
}

function becomesOf(scope: CampaignScope, name: TriggerNode['filters'][number]['becomes']): { becomes?: Status } {
  if (name === null) return {};
  if (Object.hasOwn(statuses, name.text)) return { becomes: name.text as Status };
  scope.report('FLOW202', name.span, {
    message: 'name',
    kind: 'status',
    name: name.text,
    ...suggestWord(name.text, Object.keys(statuses)),
  });
  return {};
}
