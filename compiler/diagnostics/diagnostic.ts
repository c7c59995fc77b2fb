/** A diagnostic: a small value, filled from the table. */
import type { Span } from '../../dsl/ast.ts';
import type { Fix, Help, Row, Severity } from './row.ts';
import { filled } from './slots.ts';
import { type Code, diagnosticTable, type Parameters } from './table.ts';

export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** What to write in place of the text at the span. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly span: Span;
  /** Other places that explain it. */
  readonly labels?: readonly Label[];
  readonly help?: string;
  /** The help as edits, where it is one: of each place the diagnostic is about. */
  readonly edits?: readonly Edit[];
}

export interface Pointers {
  readonly labels?: readonly Label[];
  /** What the edit replaces, if not all that the diagnostic points at; null: it cannot be told. */
  readonly edited?: Span | null;
}

/** Parameters that were checked where they were written. */
export type Given = Readonly<Record<string, unknown>>;

/** A diagnostic of the table. A wrong code, sentence or parameter does not compile. */
export function diagnose<C extends string>(
  code: C & Code,
  span: Span,
  parameters: Parameters<C>,
  pointers: Pointers = {},
): Diagnostic {
  return diagnoseGiven(code, span, { ...(parameters as object) }, pointers);
}

export function diagnoseGiven(
  code: Code,
  span: Span,
  given: Given,
  { labels = [], edited = span }: Pointers = {},
): Diagnostic {
  const row: Row = diagnosticTable[code];
  const help = helpOf(row, given);
  const fix = typeof help === 'string' ? null : help;
  const said = filled(fix?.say ?? (help as string), given);
  return {
    code,
    severity: row.severity,
    message: filled(typeof row.message === 'string' ? row.message : row.message[String(given.message)]!, given),
    file: span.file,
    span,
    ...(labels.length > 0 ? { labels } : {}),
    ...(said !== '' ? { help: said } : {}),
    ...(fix !== null && edited !== null && isText(edited)
      ? { edits: [{ span: edited, text: filled(fix.write, given) }] }
      : {}),
  };
}

function helpOf({ help }: Row, given: Given): Help {
  return typeof help === 'string' || isFix(help) ? help : help[String(given.help)]!;
}

function isFix(help: Row['help']): help is Fix {
  return typeof help === 'object' && typeof help.write === 'string' && typeof help.say === 'string';
}

/** In a builder file a value may be computed elsewhere than it is used, so there is nothing to replace. */
function isText({ file, start, end }: Span): boolean {
  return !file.endsWith('.ts') && !(start === 0 && end === 0);
}

export function cascades(code: Code): boolean {
  const row: Row = diagnosticTable[code];
  return row.cascades === true;
}

export function saidOnce(code: Code): boolean {
  const row: Row = diagnosticTable[code];
  return row.once === true;
}

/** The name that nobody can know because of this; null if there is none. */
export function lostName(code: Code, parameters: Given): string | null {
  const { loses }: Row = diagnosticTable[code];
  return loses === undefined ? null : String(parameters[loses]);
}
