import { columns } from './screen.ts';

/** Rows as aligned columns without rules, for people and for `awk`; ends with a line break. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => columns(line[column]!))));
  const text = (line: readonly string[]) =>
    line
      .map((cell, column) => cell + ' '.repeat(widths[column]! - columns(cell)))
      .join('  ')
      .trimEnd();
  return lines.map((line) => `${text(line)}\n`).join('');
}
