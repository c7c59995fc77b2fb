import { type Link, type Paint, renderDiagnostic } from '../../frame.ts';
import type { Findings } from './findings.ts';

/** How words are coloured and linked where they are read. */
export interface Pen {
  readonly paint: Paint;
  readonly link: Link;
}

/** Code frames for people; then the files of a build, one a line. */
export function prettyReport(
  { diagnostics, generated }: Findings,
  textOf: (file: string) => string | null,
  { paint, link }: Pen,
): string {
  const frames = diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, textOf, paint, link)}\n\n`);
  const changes = (generated?.changes ?? []).map(({ path, kind }) => `${kind.padEnd(7)}  ${path}\n`);
  return [...frames, ...changes].join('');
}
