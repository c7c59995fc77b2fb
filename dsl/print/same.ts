/** What a formatter must not change. */
import type { Comment, Expr, FileNode, FlowItem, Item } from '../ast.ts';
import { sortSettings } from './items.ts';
import type { Holder, SettingOrder } from './printer.ts';
import { flowOrder } from './statements.ts';

export type Difference = 'meaning' | 'comments';

/** Null when both files say the same, settings in any order, and `after` has every comment of `before`. */
export function difference(before: FileNode, after: FileNode, order: SettingOrder): Difference | null {
  if (canonical(before, order) !== canonical(after, order)) return 'meaning';
  const left = countOf(after.comments);
  for (const [text, count] of countOf(before.comments)) if ((left.get(text) ?? 0) < count) return 'comments';
  return null;
}

function countOf(comments: readonly Comment[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { text, describes } of comments) {
    const key = `${describes ? '///' : '//'}${text}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** The declarations as JSON without places, settings in their order. */
export function canonical({ declarations }: Pick<FileNode, 'declarations'>, order: SettingOrder): string {
  return JSON.stringify(declarations, function (key, value: unknown) {
    if (key === 'span') return undefined;
    // How a text is quoted is not what it says.
    if (key === 'raw') return undefined;
    if (key === 'items' && Array.isArray(value)) return sorted(this as Owner, value, order);
    return value;
  });
}

type Owner = { readonly kind?: string };
type Node = Item | FlowItem | Expr;

function sorted(owner: Owner, items: readonly Node[], order: SettingOrder): readonly Node[] {
  if (owner.kind === 'list' || owner.kind === 'array') return items;
  if (owner.kind === 'flow')
    return flowOrder(items as readonly FlowItem[], order('flow')).map((index) => items[index]!);
  const settings = items as readonly Item[];
  return sortSettings(settings, order(owner.kind as Holder)).map((index) => items[index]!);
}
