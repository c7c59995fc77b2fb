/** What can be wrong with a builder file beyond what can be wrong with text. `compiler/diagnostics` has the sentences. */
import type { Span } from '../ast.ts';

/** What a builder function takes. */
export type BuilderForm =
  | 'name'
  | 'NAME'
  | 'campaign'
  | 'channel'
  | 'channel kind'
  | 'communication'
  | 'flow'
  | 'inbound'
  | 'member'
  | 'status'
  | 'window'
  | 'enum or members'
  | 'statement'
  | 'assignment'
  | 'trigger'
  | 'field type'
  | 'duration'
  | 'rate'
  | 'limit'
  | 'time of day'
  | 'finite number'
  | 'positive number'
  | 'value'
  | 'condition';

/** Why a builder file did not finish loading. */
export type Unfinished =
  | { readonly why: 'await' }
  | { readonly why: 'memory'; readonly megabytes: number }
  | { readonly why: 'time' | 'start'; readonly seconds: number }
  | { readonly why: 'signal'; readonly signal: string }
  | { readonly why: 'exit'; readonly code: number };

/** How its code ended with an error; `said` are the error's own words. */
export type Thrown =
  | { readonly why: 'throws' | 'bad call'; readonly said: string }
  | { readonly why: 'no module'; readonly module: string }
  | { readonly why: 'exit' };

export type Misplaced =
  | { readonly why: 'communication twice'; readonly name: string }
  | { readonly why: 'no builder file' }
  /** `folder` it is in, `right` is the campaign's. */
  | { readonly why: 'other folder'; readonly campaign: string; readonly folder: string; readonly right: string };

export type SideEffect = 'network' | 'write' | 'process' | 'other';

export type BuilderProblem = { readonly span: Span } & (
  | { readonly kind: 'builder throws'; readonly thrown: Thrown }
  | { readonly kind: 'builder endless'; readonly unfinished: Unfinished }
  | { readonly kind: 'builder prints'; readonly text: string }
  | { readonly kind: 'builder reaches'; readonly what: SideEffect }
  | { readonly kind: 'builder name'; readonly name: string }
  /** `of` is the setting or field that has the value; null for an argument. */
  | {
      readonly kind: 'builder value';
      readonly of: string | null;
      readonly expected: BuilderForm;
      readonly found: string;
    }
  | { readonly kind: 'builder operator'; readonly operator: '&&' | '||' }
  | { readonly kind: 'builder place'; readonly misplaced: Misplaced }
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
  'builder operator': true,
  'builder place': true,
  'builder statement': true,
  typescript: true,
};

export function isBuilderProblem<P extends { readonly kind: string }>(
  problem: P | BuilderProblem,
): problem is BuilderProblem {
  return Object.hasOwn(kinds, problem.kind);
}
