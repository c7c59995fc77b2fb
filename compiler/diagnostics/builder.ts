/** 6xx: Builder files. */
import type { Rows } from './row.ts';

export const builderRows = {
  FLOW601: {
    severity: 'error',
    title: 'Builder file fails',
    message: '{file} fails while it is loaded: {message}',
    help: 'Mend this line: a builder file runs once, from top to bottom, and declares.',
  },
  FLOW602: {
    severity: 'error',
    title: 'Builder file does not load',
    message: '{file} cannot be loaded: {how}.',
    help: 'Take out the loop, the `await` or the exit: a builder file runs once, from top to bottom, and declares.',
  },
  FLOW603: {
    severity: 'warning',
    title: 'Builder file prints',
    message: '{file} prints {text} while it is loaded; a builder file only declares, and nobody reads what it prints.',
    help: 'Remove the line.',
  },
  FLOW604: {
    severity: 'error',
    title: 'Builder file reaches out',
    message:
      '{file} reaches for {what}; a builder file only declares, so that the same files always give the same flows.',
    help: 'Put what it needs into the file as a plain value.',
  },
  FLOW605: {
    severity: 'error',
    title: 'No name',
    message:
      '`{name}` cannot be a name: names are made of letters a to z, digits and `_`, begin with no digit and are none of {words}.',
    help: 'Write `{meant}`.',
  },
  FLOW606: {
    severity: 'error',
    title: 'Wrong value in a builder file',
    message: '{what} takes {expected}; found {found}.',
    help: 'Write {expected}.',
  },
  FLOW607: { severity: 'error', title: 'Builder declaration out of place', message: '{what}.', help: '{help}' },
  FLOW608: {
    severity: 'error',
    title: 'Type error in a builder file',
    message: 'TypeScript refuses this: {message}',
    help: '{help}',
  },
  FLOW609: {
    severity: 'warning',
    title: 'Statement in no flow',
    message: 'This statement stands in no flow, so it never happens.',
    help: 'Put it into the list of a flow’s `do`, or remove it.',
  },
} as const satisfies Rows;
