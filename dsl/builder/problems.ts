/** What can be wrong with a builder file beyond what can be wrong with text. `compiler/builder.ts` has the sentences. */
import type { Span } from '../ast.ts';

/** `builder throws`: its code ended with an error. */
export type BuilderProblem = { readonly span: Span } & (
  | { readonly kind: 'builder throws'; readonly message: string }
  /** It did not end; `how` in words. */
  | { readonly kind: 'builder endless'; readonly how: string }
  | { readonly kind: 'builder prints'; readonly text: string }
  /** It reached for the network, another process or a file to write. */
  | { readonly kind: 'builder reaches'; readonly what: string }
  | { readonly kind: 'builder name'; readonly name: string }
  | { readonly kind: 'builder value'; readonly what: string; readonly expected: string; readonly found: string }
  | { readonly kind: 'builder place'; readonly what: string; readonly help: string }
  /** No flow has this statement. */
  | { readonly kind: 'builder statement' }
  /** The TypeScript compiler's words. */
  | { readonly kind: 'typescript'; readonly message: string }
);

const kinds: Readonly<Record<BuilderProblem['kind'], true>> = {
  'builder throws': true,
  'builder endless': true,
  'builder prints': true,
  'builder reaches': true,
  'builder name': true,
  'builder value': true,
  'builder place': true,
  'builder statement': true,
  typescript: true,
};

export function isBuilderProblem<P extends { readonly kind: string }>(
  problem: P | BuilderProblem,
): problem is BuilderProblem {
  return Object.hasOwn(kinds, problem.kind);
}
