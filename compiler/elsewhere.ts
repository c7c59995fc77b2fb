/** Signs and words of other languages and of word processors → how it is written here. */
const chain = 'Comparisons do not chain: write `1 < n and n < 3`.';
const text = 'Write straight double quotes: `"…"`.';

/** By what was found where something else was expected. */
export const wordsElsewhere: Readonly<Record<string, string>> = {
  '|': 'Write `or`.',
  then: 'Write `{` instead: `if paid { stop }`.',
  elif: 'Write `else if`.',
  elseif: 'Write `else if`.',
  elsif: 'Write `else if`.',
  otherwise: 'Write `else`.',
  like: 'Write `contains`.',
  includes: 'Write `contains`.',
  isnt: 'Write `is not set`, or compare with `!=`.',
  upto: 'Write `up to`.',
  none: 'Write `is not set`.',
  null: 'Write `is not set`.',
  missing: 'Write `is not set`.',
  empty: 'Write `is not set`.',
  true: 'Write the field alone: `if paid { stop }`.',
  false: 'Write `not` before the field: `if not paid { stop }`.',
};

/** By what was found where an arm needs its arrow. */
export const beforeArrowElsewhere: Readonly<Record<string, string>> = {
  ':': 'Write `->`.',
  '=': 'Write `->`.',
  '|': 'Write a comma between members.',
  or: 'Write a comma between members.',
};

/** By what was found where a value is missing. */
export const missingElsewhere: Readonly<Record<string, string>> = {
  '=': 'Write `==`.',
  '>': 'Write `!=`.',
  '+': 'Write the number without `+`, or in quotes if it is a phone number.',
};

/** Where a condition ends: a sign that would go on with it. */
export const signsAfterComparison: Readonly<Record<string, string>> = Object.fromEntries(
  ['<', '<=', '>', '>=', '==', '!='].map((sign) => [sign, chain]),
);

/** By characters that mean nothing. */
export const charactersElsewhere: Readonly<Record<string, string>> = {
  '&&': 'Write `and`.',
  '&': 'Write `and`.',
  '!': 'Write `not`.',
  ';': 'Remove it: a line ends by itself.',
  '#': 'A comment begins with `//`.',
  '–': 'Write `-`.',
  '—': 'Write `-`.',
  '−': 'Write `-`.',
  '→': 'Write `->`.',
  '≠': 'Write `!=`.',
  '≤': 'Write `<=`.',
  '≥': 'Write `>=`.',
  '×': 'Write `*`.',
  '÷': 'Write `/`.',
  '“': text,
  '”': text,
  '„': text,
  '«': text,
  '»': text,
  '‘': text,
  '’': text,
  '`': text,
};
