/** 6xx: Builder files. */
import type { Rows } from './row.ts';

const runsOnce = 'a builder file runs once, from top to bottom, and only declares';

export const builderRows = {
  FLOW601: {
    severity: 'error',
    title: 'Builder file throws',
    message: {
      throws: '{file} throws an error while it loads: {said}',
      'no module': '{file} imports "{module}", which does not exist.',
      'bad call': '{file} passes a builder function a value it cannot use: {said}',
      exit: '{file} calls `process.exit` while it loads.',
    },
    help: {
      'fix line': `Fix this line: ${runsOnce}.`,
      path: 'Correct the path.',
      ending: 'Correct the path; imports of files end in `.ts`.',
    },
  },
  FLOW602: {
    severity: 'error',
    title: 'Builder file does not finish',
    message: {
      await: '{file} did not finish loading: it awaits a promise that never settles.',
      memory: '{file} did not finish loading: it needs more than {megabytes} MB of memory.',
      time: '{file} did not finish loading within {seconds} seconds.',
      start: '{file} did not load: its process did not start within {seconds} seconds.',
      signal: '{file} did not finish loading: its process was ended by {signal}.',
      exit: '{file} did not finish loading: it ended its process with code {code}.',
    },
    help: `Remove the loop, the \`await\` or the exit: ${runsOnce}.`,
  },
  FLOW603: {
    severity: 'warning',
    title: 'Builder file prints',
    message: '{file} prints {text} while it loads; the output of a builder file is discarded.',
    help: 'Remove the line.',
  },
  FLOW604: {
    severity: 'error',
    title: 'Builder file has side effects',
    message: {
      network: '{file} uses the network; a builder file may not, so that the same files always give the same flows.',
      write: '{file} writes a file; a builder file may not, so that the same files always give the same flows.',
      process: '{file} starts a process; a builder file may not, so that the same files always give the same flows.',
      other:
        '{file} does what a builder file may not do; it may only declare, so that the same files always give the same flows.',
    },
    help: 'Put what it needs into the file as a plain value.',
  },
  FLOW605: {
    severity: 'error',
    title: 'Invalid name',
    message:
      '`{name}` is not a valid name: use the letters a to z, digits and `_`, do not start with a digit, and avoid {words:and}.',
    help: 'Write `{meant}`.',
  },
  FLOW606: {
    severity: 'error',
    title: 'Wrong value in a builder file',
    message: {
      argument: 'Expected {form:builder}, but found {found}.',
      setting: '`{name}` expects {form:builder}, but found {found}.',
      operator: '`{operator}` drops one side of a condition in JavaScript.',
    },
    help: { form: 'Write {form:builder}.', operator: 'Write `{instead}`.' },
  },
  FLOW607: {
    severity: 'error',
    title: 'Misplaced builder declaration',
    message: {
      'communication twice': 'Communication `{name}` is in two lists of statements.',
      'no builder file': 'This declaration is outside every builder file, so it is not part of any campaign.',
      'other folder': 'This flow of campaign `{campaign}` is in folder {folder}.',
    },
    help: {
      send: 'Remove it from both and write `send({name})` instead.',
      'builder file': 'Move it from {file} to a file ending in .flow.ts, or into a function that such a file calls.',
      'right folder': 'Move the flow to a file in {right}.',
    },
  },
  FLOW608: {
    severity: 'error',
    title: 'Type error in a builder file',
    message: 'TypeScript reports: {said}',
    help: {
      write: 'Write `{meant}`.',
      add: 'Add `{missing}`.',
      declare: 'Declare it, or correct the name.',
      type: 'Write a value of the expected type.',
    },
  },
  FLOW609: {
    severity: 'warning',
    title: 'Statement outside a flow',
    message: 'This statement is not part of any flow, so it never runs.',
    help: 'Put it into the `do` list of a flow, or remove it.',
  },
} as const satisfies Rows;
