/** `flowc check --fix`: makes the edits that diagnostics propose, in the files of the workspace. */
import { join } from 'node:path';
import { applyEdits } from '../diagnostics/apply-edits.ts';
import type { Diagnostic, Edit } from '../diagnostics/diagnostic.ts';
import type { Code } from '../diagnostics/table.ts';
import { regionOf } from '../frame.ts';
import { plural } from './report/summary.ts';
import { readSourceText, writeSource } from './write-source.ts';

export interface Fixed {
  readonly code: Code;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly before: string;
  readonly after: string;
}

/** A fix may show the next mistake of its line; more rounds than this are a circle. */
const mostRounds = 20;

/** Checks and edits until nothing is left to edit. Gives what was changed. */
export async function fixFiles(folder: string, check: () => Promise<readonly Diagnostic[]>): Promise<readonly Fixed[]> {
  const fixed: Fixed[] = [];
  const seen = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const made = [...editsByFile(await check())].flatMap(([file, edits]) => fixFile(folder, file, edits, seen));
    if (made.length === 0) break;
    fixed.push(...made);
  }
  return fixed;
}

interface CodedEdit {
  readonly code: Code;
  readonly edit: Edit;
}

function editsByFile(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, readonly CodedEdit[]> {
  const edits = diagnostics.flatMap(({ code, edits = [] }) => edits.map((edit) => ({ code, edit })));
  return Map.groupBy(edits, ({ edit }) => edit.span.file);
}

/** `seen` remembers what files held: an edit that gives one of them back is not made. */
function fixFile(folder: string, file: string, edits: readonly CodedEdit[], seen: Set<string>): readonly Fixed[] {
  const path = join(folder, file);
  const before = sourceText(path);
  if (before === null) return [];
  const { text, applied } = applyEdits(
    before,
    edits.map(({ edit }) => edit),
  );
  seen.add(`${file}\n${before}`);
  if (seen.has(`${file}\n${text}`)) return [];
  writeSource(path, text);
  return applied.map(({ span, text: after }) => {
    const { line, column } = regionOf(span, before);
    const { code } = edits.find(({ edit }) => edit.span === span)!;
    return { code, file, line, column, before: before.slice(span.start, span.end), after };
  });
}

/** Null for what cannot be read, or is not UTF-8: it is left as it is. */
function sourceText(path: string): string | null {
  try {
    return readSourceText(path);
  } catch {
    return null;
  }
}

/** One line for each change, and their number. */
export function fixedLines(fixed: readonly Fixed[]): readonly string[] {
  const lines = fixed.map(({ code, file, line, column, before, after }) => {
    const change =
      after === ''
        ? `removed ${quoted(before)}`
        : before === ''
          ? `added ${quoted(after)}`
          : `${quoted(before)} → ${quoted(after)}`;
    return `fixed ${file}:${line}:${column} ${code}: ${change}`;
  });
  const files = new Set(fixed.map(({ file }) => file)).size;
  return fixed.length === 0
    ? ['nothing to fix']
    : [...lines, `${fixed.length} ${fixed.length === 1 ? 'fix' : 'fixes'} in ${plural(files, 'file')}`];
}

function quoted(text: string): string {
  return `\`${text}\``;
}
