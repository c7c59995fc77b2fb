/** Text literals as they are printed. */
import type { TextLiteral } from '../ast.ts';
import type { Layout } from './layout.ts';

/**
 * Short texts as written, so that escapes stay what their author chose. Raw texts over several lines stand on lines of their own;
 * `linesOf` indents those.
 */
export function textWords(text: TextLiteral, layout: Layout): string {
  const words = titleWords(text, layout);
  const isWritten = layout.source?.slice(text.span.start, text.span.end) === words;
  return text.raw && !isWritten && canBeRaw(text.value) ? rawText(text.value) : words;
}

/** Always on one line. */
export function titleWords({ value, span }: TextLiteral, layout: Layout): string {
  const image = layout.source?.slice(span.start, span.end);
  return image !== undefined && !/[\r\n]/.test(image) ? image : quoted(value);
}

function quoted(value: string): string {
  const escaped = value
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`);
  return `"${escaped}"`;
}

/** Indentation common to all lines would be taken for the text's own, and lines of nothing but space have none. */
function canBeRaw(value: string): boolean {
  const lines = value.split('\n').filter((one) => one.trim() !== '');
  return !value.includes('\r') && (value === '' || lines.some((one) => !/^[ \t]/.test(one)));
}

function rawText(value: string): string {
  const longest = Math.max(0, ...[...value.matchAll(/"+/g)].map(([quotes]) => quotes.length));
  const quotes = '"'.repeat(Math.max(3, longest + 1));
  return `${quotes}\n${value}\n${quotes}`;
}
