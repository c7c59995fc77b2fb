/** Characters and words of other languages and of word processors → how it is written here: the word, or the help that says it. */
type Instead<HelpName extends string> = { readonly write: string } | { readonly help: HelpName };
type Table<HelpName extends string> = Readonly<Record<string, Instead<HelpName>>>;

const isNotSet = { write: 'is not set' } as const;
const elseIf = { write: 'else if' } as const;

/** By what was found where something else was expected. */
export const foreignWords = {
  '|': { write: 'or' },
  then: { help: 'brace' },
  elif: elseIf,
  elseif: elseIf,
  elsif: elseIf,
  otherwise: { write: 'else' },
  like: { write: 'contains' },
  includes: { write: 'contains' },
  isnt: { write: 'is not' },
  upto: { write: 'up to' },
  none: isNotSet,
  null: isNotSet,
  missing: isNotSet,
  empty: isNotSet,
  true: { help: 'field alone' },
  false: { help: 'not before field' },
} as const satisfies Table<'brace' | 'field alone' | 'not before field'>;

/** By what was found where an arm needs its arrow. */
export const foreignArrows = {
  ':': { write: '->' },
  '=': { write: '->' },
  '|': { help: 'comma between members' },
  or: { help: 'comma between members' },
} as const satisfies Table<'comma between members'>;

/** By what was found where a value is missing. */
export const foreignValues = {
  '=': { write: '==' },
  '>': { write: '!=' },
  '+': { help: 'number without plus' },
} as const satisfies Table<'number without plus'>;

/** Where a condition ends: an operator that would continue it. */
export const comparisons: readonly string[] = ['<', '<=', '>', '>=', '==', '!='];

const quotes = { help: 'quotes' } as const;

/** By characters that mean nothing. */
export const foreignCharacters = {
  '&&': { write: 'and' },
  '&': { write: 'and' },
  '!': { write: 'not' },
  ';': { help: 'semicolon' },
  '#': { help: 'comment' },
  '–': { write: '-' },
  '—': { write: '-' },
  '−': { write: '-' },
  '→': { write: '->' },
  '≠': { write: '!=' },
  '≤': { write: '<=' },
  '≥': { write: '>=' },
  '×': { write: '*' },
  '÷': { write: '/' },
  '“': quotes,
  '”': quotes,
  '„': quotes,
  '«': quotes,
  '»': quotes,
  '‘': quotes,
  '’': quotes,
  '`': quotes,
} as const satisfies Table<'quotes' | 'semicolon' | 'comment'>;

/** The help that says it. */
export type ForeignHelp<T extends Table<string>> =
  | { readonly help: 'instead'; readonly instead: string }
  | { readonly help: Extract<T[keyof T], { help: string }>['help'] };

export function foreignHelp<T extends Table<string>>(table: T, found: string): ForeignHelp<T> | null {
  if (!Object.hasOwn(table, found)) return null;
  const known = table[found]!;
  return 'write' in known ? { help: 'instead', instead: known.write } : (known as ForeignHelp<T>);
}
