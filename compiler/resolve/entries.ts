import type { Entry, Span } from '../../dsl/ast.ts';
import { label } from '../diagnostics/labels.ts';
import type { Report } from './context.ts';
import { isMissing } from './settings.ts';

/** The entries of an object, each name once: a second one is reported, unless the first says nothing. */
export function entriesOnce(report: Report, entries: readonly Entry[]): readonly Entry[] {
  const seen = new Map<string, Span>();
  return entries.filter(({ name, value }) => {
    if (isMissing(value)) return false;
    const before = seen.get(name.text);
    if (before)
      report('FLOW303', name.span, { name: name.text, line: before.line }, { labels: [label(before, 'first')] });
    else seen.set(name.text, name.span);
    return before === undefined;
  });
}
