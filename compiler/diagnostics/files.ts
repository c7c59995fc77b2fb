/** 4xx: Templates, scripts and other files a campaign names. */
import { type Rows, suggestions } from './row.ts';

const none = '';

export const fileRows = {
  FLOW401: {
    severity: 'error',
    title: 'Template not found',
    message: 'Template `{name}` not found in {folder}.',
    help: 'Create {first}, or correct the name.',
  },
  FLOW402: {
    severity: 'error',
    title: 'Script not found',
    message: 'Script `{path}` not found.',
    help: 'Create it with a function `run(participant, communication, params, log)`, or correct the path.',
  },
  FLOW403: {
    severity: 'error',
    title: 'Unknown field in a template',
    message: {
      template: '`{placeholder}` uses the unknown field `{name}`.',
      agent: '`{placeholder}` uses the field `{name}`, which campaign `{campaign}` of this agent does not have.',
    },
    help: { ...suggestions, none },
    cascades: true,
    once: true,
  },
  FLOW404: {
    severity: 'error',
    title: 'Unknown filter',
    message: 'Unknown filter `{name}`.',
    help: {
      'did you mean': { say: 'Did you mean `{meant}`?', write: '{meant}' },
      common: 'Common filters are `default`, `date`, `upcase`, `capitalize` and `round`.',
    },
    once: true,
  },
  FLOW405: {
    severity: 'warning',
    title: 'Missing value in a template',
    message: '`{name}` may be missing here and has no default.',
    help: 'Write `{meant}`.',
  },
  FLOW406: {
    severity: 'error',
    title: 'Invalid template',
    message: {
      'open placeholder': 'The placeholder `{text}` is never closed.',
      'open tag': 'The tag `{text}` is never closed.',
      'open block': '`{text}` is never closed: `{closing}` is missing.',
      'reads a file': '`{text}` includes another file, which a template cannot do.',
      'no opening tag': '`{text}` has no matching opening tag.',
      'unknown tag': 'Unknown tag `{text}`.',
      empty: 'The placeholder `{text}` is empty.',
      expression: 'The placeholder `{text}` is not a value with filters.',
      'no filter': 'The placeholder `{text}` has no filter after `|`.',
      'no colon': 'The placeholder `{text}` has no `:` after the filter `{filter}`.',
    },
    help: {
      close: 'Close it with `{closing}`.',
      tags: 'Close each tag with its `{% end… %}`, and remove unmatched ones.',
      'known tags': 'Write `if`, `unless`, `case`, `for` or another tag of Liquid.',
      'no includes': 'Copy the text here instead.',
      form: 'Write `{{ field }}` or `{{ field | filter: value }}`; compute with filters.',
    },
  },
  FLOW407: {
    severity: 'error',
    title: 'Path outside the folder',
    message: {
      campaign: '`{path}` points outside the campaign’s folder.',
      workspace: '`{path}` points outside the workspace.',
    },
    help: 'Move the file into the folder and write its path from there, such as `{example}`.',
  },
  FLOW408: {
    severity: 'error',
    title: 'Agent file not found',
    message: 'The file `{path}` of agent `{agent}` was not found.',
    help: 'Create it in the workspace, or correct the path.',
  },
  FLOW409: {
    severity: 'error',
    title: 'Agent file contradicts the agent',
    message: {
      'no object': 'The file `{path}` of agent `{agent}` is not a JSON object.',
      'no channel list': '`channels` in the file `{path}` of agent `{agent}` is not a list of names.',
      'other channel': 'The file `{path}` lists the channel `{channel}`, which agent `{agent}` does not use.',
      results: 'The file `{path}` of agent `{agent}` has `results`, which belong in the `agent` declaration.',
    },
    help: {
      object: 'Write the settings as one object: `{ … }`.',
      list: 'Write `"channels": ["main_bot"]`, or leave it out.',
      'did you mean': 'Did you mean `{meant}`?',
      channel: 'Add it to `channels:` of the agent, or remove it from the file.',
      results: 'Move them to `results { … }` of the agent.',
    },
    cascades: true,
  },
} as const satisfies Rows;
