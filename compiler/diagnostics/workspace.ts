/** 5xx: The workspace as a whole and flowc.json. */
import type { Rows } from './row.ts';

export const workspaceRows = {
  FLOW501: {
    severity: 'error',
    title: 'No workspace',
    message: '{what}',
    help: 'Write `workspace NAME { timezone: "Europe/Berlin" }` once, in workspace.flow at the top of the folder.',
    cascades: true,
  },
  FLOW502: {
    severity: 'error',
    title: 'No campaign',
    message: 'Folder `{folder}` has flow files but no `campaign`.',
    help: 'Add the line `campaign {meant}` to {folder}/campaign.flow.',
    cascades: true,
  },
  FLOW503: {
    severity: 'error',
    title: 'Declaration out of place',
    message: '`{what}` belongs in {place}.',
    help: 'Move it there.',
  },
  FLOW504: {
    severity: 'error',
    title: 'Second declaration',
    message: '`{what}` is declared a second time (first in {file}, line {line}).',
    help: 'Join both into one.',
  },
  FLOW505: { severity: 'error', title: 'flowc.json', message: '{what}', help: '{help}' },
  FLOW506: {
    severity: 'error',
    title: 'Unknown check',
    message: 'flowc.json sets the check `{code}`, which does not exist.',
    help: '{help}',
  },
  FLOW507: {
    severity: 'warning',
    title: 'Check that stays on',
    message: '`checks.{code}` has no effect: {code} is an error.',
    help: 'Remove it: only warnings can be turned off.',
  },
} as const satisfies Rows;
