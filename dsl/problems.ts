/** What reading the text can find. `compiler/diagnostics` turns each into a diagnostic: no sentence for users is written here. */
import type { Span } from './ast.ts';

export type Problem = { readonly span: Span } & (
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'unterminated text' }
  | { readonly kind: 'single quotes'; readonly text: string }
  | { readonly kind: 'escape'; readonly escape: string }
  | { readonly kind: 'unclosed' }
  | { readonly kind: 'unopened'; readonly found: string }
  /** `expected` and `found` in words; `rule` is what was being read. */
  | { readonly kind: 'expected'; readonly expected: string; readonly found: string; readonly rule: string }
  /** Something that nothing known in `context` begins with; `after` is what comes before it if it does not begin its line. */
  | {
      readonly kind: 'unknown line';
      readonly found: string;
      readonly context: SyntaxContext;
      readonly next: string;
      readonly after: string | null;
    }
  | { readonly kind: 'missing value'; readonly after: string; readonly found: string }
  | { readonly kind: 'empty block'; readonly of: string }
  | { readonly kind: 'assignment in condition' }
  | { readonly kind: 'unit'; readonly amount: string; readonly unit: string }
  | { readonly kind: 'comma' }
  /** Not read at all. */
  | { readonly kind: 'too large' | 'too deep' | 'too long' }
  /** How many lines with mistakes are not told one by one. */
  | { readonly kind: 'too many'; readonly more: number }
);

/** Where a line is, and so what may begin it. */
export type SyntaxContext = 'file' | 'settings' | 'fields' | 'flow' | 'block' | 'match' | 'split' | 'scenario';
