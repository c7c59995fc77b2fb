/** What workspace and campaign have in common: one of each, in its place, with a timezone and contact hours. */
import type { Declaration, DeclarationOf } from '../../dsl/ast.ts';
import { label } from '../diagnostics/labels.ts';
import type { Report } from './context.ts';
import type { Settings } from './settings.ts';
import { zoneOf } from './values.ts';
import { resolveWindow } from './windows.ts';

/** Reports a declaration in the wrong file; `place` is the right one. */
export function refuseDeclaration(
  report: Report,
  declaration: Exclude<Declaration, { kind: 'broken' }>,
  place: 'workspace' | 'campaign' | 'test' | 'not a test',
): void {
  const { kind, span } = declaration;
  const what = kind === 'shared communication' ? declaration.communication.channelKind.text : kind;
  report('FLOW503', { ...span, end: span.start + what.length }, { message: place, what });
}

export function timezoneOf(report: Report, settings: Settings): string | null {
  const text = settings.text('timezone');
  return text && zoneOf(report, text);
}

export function contactHoursOf(
  names: Parameters<typeof resolveWindow>[0],
  settings: Settings,
): ReturnType<typeof resolveWindow> {
  const written = settings.window('contact_hours');
  return written && resolveWindow(names, written.parts);
}

/** The declaration of the kind; a second one is reported. */
export function onlyOne<K extends 'workspace' | 'campaign'>(
  report: Report,
  declarations: readonly Declaration[],
  kind: K,
): DeclarationOf<'workspace' | 'campaign'> | null {
  const [first, ...more] = declarations.filter((declaration) => declaration.kind === kind) as DeclarationOf<
    'workspace' | 'campaign'
  >[];
  for (const other of more) {
    const { file, line } = first!.span;
    report('FLOW504', other.name.span, { what: kind, file, line }, { labels: [label(first!.name.span, 'first')] });
  }
  return first ?? null;
}
