/** How each thing is written, by the parser's rule or by the word it begins with: the help of what cannot be read. */
const statement =
  'A statement starts with `if`, `match`, `split`, `set`, `stop`, `send`, `cancel`, `to`, `python`, `wait`, `email`, `telegram`, `whatsapp` or `voice`.';
const arm = 'An arm is written `member -> statement` or `else -> statement`.';
const share = 'An arm is written `50% -> statement` or `else -> statement`.';
const enumeration = 'An enum is written `enum name: first | second`.';
const field = 'A field is written `name: type`, for example `due_date: date required`.';
const window = 'A window is written `09:00-18:00 on weekdays`.';
const windowPart = 'Write `09:00-18:00 on weekdays`, the name of a window, or `any time`.';
const python = 'Write `python NAME { script: "scripts/name.py" }`.';
const set = 'Write `set field = value`.';
const start = 'Write `start at 2026-03-06 20:00`.';

export const syntaxForms = {
  name: 'Names use the letters a to z, digits and `_`; `and or not in is contains true false if else` are reserved.',
  negation: 'Add a value or a condition, or remove what needs it.',
  atom: 'Parentheses come in pairs: `(paid or visits > 3) and answered`.',
  workspace: 'Write `workspace name { … }`.',
  campaign: 'Write `campaign name "Title" { … }`.',
  workspaceOrCampaign: 'Write `campaign name "Title" { … }`.',
  declaration: 'A file consists of declarations such as `flow NAME { … }`, `agent NAME { … }` or `participant { … }`.',
  enumeration,
  enum: enumeration,
  alternatives: 'A type is one word, or members separated by `|`: `gold | silver`.',
  fields: 'Put fields in braces: `participant { due_date: date }`.',
  field,
  channel: 'A channel is written `channel name: email`.',
  calendar: 'A calendar is written `calendar name: 2026-12-25, 2026-12-26`.',
  namedWindow: 'A window is written `window name: 09:00-18:00`.',
  window: windowPart,
  windowPart,
  windowRange: window,
  daySpan: 'Days are written `on mon-thu, sat`.',
  agent: 'An agent is written `agent name { … }` or `agent name: inbound { … }`.',
  communication: 'A communication is written `email NAME { … }`.',
  settings: 'Put settings in braces: `{ name: value }`.',
  setting: 'A setting is written `name: value`.',
  flow: 'A flow is written `flow name "Title" { … }`.',
  trigger: 'A trigger is written `on participant created`.',
  statement,
  if: 'Write `if condition { … } else { … }`.',
  block: 'Put statements in braces: `if paid { stop }`.',
  match: 'Write `match result.outcome { promised -> stop  else -> stop }`.',
  split: 'Write `split NAME { 50% -> stop  else -> stop }`.',
  set,
  assignment: set,
  wait: 'Write `wait 3 days`, `wait until due_date` or `wait for paid up to 5 days else { … }`.',
  comparison: 'Write `is set` or `is not set`; compare values with `==`.',
  matchArm: arm,
  splitArm: share,
  send: 'Write `send NAME`, once for each communication.',
  cancel: 'Write `cancel communications` or `cancel NAME, OTHER`.',
  to: 'Write `to flow`.',
  python,
  email: 'Write `email NAME { … }`.',
  telegram: 'Write `telegram NAME { … }`.',
  whatsapp: 'Write `whatsapp NAME { … }`.',
  voice: 'Write `voice NAME { … }`.',
  list: 'A list is written `in (first, second)`.',
  entryBlock: 'Write `{ name: value, other: value }`.',
  conditionClause: 'Write `exit when condition`.',
  limit: 'Write `at most 3 voice per 7 days`.',
  scenario: 'Write `scenario "title" in campaign { … }`.',
  'scenario line': 'A line starts with `given`, `start`, `when`, `expect` or `stub`.',
  given: 'Write `given { name: "Ada", due_date: 2026-03-10 }`.',
  start,
  scenarioStart: start,
  expect: 'Write `expect NAME opens at …`, `expect no NAME` or `expect condition`.',
  moment: 'A time is written `at 2026-03-06 20:00`.',
  scenarioEvent:
    'Write `when participant changes { … } at …`, `when NAME becomes Completed at …`, `when incoming session channel at …` or `when API cancels at …`.',
  becoming: 'Write `when NAME becomes Completed with { outcome: promised } at 2026-03-09 09:05`.',
  expectEnded: 'Write `expect all runs ended by 2026-03-14`.',
  expectNone: 'Write `expect no NAME`.',
  expectText: 'Write `expect NAME text contains "…"`.',
  expectation:
    'Write `expect NAME opens at …`, `expect NAME starts at …`, `expect no NAME`, `expect NAME text contains "…"`, `expect condition` or `expect all runs ended by …`.',
  stub: 'Write `stub NAME returns { field: value }`.',
} as const;

export type FormOf = keyof typeof syntaxForms;

export function isForm(rule: string): rule is FormOf {
  return Object.hasOwn(syntaxForms, rule);
}
