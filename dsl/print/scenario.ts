/** Lines of scenarios. */
import type { Entry, Expr, ScenarioLine } from '../ast.ts';
import { after, before, joined, type Line, line, linesOf } from './lines.ts';
import { expressionOf, type Printer, textIn } from './printer.ts';
import { printEntries } from './values.ts';

export function printScenarioLine(printer: Printer, one: ScenarioLine): readonly Line[] {
  const { layout } = printer;
  const braces = layout.bracesIn(one.span);
  const entries = (words: string, values: readonly Entry[]) =>
    before(`${words} `, printEntries(printer, values, braces ?? one.span));
  const moment = (at: Expr) => ` at ${expressionOf(printer, at)}`;
  switch (one.kind) {
    case 'given':
      return entries('given', one.values);
    case 'start':
      return linesOf(`start${moment(one.at)}`);
    case 'participant changes':
      return after(entries('when participant changes', one.values), moment(one.at));
    case 'communication becomes': {
      const head = `when ${one.name.text} becomes ${one.status.text}`;
      const hasResults = one.results.length > 0 || braces !== null;
      return after(hasResults ? entries(`${head} with`, one.results) : [line(head)], moment(one.at));
    }
    case 'incoming session':
      return linesOf(`when incoming session ${one.channel.text}${moment(one.at)}`);
    case 'API cancels':
      return linesOf(`when API cancels${moment(one.at)}`);
    case 'expect time':
      return linesOf(`expect ${one.name.text} ${one.moment}${moment(one.at)}`);
    case 'expect none':
      return [line(`expect no ${one.name.text}`)];
    case 'expect text':
      return joined([line(`expect ${one.name.text} text contains `)], linesOf(textIn(printer)(one.text)));
    case 'expect condition':
      return linesOf(`expect ${expressionOf(printer, one.condition)}`);
    case 'expect ended':
      return linesOf(`expect all runs ended by ${expressionOf(printer, one.by)}`);
    case 'stub':
      return entries(`stub ${one.name.text} returns`, one.returns);
    case 'broken':
      return linesOf(layout.source?.slice(one.span.start, one.span.end) ?? '');
    default:
      return one satisfies never;
  }
}
