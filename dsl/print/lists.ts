/**
 * Things one below the other (declarations, fields, settings, statements, arms), each with the comments that belong to it. A comment
 * behind something stays behind it, one on its own line stays above what follows; one inside of something printed on a single line
 * moves above it. What describes (`///`) keeps describing the same, and nothing else.
 */
import type { Layout, PlacedComment, Range } from './layout.ts';
import { commented, deeper, joined, type Line, line } from './lines.ts';

export interface Entry<T> {
  readonly node: T;
  readonly span: Range;
  /** Of what has a description; undefined for what has none by its nature. */
  readonly description?: string | null;
}

export interface Ordering {
  /** Where each entry goes: indexes in the order in which they are printed. */
  readonly order?: readonly number[];
  /** `none`: lines without empty ones between. `around blocks`: an empty line before and after what has several lines. */
  readonly blanks?: 'kept' | 'none' | 'around blocks';
  /** Place in the order before which an empty line stands; none stand above it. */
  readonly split?: number;
  /** What a `///` on the line where the range begins describes: the entry it stands behind, or what opens the list. */
  readonly describes?: 'entry' | 'head';
}

interface Group {
  readonly lines: readonly Line[];
  readonly blankBefore: boolean;
}

export class Lists {
  readonly layout: Layout;
  private readonly taken = new Set<PlacedComment>();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  /** Comments of a range that nothing has printed yet; from now on they are. */
  private take(start: number, end: number): readonly PlacedComment[] {
    const found = this.layout.commentsIn({ start, end }).filter((one) => !this.taken.has(one));
    for (const one of found) this.taken.add(one);
    return found;
  }

  /** Something nobody has printed yet stands in the range. */
  hasComments(range: Range): boolean {
    return this.layout.commentsIn(range).length > 0;
  }

  /**
   * The entries below each other. `range` holds them and all comments that go with them; `header` is the comment that stands behind
   * what opens the list.
   */
  print<T>(
    entries: readonly Entry<T>[],
    range: Range,
    printEntry: (node: T, index: number) => readonly Line[],
    { order, blanks = 'kept', split = -1, describes: described = 'entry' }: Ordering = {},
  ): { readonly lines: readonly Line[]; readonly header: string | null } {
    const { layout } = this;
    const printed = entries.map(({ node }, index) => printEntry(node, index));
    const inner = entries.map(({ span }) => this.take(span.start, span.end));
    const outer = this.take(range.start, range.end);
    let header: string | null = null;
    const trailing: (PlacedComment | null)[] = entries.map(() => null);
    const leading: PlacedComment[][] = [...entries.map(() => []), []];
    let next = 0;
    for (const comment of outer) {
      while (next < entries.length && entries[next]!.span.start < comment.start) next++;
      const before = next - 1;
      const previous = entries[before];
      const line = previous ? layout.lineAt(previous.span.end) : layout.lineAt(range.start);
      const isBeside = comment.line === line;
      const isOfHead = described === 'head' && comment.describes && comment.line === layout.lineAt(range.start);
      if (isOfHead) header = comment.image;
      else if (isBeside && previous) trailing[before] = comment;
      else if (isBeside && range.start >= 0) header = comment.image;
      else leading[next]!.push(comment);
    }
    const slots = entries.map(({ span }, index) => layout.blankAbove(leading[index]![0]?.start ?? span.start));
    const settled = entries.map((entry, index) =>
      this.settle(entry, printed[index]!, leading[index]!, inner[index]!, trailing[index]!),
    );
    const ordered = order ? order.map((index) => settled[index]!) : settled;
    const lines: Line[] = [];
    for (const [slot, groups] of ordered.entries()) {
      const isBlock = (which: number) => (ordered[which]?.at(-1)?.lines.length ?? 0) > 1;
      const wanted = blanks === 'around blocks' && (isBlock(slot) || isBlock(slot - 1));
      const kept = slots[slot]! && blanks !== 'none' && slot > split;
      const blank = wanted || kept || slot === split;
      for (const [at, group] of groups.entries()) {
        if (lines.length > 0 && (at === 0 ? blank : group.blankBefore)) lines.push(line(''));
        lines.push(...group.lines);
      }
    }
    for (const comment of leading.at(-1)!) {
      if (lines.length > 0 && layout.blankAbove(comment.start)) lines.push(line(''));
      lines.push(line(comment.image));
    }
    return { lines, header };
  }

