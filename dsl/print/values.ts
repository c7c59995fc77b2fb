/** Values of settings, windows, and lists that may stand on several lines. */
import type { Entry as EntryNode, Expr, SettingValue, WindowPart } from '../ast.ts';
import { lineWords } from '../parser/expressions.ts';
import { partWords } from '../words.ts';
import type { Range } from './layout.ts';
import { after, before, deeper, type Line, line, linesOf } from './lines.ts';
import type { Entry } from './lists.ts';
import { expressionOf, type Printer, textIn } from './printer.ts';

/** `head value`, which was written from `start` on. */
export function printValue(printer: Printer, head: string, value: SettingValue, start: number): readonly Line[] {
  switch (value.kind) {
    case 'list':
      return linesOf(`${head} ${expressionList(printer, value.items)}`);
    case 'window':
      return printParts(printer, head, windowEntries(value.parts), ',', { start, end: value.span.end }, 'entry');
    case 'python':
      return linesOf(`${head} python ${textIn(printer)(value.code)}`);
    case 'rate':
      return linesOf(`${head} ${expressionOf(printer, value.amount)} per ${value.per.text}`);
    case 'object':
    case 'array':
      return before(`${head} `, printEntryValue(printer, value));
    default:
      return value satisfies never;
  }
}

function expressionList(printer: Printer, items: readonly Expr[]): string {
  return items.map((item) => expressionOf(printer, item)).join(', ');
}

export function windowEntries(parts: readonly WindowPart[]): readonly Entry<string>[] {
  return parts.map((part) => ({ node: partWords(part), span: part.span }));
}

/**
 * Words with a sign between on one line, or one below the other where they were written on several lines. `range`: from what `head`
 * says to the last of them. `describes`: what a `///` on its first line says something of.
 */
export function printParts(
  printer: Printer,
  head: string,
  entries: readonly Entry<string>[],
  sign: ',' | '|',
  range: Range,
  describes: 'entry' | 'head',
): readonly Line[] {
  const [first, ...rest] = entries;
  const isOneLine =
    !first || rest.every(({ span }, at) => printer.layout.isOneLine({ start: entries[at]!.span.end, end: span.start }));
  if (isOneLine)
    return linesOf([head, entries.map(({ node }) => node).join(sign === ',' ? ', ' : ` ${sign} `)].join(' '));
  const separated = entries.map(({ node, span }, index) => ({
    node: index === entries.length - 1 ? node : node + (sign === ',' ? ',' : ` ${sign}`),
    span,
  }));
  const { lines, header } = printer.lists.print(separated, range, (words) => [line(words)], {
    blanks: 'none',
    describes,
  });
  return [{ ...line(head), comment: header }, ...deeper(lines)];
}

/** A value inside of an object or an array, or one of these itself. */
function printEntryValue(printer: Printer, value: SettingValue): readonly Line[] {
  switch (value.kind) {
    case 'object':
      return printEntries(printer, value.entries, value.span);
    case 'array': {
      const entries = value.items.map((item) => ({ node: item, span: item.span }));
      return printNested(printer, ['[', ']'], value.span, entries, (item) => printEntryValue(printer, item));
    }
    case 'list':
      return linesOf(expressionList(printer, value.items));
    default:
      return printValue(printer, '', value, value.span.start);
  }
}

/** `{ name: value, … }`; `range` holds the braces. */
export function printEntries(printer: Printer, all: readonly EntryNode[], range: Range): readonly Line[] {
  const entries = all.map((entry) => ({ node: entry, span: spanOfEntry(entry) }));
  return printNested(printer, ['{', '}'], range, entries, ({ name, value }) =>
    before(`${name.text}: `, printEntryValue(printer, value)),
  );
}

/** On one line if written so: `{ a: 1, b: 2 }`, `[1, 2]`. */
function printNested<T>(
  printer: Printer,
  [open, close]: readonly [string, string],
  span: Range,
  entries: readonly Entry<T>[],
  printEntry: (node: T) => readonly Line[],
): readonly Line[] {
  const printed = entries.map(({ node }) => printEntry(node));
  if (printer.layout.isOneLine(span) && printed.every((lines) => lines.length === 1)) {
    const words = printed.map((lines) => lines[0]!.text).join(', ');
    const space = open === '{' && entries.length > 0 ? ' ' : '';
    return [line(`${open}${space}${words}${space}${close}`)];
  }
  const last = entries.length - 1;
  // An array takes no comma behind its last member.
  const comma = (index: number) => (open === '{' || index < last ? ',' : '');
  const member = (_: T, index: number) =>
    after(open === '[' ? opensNoLine(printed[index]!) : printed[index]!, comma(index));
  return printer.lists.block([line(open)], entries, span, member, { closing: close, blanks: 'none' });
}

/** A word such as `set` at the start of a line would be read as a statement: in parentheses it is a name. */
function opensNoLine(lines: readonly Line[]): readonly Line[] {
  const [word = ''] = /^\w+/.exec(lines[0]?.text ?? '') ?? [];
  return lineWords.has(word) ? after(before('(', lines), ')') : lines;
}

function spanOfEntry({ name, value }: EntryNode): Range {
  return { start: name.span.start, end: value.span.end };
}
