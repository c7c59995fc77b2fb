/** Edits of one file, made in its text. */
import type { Edit } from './diagnostic.ts';

export interface Edited {
  readonly text: string;
  readonly applied: readonly Edit[];
}

/** Of edits that overlap or are at the same place the first is made: another check says whether the others are still needed. */
export function applyEdits(text: string, edits: readonly Edit[]): Edited {
  const applied: Edit[] = [];
  let result = '';
  let at = -1;
  for (const edit of [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    const { start, end } = edit.span;
    if (start <= at && applied.length > 0) continue;
    result += text.slice(Math.max(at, 0), start) + edit.text;
    at = end;
    applied.push(edit);
  }
  return { text: result + text.slice(Math.max(at, 0)), applied };
}
