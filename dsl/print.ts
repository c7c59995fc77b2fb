/**
 * The formatter: an AST back into text. What counts is one way of writing per tree, so that a change of a setting is one changed line;
 * what only its author can judge (comments, empty lines, a short block on one line) is taken from the text.
 */
import type { Declaration, FileNode } from './ast.ts';
import { printFields, printItems } from './print/items.ts';
import { layoutOf, noLayout } from './print/layout.ts';
import { after, joined, type Line, linesOf, textOf } from './print/lines.ts';
import { Lists } from './print/lists.ts';
import { type Printer, type SettingOrder, titled } from './print/printer.ts';
import { printScenarioLine } from './print/scenario.ts';
import { printCommunication, printFlowBody } from './print/statements.ts';
import { printParts, windowEntries } from './print/values.ts';

/**
 * The file as `flowc fmt` writes it, `\n` at the end of each line. `source` is the text it was parsed from without problems (commas
 * between settings may stand in it); null for a tree made otherwise.
 */
export function printFile(file: FileNode, source: string | null, order: SettingOrder): string {
  const layout = source === null ? noLayout : layoutOf(file, source);
  const printer: Printer = { layout, lists: new Lists(layout), order };
  const entries = file.declarations.map((node) => ({ node, span: node.span, description: node.description }));
  const range = { start: -1, end: source?.length ?? 0 };
  const print = (node: Declaration) => printDeclaration(printer, node);
  return textOf(printer.lists.print(entries, range, print, { blanks: 'around blocks' }).lines);
}

function printDeclaration(printer: Printer, node: Declaration): readonly Line[] {
  const braces = printer.layout.bracesIn(node.span);
  switch (node.kind) {
    case 'workspace':
    case 'campaign':
      return printItems(
        printer,
        node.kind,
        titled(printer, `${node.kind} ${node.name.text}`, node.title),
        node.items,
        braces,
        '',
      );
    case 'enum': {
      const entries = node.members.map((member) => ({ node: member.text, span: member.span }));
      return printParts(printer, `enum ${node.name.text}:`, entries, '|', node.span, 'head');
    }
    case 'profile':
    case 'participant':
      return printFields(printer, linesOf(node.kind), node.fields, braces);
    case 'channel': {
      const head = joined(
        titled(printer, `channel ${node.name.text}`, node.title),
        linesOf(`: ${node.channelKind.text}`),
      );
      return printItems(printer, 'channel', head, node.items, braces, '');
    }
    case 'calendar': {
      const entries = node.dates.map((date) => ({ node: date.text, span: date.span }));
      return printParts(printer, `calendar ${node.name.text}:`, entries, ',', node.span, 'head');
    }
    case 'window':
      return printParts(printer, `window ${node.name.text}:`, windowEntries(node.parts), ',', node.span, 'head');
    case 'agent': {
      const head = titled(printer, `agent ${node.name.text}`, node.title);
      return printItems(printer, 'agent', node.role ? after(head, `: ${node.role.text}`) : head, node.items, braces);
    }
    case 'shared communication':
      return printCommunication(printer, node.communication);
    case 'flow':
      return printFlowBody(printer, titled(printer, `flow ${node.name.text}`, node.title), node.items, braces);
    case 'scenario': {
      const head = joined(titled(printer, 'scenario', node.title), linesOf(` in ${node.campaign.text} {`));
      const entries = node.lines.map((one) => ({ node: one, span: one.span }));
      return printer.lists.block(head, entries, braces, (one) => printScenarioLine(printer, one));
    }
    case 'broken':
      return linesOf(printer.layout.source?.slice(node.span.start, node.span.end) ?? '');
    default:
      return node satisfies never;
  }
}
