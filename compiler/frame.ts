/** Diagnostics for people: the message, the lines it is about with all labels, and how to fix it. */
import type { Diagnostic, Label } from './diagnostics/diagnostic.ts';
import type { Severity } from './diagnostics/row.ts';
import type { Code } from './diagnostics/table.ts';
import { columns, visible } from './screen.ts';

/** What a piece of the picture is; colours are the caller's. */
export type Role = Severity | 'gutter' | 'place' | 'label' | 'help' | 'message';
export type Paint = (role: Role, text: string) => string;

/** What a word of the picture leads to: a place in a file of the workspace, or the page of a code. */
export type Target =
  | { readonly kind: 'place'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'code'; readonly code: Code };
export type Link = (target: Target, text: string) => string;

const plain: Paint = (_role, text) => text;
const unlinked: Link = (_target, text) => text;

/** `textOf` gives the text of a file (null if unknown). Ends without line break. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  textOf: (file: string) => string | null,
  paint: Paint = plain,
  link: Link = unlinked,
): string {
  const { severity, code, message, span, labels = [], help } = diagnostic;
  const title = link({ kind: 'code', code }, paint(severity, `${severity} ${code}`));
  const lines = [`${title} ${paint('message', visible(message))}`];
  const marks: Mark[] = [
    { span, text: '', role: severity },
    ...labels.map((label: Label) => ({ ...label, role: 'label' as const })),
  ];
  const files = [diagnostic.file, ...labels.map((label) => label.span.file).filter((file) => file !== diagnostic.file)];
  for (const file of new Set(files))
    lines.push(
      ...frame(
        file,
        textOf(file),
        marks.filter((mark) => mark.span.file === file),
        { paint, link },
      ),
    );
  if (help !== undefined) lines.push(`${paint('help', '  = ')}${visible(help)}`);
  return lines.join('\n');
}

/** Where a span begins and ends: lines and columns count from 1, columns in UTF-16 units, the end exclusive. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export function regionOf({ line, start, end }: Diagnostic['span'], text: string | null): Region {
  if (text === null) return { line, column: 1, endLine: line, endColumn: 1 };
  const { starts } = linesOf(text);
  const last = lineAt(starts, Math.max(start, end));
  return {
    line,
    column: columnOf(text, start),
    endLine: last + 1,
    endColumn: Math.max(start, end) - starts[last]! + 1,
  };
}

/** Versioned: fields are only added. */
export function diagnosticJson(diagnostic: Diagnostic, textOf: (file: string) => string | null): unknown {
  const { code, severity, message, help, edits = [], labels = [] } = diagnostic;
  const place = (span: Diagnostic['span']) => ({
    file: span.file,
    ...regionOf(span, textOf(span.file)),
    start: span.start,
    end: span.end,
  });
  return {
    code,
    severity,
    message,
    ...place(diagnostic.span),
    labels: labels.map((label) => ({ ...place(label.span), text: label.text })),
    help: help ?? null,
    edits: edits.map((edit) => ({ ...place(edit.span), text: edit.text })),
  };
}

interface Mark {
  readonly span: Diagnostic['span'];
  readonly text: string;
  readonly role: Role;
}

interface Pens {
  readonly paint: Paint;
  readonly link: Link;
}

function frame(file: string, text: string | null, marks: readonly Mark[], { paint, link }: Pens): string[] {
  const first = marks[0]!;
  if (text === null || text === '') return [`  ${paint('place', visible(file))}`];
  const { line } = first.span;
  const column = columnOf(text, first.span.start);
  const place = link({ kind: 'place', file, line, column }, paint('place', visible(`${file}:${line}:${column}`)));
  const { source, starts } = linesOf(text);
  const shown = [...new Set(marks.map((mark) => lineAt(starts, mark.span.start)))].sort((a, b) => a - b);
  const width = String(shown.at(-1)! + 1).length;
  const gutter = (label: string): string => paint('gutter', `${label.padStart(width + 2)} │`);
  const lines = [`${' '.repeat(width + 2)} ${paint('gutter', '┌─')} ${place}`];
  shown.forEach((line, index) => {
    if (index > 0 && line > shown[index - 1]! + 1) lines.push(paint('gutter', `${'…'.padStart(width + 2)}`));
    const own = marks.filter((mark) => lineAt(starts, mark.span.start) === line);
    const { content, start } = part(source[line] ?? '', starts[line]!, own);
    lines.push(`${gutter(String(line + 1))} ${visible(content)}`.trimEnd());
    for (const mark of own) lines.push(`${gutter('')} ${underline(content, mark, start, paint)}`);
  });
  return lines;
}

/** A longer line is shown around what is marked. */
const longest = 240;

/** What is shown of a line, and the offset of its beginning. */
function part(
  line: string,
  start: number,
  marks: readonly Mark[],
): { readonly content: string; readonly start: number } {
  if (line.length <= longest) return { content: line, start };
  const first = Math.min(...marks.map((mark) => mark.span.start - start));
  const from = Math.max(0, Math.min(first - longest / 4, line.length - longest));
  const cut = line.slice(from, from + longest);
  const content = `${from > 0 ? '…' : ''}${cut}${from + longest < line.length ? '…' : ''}`;
  return { content, start: start + from - (from > 0 ? 1 : 0) };
}

/** Carets under what the mark covers of this line, at least one. */
function underline(content: string, mark: Mark, lineStart: number, paint: Paint): string {
  const from = Math.max(0, Math.min(mark.span.start - lineStart, content.length));
  const to = Math.min(Math.max(mark.span.end - lineStart, from + 1), Math.max(content.length, from + 1));
  const before = columns(visible(content.slice(0, from)));
  const length = Math.max(1, columns(visible(content.slice(0, to))) - before);
  return `${' '.repeat(before)}${paint(mark.role, '^'.repeat(length) + (mark.text === '' ? '' : ` ${visible(mark.text)}`))}`;
}

interface Lines {
  readonly text: string;
  readonly source: readonly string[];
  readonly starts: readonly number[];
}

/** Many diagnostics of one file come in a row: its lines are found once. */
let recent: Lines = { text: '', source: [''], starts: [0] };

function linesOf(text: string): Lines {
  if (recent.text !== text) {
    // A byte order mark stands before the first column.
    const first = text.startsWith('\ufeff') ? 1 : 0;
    const starts = [first, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
    recent = { text, source: text.slice(first).split(/\r\n|\r|\n/), starts };
  }
  return recent;
}

/** Counts from 0. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function columnOf(text: string | null, offset: number): number {
  if (text === null) return 1;
  const { starts } = linesOf(text);
  return Math.max(1, offset - starts[lineAt(starts, offset)]! + 1);
}
