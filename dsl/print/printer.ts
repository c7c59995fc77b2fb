/** What every part of the printer is handed. */
import type { Expr, TextLiteral } from '../ast.ts';
import { expressionWithTexts } from '../words.ts';
import type { Layout } from './layout.ts';
import { type Line, linesOf } from './lines.ts';
import type { Lists } from './lists.ts';
import { textWords, titleWords } from './texts.ts';

/** What settings stand in. */
export type Holder = 'workspace' | 'campaign' | 'channel' | 'agent' | 'communication' | 'defaults' | 'python' | 'flow';
/** Names of settings in the order in which they are printed; what is not named comes last, as written. */
export type SettingOrder = (holder: Holder) => readonly string[];

export interface Printer {
  readonly layout: Layout;
  readonly lists: Lists;
  readonly order: SettingOrder;
}

export function textIn(printer: Printer): (text: TextLiteral) => string {
  return (text) => textWords(text, printer.layout);
}

/** An expression in words; texts in it may go over several lines. */
export function expressionOf(printer: Printer, expression: Expr): string {
  return expressionWithTexts(expression, textIn(printer));
}

export function titled(printer: Printer, words: string, title: TextLiteral | null): readonly Line[] {
  return linesOf(title === null ? words : `${words} ${titleWords(title, printer.layout)}`);
}
