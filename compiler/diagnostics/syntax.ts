/** 1xx: The text cannot be read. */
import type { Rows } from './row.ts';

export const syntaxRows = {
  FLOW101: {
    severity: 'error',
    title: 'Unexpected word or sign',
    message: 'Expected {expected}, but found {found}.',
    help: '{help}',
  },
  FLOW102: {
    severity: 'error',
    title: 'Unknown line',
    message: '`{found}` begins nothing that may stand {place}.',
    help: '{help}',
  },
  FLOW103: {
    severity: 'error',
    title: 'Missing value',
    message: 'A value is missing after {after}: found {found}.',
    help: '{help}',
  },
  FLOW104: {
    severity: 'error',
    title: 'Unclosed block',
    message: 'This `{` is never closed.',
    help: 'Add a `}` where its block ends.',
  },
  FLOW105: {
    severity: 'error',
    title: 'Unopened block',
    message: 'This `}` closes nothing.',
    help: 'Remove it, or add the `{` it belongs to.',
  },
  FLOW106: {
    severity: 'error',
    title: 'Unterminated text',
    message: 'This text is never closed.',
    help: 'Close it with the quotes it was opened with: `"` on the same line, or as many `"` as it began with.',
  },
  FLOW107: {
    severity: 'error',
    title: 'Single quotes',
    message: 'Text stands in double quotes; found {text}.',
    help: 'Write "{inner}".',
  },
  FLOW108: {
    severity: 'error',
    title: 'Unknown escape',
    message: '`{escape}` is no escape.',
    help: 'Allowed are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}`; a backslash itself is `\\\\`.',
  },
  FLOW109: {
    severity: 'error',
    title: 'Unknown character',
    message: '`{character}` means nothing here.',
    help: '{help}',
  },
  FLOW110: {
    severity: 'error',
    title: 'Assignment in a condition',
    message: '`=` assigns; a comparison is written `==`.',
    help: 'Write `==`.',
  },
  FLOW111: {
    severity: 'error',
    title: 'Unknown unit',
    message: '`{amount} {unit}` is no duration.',
    help: 'Write `{amount} {meant}`; units are second, minute, hour, day, week and month.',
  },
  FLOW112: {
    severity: 'warning',
    title: 'Superfluous comma',
    message: 'Settings need no comma between them.',
    help: 'Remove the comma.',
  },
  FLOW113: {
    severity: 'error',
    title: 'Empty block',
    message: 'This block is empty.',
    help: 'Write a statement into it, such as `stop`, or remove it with what opens it.',
  },
  FLOW114: {
    severity: 'error',
    title: 'Missing opening brace',
    message: 'The block that `{found}` opens has no `{`.',
    help: 'Add a `{` at the end of this line.',
  },
  FLOW115: { severity: 'error', title: 'Too much', message: '{what}.', help: '{help}' },
} as const satisfies Rows;
