/** Settings, clauses and fields: what stands in the braces of declarations and communications. */
import type { FieldNode, Item, Name, Setting } from '../ast.ts';
import type { Range } from './layout.ts';
import { after, joined, type Line, linesOf } from './lines.ts';
import type { Entry } from './lists.ts';
import { expressionOf, type Holder, type Printer, titled } from './printer.ts';
import { printValue } from './values.ts';

/** Up to so many items stay on one line if they were written on one. */
const itemsOnOneLine = 2;

/** `head { … }`; `optional`: without items there are no braces either. */
export function printItems(
  printer: Printer,
  holder: Holder,
  head: readonly Line[],
  items: readonly Item[],
  braces: Range | null,
  ifEmpty: '{}' | '' = '{}',
): readonly Line[] {
  const { lists, layout, order } = printer;
  const commented = braces !== null && lists.hasComments(braces);
  if (items.length === 0 && !commented) return ifEmpty === '' ? head : after(head, ' {}');
  const sorted = sortSettings(items, order(holder));
  const short = braces === null || (layout.isOneLine(braces) && !commented);
  if (short && items.length <= itemsOnOneLine) {
    const printed = sorted.map((index) => printItem(printer, items[index]!));
    if (printed.every((lines) => lines.length === 1) && items.every((item) => item.kind !== 'results'))
      return after(head, ` { ${printed.map((lines) => lines[0]!.text).join('  ')} }`);
  }
  const entries = items.map((item) => ({ node: item, span: item.span }));
  const blanks = holder === 'communication' || holder === 'defaults' || holder === 'python' ? 'none' : 'kept';
  return lists.block(after(head, ' {'), entries, braces, (item) => printItem(printer, item), { order: sorted, blanks });
}

/** Indexes: settings change places among themselves, by `order`; everything else stays where it stands. */
export function sortSettings(
  items: readonly { readonly kind: string; readonly key?: Name }[],
  order: readonly string[],
): number[] {
  const settings = items.flatMap((item, index) => (item.kind === 'setting' ? [index] : []));
  const rank = (index: number) => {
    const known = order.indexOf(items[index]!.key?.text ?? '');
    return known === -1 ? order.length : known;
  };
  const sorted = settings.toSorted((a, b) => rank(a) - rank(b) || a - b);
  return items.map((item, index) => (item.kind === 'setting' ? sorted[settings.indexOf(index)]! : index));
}

export function printSetting(printer: Printer, setting: Setting): readonly Line[] {
  return printValue(printer, `${setting.key.text}:`, setting.value, setting.span.start);
}

function printItem(printer: Printer, item: Item): readonly Line[] {
  switch (item.kind) {
    case 'setting':
      return printSetting(printer, item);
    case 'exit when':
    case 'skip when':
    case 'success when':
    case 'failure when':
      return linesOf(`${item.kind} ${expressionOf(printer, item.condition)}`);
    case 'at most': {
      const words = ['at most', item.count, item.of?.text, item.per && `per ${item.per.text}`];
      return linesOf(words.filter((word) => word).join(' '));
    }
    case 'holdout':
      return linesOf(`holdout ${item.percent}%`);
    case 'defaults':
      return printItems(printer, 'defaults', linesOf('defaults'), item.items, printer.layout.bracesIn(item.span));
    case 'results':
      return printFields(printer, linesOf('results'), item.fields, printer.layout.bracesIn(item.span));
    case 'broken':
      return linesOf(printer.layout.source?.slice(item.span.start, item.span.end) ?? '');
    default:
      return item satisfies never;
  }
}

export function printFields(
  printer: Printer,
  head: readonly Line[],
  fields: readonly FieldNode[],
  braces: Range | null,
): readonly Line[] {
  const entries: Entry<FieldNode>[] = fields.map((field) => ({
    node: field,
    span: field.span,
    description: field.description,
  }));
  return printer.lists.block(after(head, ' {'), entries, braces, (field) => printField(printer, field));
}

function printField(printer: Printer, { name, title, type, modifiers, default: value }: FieldNode): readonly Line[] {
  const alternatives = type.map((one) => one.text).join(' | ');
  const words = [alternatives, ...modifiers.map((one) => one.text)];
  if (value !== null) words.push('=', expressionOf(printer, value));
  return joined(titled(printer, name.text, title), linesOf(`: ${words.join(' ')}`));
}
