/** Flows: triggers, statements, arms. */
import type {
  CommunicationNode,
  FlowItem,
  MatchArm,
  SplitArm,
  StatementNode,
  StatementOf,
  TriggerNode,
} from '../ast.ts';
import { statementsOf } from '../statements.ts';
import { assignmentWords, triggerWords } from '../words.ts';
import { printItems, printSetting, sortSettings } from './items.ts';
import type { Range } from './layout.ts';
import { after, before, joined, type Line, line, linesOf } from './lines.ts';
import { expressionOf, type Printer, textIn, titled } from './printer.ts';

/** Triggers, then settings, an empty line, statements. */
export function printFlowBody(
  printer: Printer,
  head: readonly Line[],
  items: readonly FlowItem[],
  braces: Range | null,
): readonly Line[] {
  const { lists } = printer;
  const order = flowOrder(items, printer.order('flow'));
  const heads = items.length - statementsOf(items).length;
  const entries = items.map((item) => ({ node: item, span: item.span }));
  const printed = (item: FlowItem): readonly Line[] => {
    if (item.kind === 'trigger') return printTrigger(item);
    return item.kind === 'setting' ? printSetting(printer, item) : printStatement(printer, item);
  };
  return lists.block(after(head, ' {'), entries, braces, printed, {
    order,
    split: heads,
  });
}

export function flowOrder(items: readonly FlowItem[], settings: readonly string[]): readonly number[] {
  const sorted = sortSettings(items, settings);
  const place = (index: number) => {
    const item = items[index]!;
    return item.kind === 'trigger' ? 0 : item.kind === 'setting' ? 1 : 2;
  };
  return sorted.toSorted((a, b) => place(a) - place(b));
}

function printTrigger(trigger: TriggerNode): readonly Line[] {
  return linesOf(triggerWords(trigger));
}

export function printCommunication(printer: Printer, node: CommunicationNode): readonly Line[] {
  const head = titled(printer, `${node.channelKind.text} ${node.name.text}`, node.title);
  return printItems(printer, 'communication', head, node.items, printer.layout.bracesIn(node.span));
}

function printStatement(printer: Printer, statement: StatementNode): readonly Line[] {
  const expression = (one: Parameters<typeof expressionOf>[1]) => expressionOf(printer, one);
  switch (statement.kind) {
    case 'communication':
      return printCommunication(printer, statement);
    case 'if':
      return onOneLineIf(isShort(printer, statement), (form) => printIf(printer, statement, form));
    case 'match': {
      const head = linesOf(`match ${expression(statement.subject)} {`);
      const braces = printer.layout.bracesIn({ start: statement.subject.span.end, end: statement.span.end });
      return printArms(printer, head, statement.arms, braces, (arm) =>
        arm.otherwise ? 'else' : arm.members.map((member) => member.text).join(', '),
      );
    }
    case 'split': {
      const braces = printer.layout.bracesIn(statement.span);
      return printArms(printer, [line(`split ${statement.name.text} {`)], statement.arms, braces, ({ percent }) =>
        percent === null ? 'else' : `${percent}%`,
      );
    }
    case 'set':
      return linesOf(`set ${assignmentWords(statement.assignments, textIn(printer))}`);
    case 'stop':
      return [line('stop')];
    case 'send':
      return [line(`send ${statement.name.text}`)];
    case 'cancel':
      return [line(`cancel ${statement.names.map((name) => name.text).join(', ') || 'communications'}`)];
    case 'to':
      return [line(`to ${statement.flow.text}`)];
    case 'python': {
      const braces = printer.layout.bracesIn(statement.span);
      return printItems(printer, 'python', [line(`python ${statement.name.text}`)], statement.items, braces);
    }
    case 'wait':
      return linesOf(`wait ${expression(statement.duration)}`);
    case 'wait until':
      return linesOf(`wait until ${expression(statement.until)}`);
    case 'wait for':
      return printWaitFor(printer, statement);
    case 'broken':
      return linesOf(printer.layout.source?.slice(statement.span.start, statement.span.end) ?? '');
    default:
      return statement satisfies never;
  }
}

function printWaitFor(printer: Printer, statement: StatementOf<'wait for'>): readonly Line[] {
  const { condition, upTo, otherwise, span } = statement;
  const bound = upTo === null ? '' : ` up to ${expressionOf(printer, upTo)}`;
  const head = linesOf(`wait for ${expressionOf(printer, condition)}${bound}`);
  if (otherwise === null) return head;
  const start = (upTo ?? condition).span.end;
  return onOneLineIf(isShort(printer, statement), (form) =>
    printBlock(printer, after(head, ' else'), otherwise, { start, end: span.end }, form),
  );
}

