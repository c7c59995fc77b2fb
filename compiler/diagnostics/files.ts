/** 4xx: Templates, scripts and other files a campaign names. */
import type { Rows } from './row.ts';

export const fileRows = {
  FLOW401: {
    severity: 'error',
    title: 'Template missing',
    message: 'Template `{name}` is missing: there is no {path}.',
    help: 'Create {first}, or correct the name.',
  },
  FLOW402: {
    severity: 'error',
    title: 'Script missing',
    message: 'Script `{path}` is missing.',
    help: 'Create it with a function `run(participant, communication, params, log)`, or correct the path.',
  },
  FLOW403: {
    severity: 'error',
    title: 'Unknown name in a template',
    message: '`{hole}` reads `{name}`, which is no field.',
    help: '{help}',
    cascades: true,
    once: true,
  },
  FLOW404: {
    severity: 'error',
    title: 'Unknown filter',
    message: 'There is no filter `{name}`.',
    help: '{help}',
    once: true,
  },
  FLOW405: {
    severity: 'warning',
    title: 'Missing value in a text',
    message: '`{name}` may have no value, and this hole says nothing about that.',
    help: 'Write `{meant}`.',
  },
  FLOW406: {
    severity: 'error',
    title: 'Template does not parse',
    message: '{what}',
    help: 'Close every `{{` with `}}` and every `{%` with `%}`.',
  },
  FLOW407: {
    severity: 'error',
    title: 'Path leaves the campaign',
    message: '`{path}` points outside of the campaign’s folder.',
    help: 'Put the file into the folder and name it from there, like `{example}`.',
  },
  FLOW408: {
    severity: 'error',
    title: 'Agent file missing',
    message: 'The file `{path}` of agent `{agent}` is missing.',
    help: 'Create it in the workspace, or correct the path.',
  },
  FLOW409: {
    severity: 'error',
    title: 'Agent file contradicts',
    message: 'The file `{path}` of agent `{agent}` {what}.',
    help: '{help}',
    cascades: true,
  },
} as const satisfies Rows;
