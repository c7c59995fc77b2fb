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

/** The sentences with the same parameters as `Text`: a caller may leave open which of them it is. */
type NamesLike<S, Text extends string> = {
  [Name in keyof S]: [SlotsIn<TextOf<S[Name]>>, SlotsIn<Text>] extends [SlotsIn<Text>, SlotsIn<TextOf<S[Name]>>]
    ? Name
    : never;
}[keyof S];

/** One sentence: its parameters. Several: the name of one, and its parameters. */
type Choice<Part extends 'message' | 'help', S> = S extends string | Fix
  ? ParametersOf<TextOf<S>>
  : {
      [Name in keyof S]: { readonly [P in Part]: NamesLike<S, TextOf<S[Name]>> } & ParametersOf<TextOf<S[Name]>>;
    }[keyof S];

/** What a report of the code has to say: which sentences, where there are several, and their parameters. */
export type Parameters<C extends Code> = Choice<'message', (typeof diagnosticTable)[C]['message']> &
  Choice<'help', (typeof diagnosticTable)[C]['help']>;
