/** What the printer builds: lines with a depth, each with room for one comment at its end. */

export interface Line {
  /** Steps of indentation, relative to what it is put into. */
  readonly depth: number;
  readonly text: string;
  /** With its slashes. */
  readonly comment: string | null;
  /** A text goes on behind this line: nothing may be added to it. */
  readonly open: boolean;
}

/** Words as lines; what follows a line break (raw texts have them) stands one step deeper. */
export function linesOf(words: string): readonly Line[] {
  const texts = words.split('\n');
  return texts.map((text, index) => ({
    depth: index === 0 ? 0 : 1,
    text,
    comment: null,
    open: index < texts.length - 1,
  }));
}

export function line(text: string): Line {
  return { depth: 0, text, comment: null, open: false };
}

export function deeper(lines: readonly Line[]): readonly Line[] {
  return lines.map((one) => ({ ...one, depth: one.depth + 1 }));
}

/** `second` goes on where `first` ends. */
export function joined(first: readonly Line[], second: readonly Line[]): readonly Line[] {
  const [begin, ...rest] = second;
  const end = first.at(-1);
  if (begin === undefined || end === undefined) return [...first, ...second];
  return [...first.slice(0, -1), { ...begin, depth: end.depth, text: end.text + begin.text }, ...rest];
}

export function before(words: string, lines: readonly Line[]): readonly Line[] {
  return joined([line(words)], lines);
}

export function after(lines: readonly Line[], words: string): readonly Line[] {
  return joined(lines, [line(words)]);
}

/** `lines` with a comment on one of them; null if it has one or cannot have any. */
export function commented(lines: readonly Line[], at: 'first' | 'last', comment: string): readonly Line[] | null {
  const index = at === 'first' ? 0 : lines.length - 1;
  const one = lines[index];
  if (one === undefined || one.open || one.comment !== null) return null;
  return lines.with(index, { ...one, comment });
}

/** Two spaces per step, two spaces before a comment, nothing at the end of a line. */
export function textOf(lines: readonly Line[]): string {
  return lines
    .map(({ depth, text, comment }) => {
      const indented = text === '' ? '' : '  '.repeat(depth) + text;
      return `${indented}${comment === null ? '' : `  ${comment}`}\n`;
    })
    .join('');
}
