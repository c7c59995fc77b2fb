import { table } from '../table.ts';
import type { PreviewRow } from './preview.ts';

const headings = ['timezone', 'base', 'opens', 'closes', 'why'] as const;

/** The rows as a table with aligned columns, without colour; ends with a line break. */
export function previewTable(rows: readonly PreviewRow[]): string {
  return table(headings, rows.map(cells));
}

function cells(row: PreviewRow): readonly string[] {
  const missing = row.outcome === 'past' ? 'skipped' : 'never';
  return [row.zone, row.base, row.openingLabel ?? missing, row.closingLabel ?? '', row.why ?? ''];
}

/** Version 1: `{version, rows}`; the fields of a row are those of {@link PreviewRow}. */
export function previewJson(rows: readonly PreviewRow[]): string {
  return `${JSON.stringify({ version: 1, rows }, null, 2)}\n`;
}
