/** Every sentence the compiler can say: tables by topic, the codes 1xx to 6xx. */
import type { Span } from '../dsl/ast.ts';
import { builderRows } from './diagnostics/builder.ts';
import { fileRows } from './diagnostics/files.ts';
import { nameRows } from './diagnostics/names.ts';
import type { Row, Severity } from './diagnostics/row.ts';
import { settingRows } from './diagnostics/settings.ts';
import { syntaxRows } from './diagnostics/syntax.ts';
import { workspaceRows } from './diagnostics/workspace.ts';

export type { Severity } from './diagnostics/row.ts';

export const diagnosticTable = {
  ...syntaxRows,
  ...nameRows,
  ...settingRows,
  ...fileRows,
  ...workspaceRows,
  ...builderRows,
} as const;

export type Code = keyof typeof diagnosticTable;

type Slots<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
  ? (Slot extends `${string}${' ' | '`' | '…' | '{'}${string}` ? never : Slot) | Slots<Rest>
  : never;
/** The parameters of a code's message and help. */
export type Parameters<C extends Code> = Readonly<
  Record<Slots<(typeof diagnosticTable)[C]['message']> | Slots<(typeof diagnosticTable)[C]['help']>, string | number>
>;

export interface Label {
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
}

/** A diagnostic of the table. A wrong code or a missing parameter does not compile. */
export function diagnose<C extends Code>(
  code: C,
  span: Span,
  parameters: Parameters<C>,
  labels: readonly Label[] = [],
): Diagnostic {
  const row: Row = diagnosticTable[code];
  const help = fill(row.help, parameters);
  return {
    code,
    severity: row.severity,
    message: fill(row.message, parameters),
    file: span.file,
    span,
    ...(labels.length > 0 ? { labels } : {}),
    ...(help !== '' ? { help } : {}),
  };
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
export function lostName(code: Code, parameters: Readonly<Record<string, string | number>>): string | null {
  const { loses }: Row = diagnosticTable[code];
  return loses === undefined ? null : String(parameters[loses]);
}

function fill(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (slot, name: string) => String(parameters[name] ?? slot));
}
