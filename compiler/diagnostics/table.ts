/** Every sentence the compiler can say: tables by topic, the codes 1xx to 6xx. */
import { builderRows } from './builder.ts';
import { fileRows } from './files.ts';
import { nameRows } from './names.ts';
import type { Fix } from './row.ts';
import { settingRows } from './settings.ts';
import type { ParametersOf, SlotsIn } from './slots.ts';
import { syntaxRows } from './syntax.ts';
import { workspaceRows } from './workspace.ts';

export const diagnosticTable = {
  ...syntaxRows,
  ...nameRows,
  ...settingRows,
  ...fileRows,
  ...workspaceRows,
  ...builderRows,
} as const;

export type Code = keyof typeof diagnosticTable;

type TextOf<S> = S extends string ? S : S extends Fix ? S['say'] | S['write'] : never;

/** Names of sentences without parameters: a caller may leave open which of them it is. */
type Plain<S> = { [Name in keyof S]: [SlotsIn<TextOf<S[Name]>>] extends [never] ? Name : never }[keyof S];
type IsOne<T, All = T> = T extends All ? ([All] extends [T] ? true : false) : never;

type Named<Part extends 'message' | 'help', Name> = { readonly [P in Part]: Name };
/** The other sentences, one by one; together where one parameter is all they have. */
type Filled<Part extends 'message' | 'help', S, Names extends keyof S> =
  IsOne<SlotsIn<TextOf<S[Names]>>> extends true
    ? Named<Part, Names> & ParametersOf<TextOf<S[Names]>>
    : { [Name in Names]: Named<Part, Name> & ParametersOf<TextOf<S[Name]>> }[Names];

/** One sentence: its parameters. Several: the name of one, and its parameters. */
type Choice<Part extends 'message' | 'help', S> = S extends string | Fix
  ? ParametersOf<TextOf<S>>
  :
      | ([Plain<S>] extends [never] ? never : Named<Part, Plain<S>>)
      | ([Exclude<keyof S, Plain<S>>] extends [never] ? never : Filled<Part, S, Exclude<keyof S, Plain<S>>>);

/** By code: never asked of several codes at once, whose sentences would be multiplied with one another. */
type ParametersByCode = {
  readonly [C in Code]: Choice<'message', (typeof diagnosticTable)[C]['message']> &
    Choice<'help', (typeof diagnosticTable)[C]['help']>;
};

/**
 * What a report of the code has to say: which sentences, where there are several, and their parameters. Of a code that is still to be
 * inferred it is `never` rather than the sentences of every code: the type check would take ten times as long.
 */
export type Parameters<C extends string> = C extends Code ? ParametersByCode[C] : never;