  /** `head {`, the entries one step deeper, `}`; the braces stand at `range`. */
  block<T>(
    head: readonly Line[],
    entries: readonly Entry<T>[],
    braces: Range | null,
    printEntry: (node: T, index: number) => readonly Line[],
    options: Ordering & { readonly closing?: string; readonly from?: number } = {},
  ): readonly Line[] {
    const { layout } = this;
    const range = braces ? { start: braces.start + 1, end: braces.end - 1 } : { start: 0, end: 0 };
    const above = braces && options.from !== undefined ? this.take(options.from, braces.start) : [];
    const { lines, header } = this.print(entries, range, printEntry, options);
    const opened = header === null ? head : (commented(head, 'last', header) ?? head);
    const stray = opened === head && header !== null ? [line(header)] : [];
    const first = [...above.map((comment) => line(comment.image)), ...stray];
    const gap = first.length > 0 && entries[0] && layout.blankAbove(entries[0].span.start) ? [line('')] : [];
    const closing = [line(options.closing ?? '}')];
    const inside = [...first, ...gap, ...lines];
    if (inside.length === 0 && opened === head) return joined(head, closing);
    return [...opened, ...deeper(inside), ...closing];
  }

  /** An entry with its comments: those above it, then itself. */
  private settle<T>(
    { span, description }: Entry<T>,
    printed: readonly Line[],
    leading: readonly PlacedComment[],
    inner: readonly PlacedComment[],
    trailing: PlacedComment | null,
  ): readonly Group[] {
    const { layout } = this;
    const startLine = layout.lineAt(span.start);
    const isDescription = (one: PlacedComment) => description != null && one.describes && one.line === startLine;
    let lines = printed;
    const moved: PlacedComment[] = [];
    for (const comment of [...inner, ...(trailing ? [trailing] : [])]) {
      const place = isDescription(comment) ? 'first' : comment === trailing ? 'last' : null;
      const added = place && commented(lines, place, comment.image);
      if (added) lines = added;
      else moved.push(comment);
    }
    const separated = moved.some((comment) => comment.describes);
    const groups: Group[] = [...moved, ...leading].map((comment, index) => ({
      lines: [line(comment.image)],
      blankBefore: index > moved.length ? layout.blankAbove(comment.start) : index === moved.length && separated,
    }));
    const blankBefore = leading.length > 0 && layout.blankAbove(span.start);
    const all = [...groups, { lines, blankBefore }];
    return description === undefined ? all : describe(all, description);
  }
}

/** Makes what a reader of the printed lines takes for the description be the description. */
function describe(groups: readonly Group[], description: string | null): readonly Group[] {
  if (shownDescription(groups) === description) return groups;
  const above = groups.slice(0, -1);
  const own = groups.at(-1)!;
  const first = own.lines[0]!;
  if (first.comment !== null && describes(first.comment)) {
    const stripped = { lines: withoutComment(own.lines), blankBefore: own.blankBefore };
    const [next, ...rest] = [...above, stripped];
    return describe(
      [{ lines: [line(first.comment)], blankBefore: false }, { ...next!, blankBefore: true }, ...rest],
      description,
    );
  }
  if (description === null) return [...above, { ...own, blankBefore: true }];
  const image = `/// ${description}`;
  const beside = above.length > 0 ? commented(own.lines, 'first', image) : null;
  if (beside) return [...above, { ...own, lines: beside }];
  return [...above, { lines: [line(image)], blankBefore: true }, { ...own, blankBefore: false }];
}

/** The comment of the first line gone, and with it the lines of a block that held nothing else. */
function withoutComment([first, ...rest]: readonly Line[]): readonly Line[] {
  const stripped = { ...first!, comment: null };
  const isEmpty = rest.length === 1 && stripped.text.endsWith('{') && rest[0]!.text === '}';
  return isEmpty ? [{ ...stripped, text: `${stripped.text}}`, comment: rest[0]!.comment }] : [stripped, ...rest];
}

function shownDescription(groups: readonly Group[]): string | null {
  const own = groups.at(-1)!;
  const beside = own.lines[0]!.comment;
  if (beside !== null && describes(beside)) return wordsOf(beside);
  const above: string[] = [];
  for (let at = groups.length - 1; at > 0 && !groups[at]!.blankBefore; at--) {
    const comment = groups[at - 1]!.lines[0]!.text;
    if (!describes(comment)) break;
    above.unshift(wordsOf(comment));
  }
  return above.length > 0 ? above.join(' ') : null;
}

function describes(comment: string): boolean {
  return /^\/\/\/(?!\/)/.test(comment);
}

function wordsOf(comment: string): string {
  return comment.slice(3).trim();
}
