/** Text of the language inside a builder file: parsed by the one parser, its places moved into the builder file. */
import type { Expr, Span } from '../ast.ts';
import { type Fragment, parseFragment } from '../parser.ts';
import type { Path, Place } from './place.ts';
import { report } from './registry.ts';
import { moved } from './spans.ts';

/** `kind` says what the text is between `before` and `after`; what cannot be read is reported at its place and gives null. */
export function readFragment<K extends keyof Fragment>(
  kind: K,
  text: string,
  place: Place,
  path: Path,
  { before, after }: { readonly before: string; readonly after: string } = { before: '', after: '' },
): Fragment[K] | null {
  const inside = place.inside(text, ...path);
  const around = place.value(...path);
  const move = (span: Span): Span => {
    if (inside === null) return around;
    const [start, end] = [span.start, span.end].map((at) => Math.min(Math.max(at - before.length, 0), text.length));
    const line = inside.line + (text.slice(0, start).match(/\n/g)?.length ?? 0);
    const at = (offset: number) => inside.start + sourceOffset(inside.source, offset);
    return { file: inside.file, line, start: at(start!), end: at(end!) };
  };
  const { node, problems } = parseFragment(kind, before + text + after);
  for (const problem of problems) report(place.owner, moved(problem, move));
  return node === null ? null : moved(node, move);
}

/** Where in the source stands what is at `offset` of the text: JavaScript reads `\r\n` as one sign. */
function sourceOffset(source: string, offset: number): number {
  let at = 0;
  for (let left = offset; left > 0; left--) at += source.startsWith('\r\n', at) ? 2 : 1;
  return at;
}

export function readExpression(text: string, place: Place, path: Path): Expr {
  return readFragment('expression', text, place, path) ?? { kind: 'missing', span: place.value(...path) };
}
