/** As much of Liquid as is needed to find before sending what would fail then: placeholders, tags, filters and the names they read. */

/** `{{ … }}` or `{% … %}`; `inner` is what is between. */
export interface Piece {
  readonly kind: 'placeholder' | 'tag';
  readonly text: string;
  readonly inner: string;
  readonly start: number;
  readonly isClosed: boolean;
}

export interface Filter {
  readonly name: string;
  readonly args: string;
}

export type ReadingProblem =
  | { readonly message: 'empty' | 'expression' | 'no filter' }
  | { readonly message: 'no colon'; readonly filter: string };

/** A value with filters; `problem` says why it is not one. */
export interface Reading {
  readonly value: string;
  readonly filters: readonly Filter[];
  readonly problem: ReadingProblem | null;
}

/** Tags that open a block, with what may divide it. */
const blocks: Readonly<Record<string, readonly string[]>> = {
  if: ['elsif', 'else'],
  unless: ['elsif', 'else'],
  case: ['when', 'else'],
  for: ['else', 'break', 'continue'],
  tablerow: [],
  capture: [],
};
const plainTags = ['assign', 'increment', 'decrement', 'cycle', 'echo', 'break', 'continue'];
const readers = ['render', 'include', 'layout', 'block'];
/** Words of Liquid itself. */
const words = new Set([
  ...['forloop', 'tablerowloop', 'blank', 'empty', 'nil', 'null', 'true', 'false'],
  ...['and', 'or', 'not', 'contains', 'in', 'reversed', 'limit', 'offset', 'cols', 'with', 'by'],
]);

const quoted = `"[^"]*"|'[^']*'`;
const path = `[A-Za-z_]\\w*(?:\\.[A-Za-z_]\\w*|\\[[^\\]]*\\])*`;
const value = new RegExp(`^(?:${quoted}|-?\\d+(?:\\.\\d+)?|${path})$`);

/** In the order of the text. Comments and raw blocks hold none; they are blanked, so that offsets stay. */
export function piecesOf(text: string): readonly Piece[] {
  const read = text.replace(/\{%-?\s*(comment|raw)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}/g, (block) =>
    ' '.repeat(block.length),
  );
  const pieces = /\{\{-?([\s\S]*?)(-?\}\}|$)|\{%-?([\s\S]*?)(-?%\}|$)/g;
  return [...read.matchAll(pieces)].map(([whole, placeholder, placeholderEnd, tag, tagEnd], index, all) => ({
    kind: placeholder === undefined ? 'tag' : 'placeholder',
    text: whole,
    inner: placeholder ?? tag ?? '',
    start: all[index]!.index,
    isClosed: (placeholderEnd ?? tagEnd ?? '') !== '',
  }));
}

/** The word a tag begins with, and the rest. */
export function tagOf({ inner }: Piece): { readonly word: string; readonly rest: string } {
  const [, word = '', rest = ''] = /^\s*(#|\w*)([\s\S]*)$/.exec(inner) ?? [];
  return { word, rest };
}

export function readingOf(inner: string): Reading {
  const [first = '', ...rest] = splitPipes(inner);
  const filters = rest.map((each) => {
    const [, name = '', colon = '', args = ''] = /^\s*([A-Za-z_]\w*)?\s*(:)?([\s\S]*)$/.exec(each) ?? [];
    return { name, colon, args };
  });
  const wrong = filters.find(({ name, colon, args }) => name === '' || (colon === '' && args.trim() !== ''));
  return { value: first.trim(), filters, problem: problemOf(first.trim(), wrong) };
}

function problemOf(written: string, filter: Filter | undefined): ReadingProblem | null {
  if (written === '') return { message: 'empty' };
  if (!value.test(written)) return { message: 'expression' };
  if (filter === undefined) return null;
  return filter.name === '' ? { message: 'no filter' } : { message: 'no colon', filter: filter.name };
}

/** At `|`, not inside of quotes. */
function splitPipes(inner: string): readonly string[] {
  const parts = inner.split(/((?:"[^"]*"|'[^']*'|[^|"'])+|["'])/).filter((part) => part !== '');
  const joined: string[] = [''];
  for (const part of parts) {
    if (/^\|+$/.test(part)) joined.push(...Array.from(part, () => ''));
    else joined[joined.length - 1] += part;
  }
  return joined;
}

/** Names an expression reads, each with the first member behind it: `name`, `participant.name`. */
export function namesIn(expression: string): readonly string[] {
  const bare = expression.replace(new RegExp(quoted, 'g'), (text) => ' '.repeat(text.length));
  return [...bare.matchAll(/[A-Za-z_][\w.]*/g)].flatMap(({ 0: written, index }) => {
    const isMember = /[\w.]$/.test(bare.slice(0, index));
    const isKey = /^\s*:/.test(bare.slice(index + written.length));
    return isMember || isKey || words.has(written.split('.')[0]!) ? [] : [written.split('.').slice(0, 2).join('.')];
  });
}

/** What a tag reads: expressions, each perhaps with filters. Names it brings along are not read. */
export function expressionsOf(word: string, rest: string): readonly string[] {
  switch (word) {
    case 'assign':
      return [rest.replace(/^\s*[\w.-]+\s*=/, '')];
    case 'for':
    case 'tablerow':
      return [rest.replace(/^\s*\w+\s+in\b/, '')];
    case 'if':
    case 'unless':
    case 'elsif':
    case 'case':
    case 'when':
    case 'echo':
    case 'cycle':
      return [rest];
    default:
      return [];
  }
}

/** Names that `assign`, `capture`, `for` and their like bring into a template. */
export function assignedNames(pieces: readonly Piece[]): readonly string[] {
  return pieces.flatMap((piece) => {
    const { word, rest } = piece.kind === 'tag' ? tagOf(piece) : { word: '', rest: '' };
    const brings = ['assign', 'capture', 'for', 'tablerow', 'increment', 'decrement'].includes(word);
    return brings ? (/^\s*([A-Za-z_]\w*)/.exec(rest)?.slice(1, 2) ?? []) : [];
  });
}

export type TagProblem =
  | { readonly message: 'reads a file' | 'no opening tag' | 'unknown tag' }
  | { readonly message: 'open block'; readonly closing: string };

export interface WrongTag {
  readonly piece: Piece;
  readonly problem: TagProblem;
}

/** Tags that are unknown, close nothing or are never closed. */
export function wrongTags(pieces: readonly Piece[]): readonly WrongTag[] {
  const wrong: WrongTag[] = [];
  const open: { piece: Piece; word: string }[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'placeholder' || !piece.isClosed) continue;
    const { word } = tagOf(piece);
    const inside = open.at(-1);
    if (Object.hasOwn(blocks, word)) open.push({ piece, word });
    else if (inside && word === `end${inside.word}`) open.pop();
    else if (readers.includes(word)) wrong.push({ piece, problem: { message: 'reads a file' } });
    else if (/^end/.test(word) || ['else', 'elsif', 'when'].includes(word)) {
      const divides = open.some((each) => blocks[each.word]!.includes(word));
      if (!divides) wrong.push({ piece, problem: { message: 'no opening tag' } });
    } else if (word !== '#' && word !== 'liquid' && !plainTags.includes(word))
      wrong.push({ piece, problem: { message: 'unknown tag' } });
  }
  if (wrong.length > 0) return wrong;
  return open.map(({ piece, word }) => ({ piece, problem: { message: 'open block', closing: `{% end${word} %}` } }));
}
