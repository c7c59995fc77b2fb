/** What other places of a diagnostic say. */
import type { Span } from '../../dsl/ast.ts';
import type { Label } from './diagnostic.ts';

const texts = {
  first: 'first here',
  declared: 'declared here',
  'other agent': 'the other agent',
} as const;

export function label(span: Span, of: keyof typeof texts): Label {
  return { span, text: texts[of] };
}
