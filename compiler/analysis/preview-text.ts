import type { PreviewRow } from './preview.ts';

const headings = ['timezone', 'base', 'opens', 'closes', 'why'] as const;

/** The rows as a table with aligned columns, without colour; ends with a line break. */
export function previewTable(rows: readonly PreviewRow[]): string {
  const lines = [headings, ...rows.map(cells)];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cells(row: PreviewRow): readonly string[] {
  const missing = row.outcome === 'past' ? 'skipped' : 'never';
  return [row.zone, row.base, row.openingLabel ?? missing, row.closingLabel ?? '', row.why ?? ''];
}

/** Version 1: `{version, rows}`; the fields of a row are those of {@link PreviewRow}. */
export function previewJson(rows: readonly PreviewRow[]): string {
  return `${JSON.stringify({ version: 1, rows }, null, 2)}\n`;
}