/** `range`: where its braces and the comments before them are. */
function printBlock(
  printer: Printer,
  head: readonly Line[],
  statements: readonly StatementNode[],
  range: Range,
  form: Form,
): readonly Line[] {
  const { layout, lists } = printer;
  if (form === 'one line') {
    const only = statements[0]!;
    return after(joined(after(head, ' { '), printStatement(printer, only)), ' }');
  }
  const braces = layout.bracesIn(range);
  const entries = statements.map((statement) => ({ node: statement, span: statement.span }));
  return lists.block(after(head, ' {'), entries, braces, (one) => printStatement(printer, one), { from: range.start });
}

function printIf(printer: Printer, statement: StatementOf<'if'>, form: Form): readonly Line[] {
  const { condition, then, else: otherwise, span } = statement;
  const { layout, lists } = printer;
  const head = linesOf(`if ${expressionOf(printer, condition)}`);
  const first = { start: condition.span.end, end: span.end };
  const begin = printBlock(printer, head, then, first, form);
  if (otherwise.length === 0) return begin;
  const rest = { start: layout.bracesIn(first)?.end ?? 0, end: span.end };
  const nested = otherwise.length === 1 && otherwise[0]!.kind === 'if' ? otherwise[0]! : null;
  const commented =
    nested !== null &&
    (lists.hasComments({ start: rest.start, end: nested.span.start }) ||
      lists.hasComments({ start: nested.span.end, end: rest.end }));
  if (nested !== null && !commented) return joined(after(begin, ' else '), printIf(printer, nested, form));
  return joined(begin, printBlock(printer, [line(' else')], otherwise, rest, form));
}

type Form = 'one line' | 'lines';

/** A text over several lines breaks what would stand on one. */
function onOneLineIf(wanted: boolean, print: (form: Form) => readonly Line[]): readonly Line[] {
  const short = wanted ? print('one line') : [];
  return short.length === 1 ? short : print('lines');
}

/** Written on one line, with one plain statement in each block. */
function isShort(printer: Printer, statement: StatementOf<'if' | 'wait for'>): boolean {
  return printer.layout.isOneLine(statement.span) && blocksOf(statement).every(isPlainBlock);
}

/** Of a chain of `else if` all. */
function blocksOf(statement: StatementOf<'if' | 'wait for'>): readonly (readonly StatementNode[])[] {
  if (statement.kind === 'wait for') return [statement.otherwise ?? []];
  const [next, ...more] = statement.else;
  return next?.kind === 'if' && more.length === 0
    ? [statement.then, ...blocksOf(next)]
    : [statement.then, statement.else];
}

function isPlainBlock(block: readonly StatementNode[]): boolean {
  return block.length === 0 || (block.length === 1 && isPlain(block[0]!));
}

function isPlain(statement: StatementNode): boolean {
  switch (statement.kind) {
    case 'set':
    case 'stop':
    case 'send':
    case 'cancel':
    case 'to':
    case 'wait':
    case 'wait until':
      return true;
    case 'wait for':
      return statement.otherwise === null;
    default:
      return false;
  }
}

function printArms<Arm extends MatchArm | SplitArm>(
  printer: Printer,
  head: readonly Line[],
  arms: readonly Arm[],
  braces: Range | null,
  label: (arm: Arm) => string,
): readonly Line[] {
  const entries = arms.map((arm) => ({ node: arm, span: arm.span }));
  return printer.lists.block(head, entries, braces, (arm) => printArm(printer, `${label(arm)} ->`, arm));
}

/** Braces stay where they were written: an arm of one statement needs none. */
function printArm(printer: Printer, head: string, { body, span }: MatchArm | SplitArm): readonly Line[] {
  const only = body.length === 1 ? body[0]! : null;
  const isBare = only !== null && printer.layout.source !== null && only.span.end === span.end && !takesElse(only);
  if (isBare) return before(`${head} `, printStatement(printer, only));
  const short = only !== null && isPlain(only) && printer.layout.isOneLine(span);
  return onOneLineIf(short, (form) => printBlock(printer, [line(head)], body, span, form));
}

/** An `else` of the next arm would be read as its own. */
function takesElse(statement: StatementNode): boolean {
  return statement.kind === 'if' || (statement.kind === 'wait for' && statement.otherwise === null);
}
