/** Where a line can stand and how each thing is written: what messages about the text are made of. */
import type { Place } from '../dsl/problems.ts';
import { declarationWords } from '../dsl/tokens.ts';
import {
  agentSettings,
  campaignSettings,
  channelSettings,
  communicationSettings,
  pythonSettings,
  workspaceSettings,
} from './catalogue.ts';
import { listed } from './listed.ts';

const statements = [
  'if',
  'match',
  'split',
  'set',
  'stop',
  'send',
  'cancel',
  'to',
  'python',
  'wait',
  'email',
  'telegram',
  'whatsapp',
  'voice',
  'on',
];
export const settings: readonly string[] = [
  agentSettings,
  campaignSettings,
  channelSettings,
  communicationSettings,
  pythonSettings,
  workspaceSettings,
]
  .flat()
  .map((row) => row.name);
const clauses = ['exit when', 'skip when', 'success when', 'failure when', 'at most', 'holdout', 'defaults', 'results'];

/** Where a line stands, what may begin it, what comes next there, and how to say so. */
export const places: Readonly<
  Record<
    Place,
    { readonly where: string; readonly next: string; readonly words: readonly string[]; readonly form: string }
  >
> = {
  file: {
    where: 'at the top of a file',
    next: 'the next declaration',
    words: [...declarationWords],
    form: 'A file is made of declarations such as `flow NAME { … }`, `agent NAME { … }` or `participant { … }`.',
  },
  settings: {
    where: 'among settings',
    next: 'the next setting',
    words: [...settings, ...clauses],
    form: 'A setting is written `name: value`.',
  },
  fields: {
    where: 'among fields',
    next: 'the next field',
    words: [],
    form: 'A field is written `name: type`, for example `due_date: date required`.',
  },
  flow: {
    where: 'in a flow',
    next: 'the next statement',
    words: statements,
    form: `A statement begins with ${listed(statements)}.`,
  },
  block: {
    where: 'in a block',
    next: 'the next statement',
    words: statements,
    form: `A statement begins with ${listed(statements)}.`,
  },
  match: {
    where: 'in a `match`',
    next: 'the next arm',
    words: [],
    form: 'An arm is written `member -> statement` or `else -> statement`.',
  },
  split: {
    where: 'in a `split`',
    next: 'the next arm',
    words: [],
    form: 'An arm is written `50% -> statement` or `else -> statement`.',
  },
  scenario: {
    where: 'in a scenario',
    next: 'the next line',
    words: ['given', 'start', 'when', 'expect', 'stub'],
    form: 'A line begins with `given`, `start`, `when`, `expect` or `stub`.',
  },
};

/** How what was being read is written, by the parser's rule or the word it begins with. */
export const forms: Readonly<Record<string, string>> = {
  name: 'Names are made of the letters a to z, digits and `_`; `and or not in is contains true false if else` are none.',
  negation: 'Write a value or a condition, or remove what needs it.',
  atom: 'Parentheses come in pairs: `(paid or visits > 3) and answered`.',
  workspace: 'It is written `workspace name { … }`.',
  campaign: 'It is written `campaign name "Title" { … }`.',
  enumeration: 'An enumeration is written `enum name: first | second`.',
  window: 'A window is written `09:00-18:00 on weekdays`, by its name, or `any time`.',
  daySpan: 'Days are written `on mon-thu, sat`.',
  workspaceOrCampaign: 'It is written `campaign NAME "Title" { … }`.',
  enum: 'An enumeration is written `enum name: first | second`.',
  alternatives: 'A type is one word, or members with `|` between: `gold | silver`.',
  fields: 'Fields stand in braces: `participant { due_date: date }`.',
  field: 'A field is written `name: type`, for example `due_date: date required`.',
  channel: 'A channel is written `channel name: email`.',
  calendar: 'A calendar is written `calendar name: 2026-12-25, 2026-12-26`.',
  namedWindow: 'A window is written `window name: 09:00-18:00 on weekdays`.',
  windowPart: 'A window is written `09:00-18:00 on weekdays`, by its name, or `any time`.',
  windowRange: 'A window is written `09:00-18:00 on weekdays`.',
  agent: 'An agent is written `agent name { … }` or `agent name: inbound { … }`.',
  communication: 'A communication is written `email NAME { … }`.',
  settings: 'Settings stand in braces: `{ name: value }`.',
  setting: 'A setting is written `name: value`.',
  flow: 'A flow is written `flow name "Title" { … }`.',
  trigger: 'A trigger is written `on participant created`.',
  if: 'A branch is written `if condition { … } else { … }`.',
  block: 'Statements stand in braces: `if paid { stop }`.',
  match: 'It is written `match result.outcome { promised -> stop  else -> stop }`.',
  split: 'It is written `split NAME { 50% -> stop  else -> stop }`.',
  set: 'It is written `set field = value`.',
  assignment: 'It is written `set field = value`.',
  wait: 'It is written `wait 3 days`, `wait until due_date` or `wait for paid up to 5 days else { … }`.',
  comparison: 'Write `is set` or `is not set`; values are compared with `==`.',
  matchArm: 'An arm is written `member, member -> statement` or `else -> statement`.',
  splitArm: 'An arm is written `50% -> statement` or `else -> statement`.',
  send: 'It is written `send NAME`, once for each communication.',
  cancel: 'It is written `cancel communications` or `cancel NAME, OTHER`.',
  to: 'It is written `to flow`.',
  python: 'It is written `python NAME { script: "scripts/name.py" }`.',
  email: 'It is written `email NAME { … }`.',
  telegram: 'It is written `telegram NAME { … }`.',
  whatsapp: 'It is written `whatsapp NAME { … }`.',
  voice: 'It is written `voice NAME { … }`.',
  list: 'A list is written `in (first, second)`.',
  entryBlock: 'It is written `{ name: value, other: value }`.',
  conditionClause: 'It is written `exit when condition`.',
  limit: 'It is written `at most 3 voice per 7 days`.',
  scenario: 'It is written `scenario "title" in campaign { … }`.',
  given: 'It is written `given { name: "Ada", due_date: 2026-03-10 }`.',
  start: 'It is written `start at 2026-03-06 20:00`.',
  expect: 'It is written `expect NAME opens at …`, `expect no NAME` or `expect condition`.',
  scenarioStart: 'It is written `start at 2026-03-06 20:00`.',
  moment: 'A time is written `at 2026-03-06 20:00`.',
  scenarioEvent:
    'It is written `when participant changes { … } at …`, `when NAME becomes Completed at …`, `when incoming session channel at …` or `when API cancels at …`.',
  becoming: 'It is written `when NAME becomes Completed with { outcome: promised } at 2026-03-09 09:05`.',
  expectEnded: 'It is written `expect all runs ended by 2026-03-14`.',
  expectNone: 'It is written `expect no NAME`.',
  expectText: 'It is written `expect NAME text contains "…"`.',
  expectation:
    'It is written `expect NAME opens at …`, `expect NAME starts at …`, `expect no NAME`, `expect NAME text contains "…"`, `expect condition` or `expect all runs ended by …`.',
  stub: 'It is written `stub NAME returns { field: value }`.',
};
