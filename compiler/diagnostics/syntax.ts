/** 1xx: The text cannot be read. */
import { type Rows, suggestions } from './row.ts';
import { syntaxForms } from './syntax-forms.ts';

const instead = { say: 'Write `{instead}`.', write: '{instead}' } as const;
const quotes = 'Use straight double quotes: `"…"`.';

export const syntaxRows = {
  FLOW101: {
    severity: 'error',
    title: 'Unexpected token',
    message: {
      token: 'Expected {expected}, but found {found}.',
      'colon after': 'Expected `:` after `{word}`, but found `{next}`.',
      'more after': 'Expected more after `{word}`, but found {found}.',
      unexpected: 'Unexpected {found} after {after}.',
      becomes: 'Expected a comma or the end of the line, but found `becomes`.',
    },
    help: {
      ...syntaxForms,
      ...suggestions,
      instead,
      'without quotes': { say: 'Write `{word}` without quotes.', write: '{word}' },
      'with colon': { say: 'Write `{word}: …`.', write: '{word}:' },
      chain: 'Comparisons cannot be chained: write `1 < n and n < 3`.',
      brace: 'Write `{` instead: `if paid { stop }`.',
      'comma between members': 'Separate members with a comma.',
      'field alone': 'Write only the field: `if paid { stop }`.',
      'not before field': 'Write `not` before the field: `if not paid { stop }`.',
      'number without plus': 'Write the number without `+`, or put it in quotes if it is a phone number.',
      'quotes inside':
        "Inside a string, write a quote as `\\\"`; inside `{{ … }}`, use single quotes: `{{ name | default: 'there' }}`.",
      becomes: 'Only `on communication updated` can be followed by `becomes`.',
      none: '',
    },
  },
  FLOW102: {
    severity: 'error',
    title: 'Unknown statement or line',
    message: {
      file: '`{found}` is not a valid declaration.',
      settings: '`{found}` is not a valid setting.',
      fields: '`{found}` cannot be the name of a field.',
      flow: '`{found}` is not a valid statement in a flow.',
      block: '`{found}` is not a valid statement.',
      match: '`{found}` cannot start an arm of a `match`.',
      split: '`{found}` cannot start an arm of a `split`.',
      scenario: '`{found}` is not a valid line in a scenario.',
    },
    help: {
      ...suggestions,
      ...syntaxForms,
      instead,
      brace: 'Write `{` instead: `if paid { stop }`.',
      'field alone': 'Write only the field: `if paid { stop }`.',
      'not before field': 'Write `not` before the field: `if not paid { stop }`.',
    },
  },
  FLOW103: {
    severity: 'error',
    title: 'Missing value',
    message: 'Expected a value after {after}, but found {found}.',
    help: {
      value: 'Add a value, or remove what needs it.',
      instead,
      'number without plus': 'Write the number without `+`, or put it in quotes if it is a phone number.',
    },
  },
  FLOW104: {
    severity: 'error',
    title: 'Unclosed block',
    message: 'This `{` is never closed.',
    help: 'Add a `}` at the end of its block.',
  },
  FLOW105: {
    severity: 'error',
    title: 'Unmatched closing brace',
    message: 'This `}` has no matching `{`.',
    help: { say: 'Remove it, or add the missing `{`.', write: '' },
  },
  FLOW106: {
    severity: 'error',
    title: 'Unterminated string',
    message: 'This string is never closed.',
    help: 'Close it with the quotes that open it: `"` on the same line, or as many `"` as it starts with.',
  },
  FLOW107: {
    severity: 'error',
    title: 'Single quotes',
    message: 'Strings use double quotes, not single quotes.',
    help: { say: 'Write {string}.', write: '{string}' },
  },
  FLOW108: {
    severity: 'error',
    title: 'Unknown escape sequence',
    message: 'Unknown escape sequence `{escape}`.',
    help: 'Use `\\"`, `\\\\`, `\\n`, `\\t` or `\\u{…}`; a backslash is written `\\\\`.',
  },
  FLOW109: {
    severity: 'error',
    title: 'Unexpected character',
    message: 'Unexpected character `{character}`.',
    help: {
      instead,
      quotes,
      semicolon: { say: 'Remove it: a line needs no terminator.', write: '' },
      comment: { say: 'Comments start with `//`.', write: '//' },
      remove: 'Remove it: names use the letters a to z, digits and `_`, and strings use double quotes.',
    },
  },
  FLOW110: {
    severity: 'error',
    title: 'Assignment in a condition',
    message: '`=` assigns a value; a comparison uses `==`.',
    help: { say: 'Write `==`.', write: '==' },
  },
  FLOW111: {
    severity: 'error',
    title: 'Unknown duration unit',
    message: 'Unknown duration unit `{unit}`.',
    help: {
      say: 'Write `{amount} {meant}`; the units are second, minute, hour, day, week and month.',
      write: '{meant}',
    },
  },
  FLOW112: {
    severity: 'warning',
    title: 'Unnecessary comma',
    message: 'Settings are not separated by commas.',
    help: { say: 'Remove the comma.', write: '' },
  },
  FLOW113: {
    severity: 'error',
    title: 'Empty block',
    message: 'This block is empty.',
    help: 'Add a statement, such as `stop`, or remove the block.',
  },
  FLOW114: {
    severity: 'error',
    title: 'Missing opening brace',
    message: 'The block that starts at `{found}` has no `{`.',
    help: 'Add a `{` at the end of this line.',
  },
  FLOW115: {
    severity: 'error',
    title: 'Limit exceeded',
    message: {
      'file size': 'This file has more than {limit:count} characters and is not read.',
      nesting: 'Braces and parentheses are nested more than {limit:count} deep.',
      operators: 'This expression has more than {limit:count} operators.',
      mistakes: 'Too many errors: showing the first {limit:count} and hiding {more:count}.',
    },
    help: {
      'split the file': 'Split it into several files in the same folder.',
      'own flow': 'Move the inner part into a flow of its own and go there with `to`.',
      'compute before': 'Use `in (…)`, or compute a part of it with `set` first.',
      'fix first': 'Fix those first.',
    },
  },
} as const satisfies Rows;
