/** How the text that is formatted was laid out, where the layout is its author's choice: comments, blank lines, what stood on one line. */
import type { Comment, FileNode } from '../ast.ts';
import { lex } from '../lexer.ts';
import { LCurly, LSquare, RCurly, RSquare } from '../tokens.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface PlacedComment extends Range {
  readonly line: number;
  readonly describes: boolean;
  /** As it is printed. */
  readonly image: string;
}

export interface Layout {
  /** Null when the tree was not read from text. */
  readonly source: string | null;
  commentsIn(range: Range): readonly PlacedComment[];
  /** From 1. */
  lineAt(offset: number): number;
  isOneLine(range: Range): boolean;
  /** The line above is empty, and nothing stands before `offset` on its own. */
  blankAbove(offset: number): boolean;
  /** The first `{` or `[` of a range, up to and with its closing one. */
  bracesIn(range: Range): Range | null;
}

/** A tree that was not read from text: nothing was chosen, nothing is commented. */
export const noLayout: Layout = {
  source: null,
  commentsIn: () => [],
  lineAt: () => 1,
  isOneLine: () => true,
  blankAbove: () => false,
  bracesIn: () => null,
};

export function layoutOf(file: FileNode, source: string): Layout {
  const starts = [0, ...[...source.matchAll(/\r\n|\r|\n/g)].map((found) => found.index + found[0].length)];
  const lineAt = (offset: number) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const tokens = lex(file.path, source).tokens.map((token) => ({
    start: token.startOffset,
    end: token.startOffset + token.image.length,
    type: token.tokenType,
  }));
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const token of tokens) {
    if (token.type === LCurly || token.type === LSquare) open.push(token.start);
    else if (token.type === RCurly || token.type === RSquare) closing.set(open.pop() ?? -1, token.end);
  }
  const openings = [...closing.keys()].sort((a, b) => a - b);
  const comments = file.comments.map((comment) => ({ ...comment.span, ...imageOf(comment, source) }));
  const commentStarts = comments.map((comment) => comment.start);
  return {
    source,
    commentsIn: ({ start, end }) => comments.slice(firstFrom(commentStarts, start), firstFrom(commentStarts, end)),
    lineAt,
    isOneLine: ({ start, end }) => lineAt(start) === lineAt(end),
    blankAbove: (offset) => {
      const at = lineAt(offset) - 1;
      const isFirst = source.slice(starts[at], offset).trim() === '';
      return isFirst && at > 0 && source.slice(starts[at - 1], starts[at]).trim() === '';
    },
    bracesIn: (range) => {
      const start = openings[firstFrom(openings, range.start)];
      return start === undefined || start >= range.end ? null : { start, end: closing.get(start)! };
    },
  };
}

/** Index of the first of the sorted `offsets` that is at least `offset`. */
function firstFrom(offsets: readonly number[], offset: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As written, with a space behind the slashes. */
function imageOf(comment: Comment, source: string): { describes: boolean; image: string } {
  const written = source.slice(comment.span.start, comment.span.end).trimEnd();
  const [, slashes = '', rest = ''] = /^(\/+)(.*)$/s.exec(written) ?? [];
  const spaced = rest === '' || /^\s/.test(rest) ? written : `${slashes} ${rest}`;
  // `//-----` is a rule, not a word.
  return { describes: comment.describes, image: /^\w/.test(rest) ? spaced : written };
}
