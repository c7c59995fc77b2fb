/** 5xx: The workspace as a whole and flowc.json. */
import { type Rows, suggestions } from './row.ts';

export const workspaceRows = {
  FLOW501: {
    severity: 'error',
    title: 'Missing workspace',
    message: {
      'no file': 'The folder has no workspace.flow.',
      'not declared': 'No file at the top of the folder declares the `workspace`.',
    },
    help: 'Write `workspace NAME { timezone: "Europe/Berlin" }` once, in workspace.flow at the top of the folder.',
    cascades: true,
  },
  FLOW502: {
    severity: 'error',
    title: 'Missing campaign',
    message: 'Folder `{folder}` has flow files but no `campaign` declaration.',
    help: 'Add the line `campaign {meant}` to {folder}/campaign.flow.',
    cascades: true,
  },
  FLOW503: {
    severity: 'error',
    title: 'Misplaced declaration',
    message: {
      workspace: '`{what}` belongs in workspace.flow.',
      campaign: '`{what}` belongs in the folder of a campaign.',
      test: '`{what}` belongs in a file ending in .test.flow.',
      'not a test': '`{what}` belongs in a file that does not end in .test.flow.',
    },
    help: 'Move it there.',
  },
  FLOW504: {
    severity: 'error',
    title: 'Duplicate declaration',
    message: 'Duplicate `{what}`; first declared in {file}, line {line}.',
    help: 'Merge them into one.',
  },
  FLOW505: {
    severity: 'error',
    title: 'Unknown channel in flowc.json',
    message: '`environments.{environment}.channels` sets up channel `{channel}`, which is not declared.',
    help: {
      ...suggestions,
      'did you mean': { say: 'Did you mean `{meant}`?', write: '"{meant}"' },
      declare: 'Declare it in workspace.flow.',
    },
  },
  FLOW506: {
    severity: 'error',
    title: 'Unknown check',
    message: 'Unknown check `{code}` in flowc.json.',
    help: { ...suggestions, 'did you mean': { say: 'Did you mean `{meant}`?', write: '"{meant}"' } },
  },
  FLOW507: {
    severity: 'warning',
    title: 'Error cannot be turned off',
    message: '`checks.{code}` has no effect: {code} is an error, and only warnings can be turned off.',
    help: 'Remove it.',
  },
} as const satisfies Rows;
