/** Lines of scenarios: their words as written, with one space where there was any. */
import type { ScenarioLine } from '../ast.ts';
import type { PlacedToken } from './layout.ts';
import { type Line, line } from './lines.ts';
import type { Printer } from './printer.ts';

const opening = new Set(['{', '(', '[']);
const closing = new Set(['}', ')', ']']);

/** Objects written on several lines stay so: a break behind the opening brace and behind each comma. */
export function printScenarioLine({ layout }: Printer, { span }: ScenarioLine): readonly Line[] {
  const tokens = layout.tokensIn(span);
  const lines: Line[] = [];
  const open: { readonly broken: boolean }[] = [];
  let words = '';
  let depth = 0;
  const flush = () => {
    if (words !== '') lines.push({ ...line(words), depth });
    words = '';
  };
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const previous = tokens[index - 1];
    if (closing.has(token.image) && open.pop()?.broken) {
      flush();
      depth--;
    }
    words += previous && words !== '' && spaceBetween(previous, token) ? ` ${token.image}` : token.image;
    if (opening.has(token.image)) {
      const broken = next !== undefined && layout.lineAt(next.start) > layout.lineAt(token.start);
      open.push({ broken });
      if (!broken) continue;
      flush();
      depth++;
    } else if (token.image === ',' && open.at(-1)?.broken) {
      flush();
    }
  }
  flush();
  return lines;
}

function spaceBetween(before: PlacedToken, after: PlacedToken): boolean {
  if (/^[,:).\]%]$/.test(after.image) || /^[([.]$/.test(before.image)) return false;
  if (after.image === '}' && before.image === '{') return false;
  return /^[,:{}]$/.test(before.image) || /^[{}]$/.test(after.image) || after.start > before.end;
}
