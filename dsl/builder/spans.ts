/** Spans in builder files. */
import type { Span } from '../ast.ts';

/** Where nothing is known of the place: outside of a collection. */
export const unknownSpan: Span = { file: '', line: 1, start: 0, end: 0 };

/** A copy of plain syntax with every `span` moved. */
export function moved<T>(node: T, move: (span: Span) => Span): T {
  if (Array.isArray(node)) return node.map((item) => moved(item, move)) as T;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    key === 'span' ? move(value as Span) : moved(value, move),
  ]);
  return Object.fromEntries(entries) as T;
}
