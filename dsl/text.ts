/** Text literals: escapes, raw text, its indentation. */
import type { Span } from './ast.ts';
import type { Problem } from './problems.ts';

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' };

/** The value of a text token, and what is wrong with how it is written. */
export function readText(image: string, span: Span): { value: string; raw: boolean; problems: readonly Problem[] } {
  const quotes = /^"{3,}/.exec(image)?.[0];
  if (quotes !== undefined) return readRawText(image, quotes, span);
  if (image.startsWith("'")) {
    const text = image.slice(1, image.endsWith("'") && image.length > 1 ? -1 : undefined);
    return { value: text, raw: false, problems: [{ kind: 'single quotes', text, span }] };
  }
  const closed = image.length > 1 && /^"(?:[^"\\]|\\.)*"$/.test(image);
  const problems: Problem[] = closed ? [] : [{ kind: 'unterminated text', span }];
  const inner = image.slice(1, closed ? -1 : undefined);
  const value = inner.replace(
    /\\(u\{([0-9a-fA-F]{1,6})\}|.|$)/g,
    (written, letter: string, code: string | undefined, at: number) => {
      const point = code === undefined ? Number.NaN : Number.parseInt(code, 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      const replaced = escapes[letter];
      if (replaced !== undefined) return replaced;
      const start = span.start + 1 + at;
      problems.push({ kind: 'escape', escape: written, span: { ...span, start, end: start + written.length } });
      return letter;
    },
  );
  return { value: value.normalize('NFC'), raw: false, problems };
}

function readRawText(image: string, quotes: string, span: Span): ReturnType<typeof readText> {
  const closed = image.length >= quotes.length * 2 && image.endsWith(quotes);
  const inner = image.slice(quotes.length, closed ? -quotes.length : undefined);
  const opening = { ...span, end: span.start + quotes.length };
  return {
    value: unindent(inner.replace(/\r\n?/g, '\n')).normalize('NFC'),
    raw: true,
    problems: closed ? [] : [{ kind: 'unterminated text', span: opening }],
  };
}

/** Raw text without its first and last line break and the indentation common to all its lines. */
function unindent(text: string): string {
  const lines = text
    .replace(/^[ \t]*\n/, '')
    .replace(/\n[ \t]*$/, '')
    .split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)![0].length);
  const common = indents.length === 0 ? 0 : indents.reduce((least, indent) => Math.min(least, indent));
  return lines.map((line) => line.slice(common)).join('\n');
}
