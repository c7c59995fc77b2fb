/**
 * Every sentence the compiler can say. A row: how bad it is, its title, what is wrong (`{name}` is a parameter) and one edit that mends it.
 * Codes: 1xx syntax, 2xx names and types, 3xx settings, 4xx files, 5xx the workspace and flowc.json,
 * 6xx builder files.
 */
import type { Span } from '../dsl/ast.ts';

export type Severity = 'error' | 'warning';

interface Row {
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly help: string;
  /** A syntax error nearby may be the true cause: then it is not reported. */
  readonly cascades?: true;
}

export const diagnosticTable = {
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
    help: 'Write a value, or remove what needs it.',
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
    help: 'Remove it; names are made of the letters a to z, digits and `_`, and text stands in double quotes.',
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
  FLOW115: { severity: 'error', title: 'Too much', message: '{what}: it is not read.', help: '{help}' },

  FLOW201: {
    severity: 'error',
    title: 'Unknown field',
    message: 'There is no field `{name}`.',
    help: '{help}',
    cascades: true,
  },
  FLOW202: {
    severity: 'error',
    title: 'Unknown name',
    message: 'There is no {kind} `{name}`.',
    help: '{help}',
    cascades: true,
  },
  FLOW203: {
    severity: 'error',
    title: 'Name used twice',
    message: '`{name}` is already the name of {kind} (line {line} of {file}).',
    help: 'Give one of them another name.',
  },
  FLOW204: {
    severity: 'error',
    title: 'Wrong type',
    message: '{what} takes {expected}, but `{text}` is {actual}.',
    help: '{help}',
  },
  FLOW205: {
    severity: 'error',
    title: 'Types do not fit',
    message: '`{operator}` cannot stand between `{left}` ({leftType}) and `{right}` ({rightType}).',
    help: '{help}',
  },
  FLOW206: {
    severity: 'error',
    title: 'Ambiguous name',
    message: '`{name}` is a field and also a member of {enumeration}.',
    help: 'Write `{field}` for the field or `"{name}"` for the member.',
  },
  FLOW207: {
    severity: 'error',
    title: 'Unknown member',
    message: '`{name}` is neither a field nor a member of {enumeration}.',
    help: '{help}',
    cascades: true,
  },
  FLOW208: {
    severity: 'error',
    title: 'Reserved name',
    message: 'A field cannot be called `{name}`: the word has a meaning in expressions.',
    help: 'Choose another name, such as `{name}_value`.',
  },
  FLOW209: {
    severity: 'error',
    title: 'Malformed NAME',
    message: '`{name}` is no NAME of a {kind}: uppercase letters, digits and `_`, at least one letter.',
    help: 'Write `{meant}`.',
  },
  FLOW210: {
    severity: 'error',
    title: 'Unknown type',
    message: 'There is no field type and no enum `{name}`.',
    help: '{help}',
    cascades: true,
  },
  FLOW211: {
    severity: 'error',
    title: 'Unknown modifier',
    message: '`{name}` says nothing about a field.',
    help: '{help}',
  },
  FLOW212: {
    severity: 'error',
    title: 'Not a constant',
    message: '{what} must be a constant, but `{text}` is none.',
    help: 'Write a text, number, date, `true`, `false` or a member of its enumeration.',
  },
  FLOW213: {
    severity: 'error',
    title: 'System field declared',
    message: '`{name}` is a system field of every profile and cannot be declared again.',
    help: 'Remove the declaration, or choose another name.',
  },
  FLOW214: {
    severity: 'warning',
    title: 'Missing value counts as different',
    message: '`{text}` also holds when `{field}` has no value.',
    help: 'Add `{field} is set and …`, or give the field a default.',
  },
  FLOW215: {
    severity: 'error',
    title: 'Comparison with none',
    message: '`{text}` never holds: a comparison with a missing value is false.',
    help: 'Write `{meant}`.',
  },
  FLOW216: {
    severity: 'error',
    title: 'Private field',
    message: '{where} cannot read the private field `{name}`: private values do not leave the database.',
    help: '{help}',
  },
  FLOW217: {
    severity: 'error',
    title: 'Time in a waiting condition',
    message:
      '`{name}` cannot stand in the condition of `wait for`: it is looked at when something changes, and time alone changes nothing.',
    help: 'Bound the wait instead: `wait for … up to 3 days else { … }`, or write `wait until …`.',
  },
  FLOW218: {
    severity: 'error',
    title: 'Field cannot be set',
    message: '`{name}` cannot be set: it is the key by which people are recognised.',
    help: 'Set another field.',
  },
  FLOW219: {
    severity: 'error',
    title: 'Match is incomplete',
    message: 'This `match` says nothing about {members}.',
    help: 'Add an arm for each, or `else -> …`.',
    cascades: true,
  },
  FLOW220: {
    severity: 'error',
    title: 'Flow cannot be entered',
    message: 'Flow `{name}` cannot be reached by `to`: it has no trigger `on another flow`.',
    help: 'Add the line `on another flow` to flow `{name}`.',
    cascades: true,
  },
  FLOW221: {
    severity: 'error',
    title: 'No trigger',
    message: 'Flow `{name}` has no trigger: it would never run.',
    help: 'Begin it with a line such as `on participant created`.',
    cascades: true,
  },
  FLOW222: {
    severity: 'error',
    title: 'Unknown trigger',
    message: 'There is no trigger `on {words}`.',
    help: '{help}',
  },
  FLOW223: {
    severity: 'error',
    title: 'Trigger repeated',
    message: '`on {words}` stands here a second time (first on line {line}).',
    help: 'Join both into one line, the filters with commas.',
  },
  FLOW224: {
    severity: 'error',
    title: 'Trigger after statements',
    message: 'Triggers and settings of a flow stand before its first statement.',
    help: 'Move this line to the top of the flow.',
  },
  FLOW225: {
    severity: 'warning',
    title: 'Never reached',
    message: 'This is never reached: {why} before it ends the run.',
    help: 'Remove it, or move it up.',
  },
  FLOW226: {
    severity: 'error',
    title: 'No such date',
    message: '`{text}` is no date of the calendar.',
    help: 'Write an existing day as YYYY-MM-DD.',
  },
  FLOW227: {
    severity: 'warning',
    title: 'Second event undecided',
    message: 'Flow `{name}` can wait and be started again meanwhile, and does not say what happens then.',
    help: 'Add `again: restart` (the default: the waiting run ends), `again: ignore` or `again: parallel`.',
    cascades: true,
  },
  FLOW228: {
    severity: 'error',
    title: 'Not a condition',
    message: '{what} takes a condition, but `{text}` is {actual}.',
    help: '{help}',
  },
  FLOW229: {
    severity: 'error',
    title: 'Bare communication',
    message: '`{name}` is a communication, not a value.',
    help: 'Write `{name}.status`, `{name}.reason` or `{name}.result.…`.',
  },
  FLOW230: {
    severity: 'error',
    title: 'Arms do not add up',
    message: 'The arms of split `{name}` add up to {sum}%.',
    help: 'Let them sum to 100%, or add `else -> …`.',
    cascades: true,
  },
  FLOW231: {
    severity: 'error',
    title: 'Arm repeated',
    message: '`{name}` already has an arm above.',
    help: 'Remove one of them.',
  },
  FLOW232: {
    severity: 'error',
    title: 'Filter takes no names',
    message: '`on {words}` takes no names after a colon.',
    help: 'Remove the colon and what follows it.',
  },
  FLOW233: {
    severity: 'error',
    title: 'Number out of range',
    message: '`{text}` is outside of what {type} can hold.',
    help: '{help}',
  },

  FLOW234: {
    severity: 'error',
    title: 'Else without bound',
    message: 'This `else` never runs: it is for a wait that takes too long, and this wait has no bound.',
    help: 'Add `up to 5 days` before `else`, or remove the `else`.',
  },

  FLOW235: {
    severity: 'error',
    title: 'No session',
    message: '`{text}` is never known in {where}: no trigger `on incoming session` leads there.',
    help: 'Add the line `on incoming session` to the flow, or ask for the `communication` instead.',
    cascades: true,
  },
  FLOW236: {
    severity: 'error',
    title: 'Result of two types',
    message:
      'Campaign `{campaign}` uses agents that mean different things by the result `{name}`: {first} of `{agent}`, {second} of `{other}`.',
    help: 'Give one of them another name, or both the same type.',
  },

  FLOW301: { severity: 'error', title: 'Unknown setting', message: '{owner} has no setting `{name}`.', help: '{help}' },
  FLOW302: {
    severity: 'error',
    title: 'Missing setting',
    message: '{owner} needs the setting `{name}`: {doc}.',
    help: 'Add `{example}`.',
    cascades: true,
  },
  FLOW303: {
    severity: 'error',
    title: 'Setting repeated',
    message: '`{name}` is given twice (first on line {line}).',
    help: 'Remove one of them.',
  },
  FLOW304: {
    severity: 'error',
    title: 'Wrong kind of value',
    message: '`{name}` takes {expected}; found `{found}`.',
    help: 'Write for example `{example}`.',
  },
  FLOW305: {
    severity: 'error',
    title: 'Agent lacks the channel',
    message: 'Agent `{agent}` has no {kind} channel (it has {has}).',
    help: 'Add one to `channels:` of agent `{agent}`, or choose another agent.',
    cascades: true,
  },
  FLOW306: {
    severity: 'error',
    title: 'Channel undecided',
    message: 'Agent `{agent}` has several {kind} channels ({channels}); `{name}` does not say which.',
    help: 'Add `channel: {first}`.',
    cascades: true,
  },
  FLOW307: {
    severity: 'error',
    title: 'Not the agent’s channel',
    message: '`{channel}` is no {kind} channel of agent `{agent}`.',
    help: '{help}',
    cascades: true,
  },
  FLOW308: {
    severity: 'error',
    title: 'Window never opens',
    message: '`{from}-{to}` begins and ends at the same time: it is never open.',
    help: 'Write `00:00-24:00` for the whole day, or give it a length.',
  },
  FLOW309: {
    severity: 'error',
    title: 'No such time',
    message: '`{text}` is no time of day.',
    help: 'Write HH:MM between 00:00 and 23:59; `24:00` may end a window.',
  },
  FLOW310: { severity: 'error', title: 'Unknown timezone', message: '`{text}` is no timezone.', help: '{help}' },
  FLOW311: { severity: 'error', title: 'Unknown day', message: '`{text}` is no day of the week.', help: '{help}' },
  FLOW312: { severity: 'error', title: 'Inbound undecided', message: '{what}', help: '{help}', cascades: true },
  FLOW313: {
    severity: 'warning',
    title: 'Never planned',
    message: 'Communication `{name}` is never planned.',
    help: 'Write `send {name}` in a flow, or remove it.',
    cascades: true,
  },
  FLOW314: {
    severity: 'warning',
    title: 'No template',
    message: 'E-mail `{name}` has no template: it goes out with an empty body and the subject `Notification`.',
    help: 'Add `template: "{meant}"` and the file templates/{meant}.liquid.',
    cascades: true,
  },
  FLOW315: {
    severity: 'error',
    title: 'No duration',
    message: '`{name}` must be longer than nothing; found `{text}`.',
    help: 'Write for example `{example}`.',
  },
  FLOW316: {
    severity: 'error',
    title: 'Clause out of place',
    message: '`{clause}` cannot stand in {owner}.',
    help: 'Move it to {places}.',
  },
  FLOW317: {
    severity: 'error',
    title: 'Script undecided',
    message: 'Python action `{name}` needs exactly one of `script:` and `code:`.',
    help: 'Name a file with `script: "scripts/{meant}.py"`, or write `code:` and the code in three quotes.',
    cascades: true,
  },
  FLOW318: {
    severity: 'error',
    title: 'Best time out of place',
    message: '`best time` cannot stand here: it is the whole window of one communication.',
    help: 'Write `window: best time within 09:00-18:00` in the communication, and plain times here.',
  },
  FLOW319: {
    severity: 'error',
    title: 'Wrong SIP parameters',
    message: 'In `sip_parameters` of `{name}`, {what}.',
    help: 'Write for example `sip_parameters: "transport=udp;timeout=30"`.',
  },
  FLOW320: { severity: 'error', title: 'Scenario out of order', message: '{what}', help: '{help}' },
  FLOW321: { severity: 'error', title: 'Limit out of range', message: '`{text}` {what}.', help: '{help}' },

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
  },
  FLOW404: { severity: 'error', title: 'Unknown filter', message: 'There is no filter `{name}`.', help: '{help}' },
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
} as const satisfies Record<`FLOW${number}`, Row>;

export type Code = keyof typeof diagnosticTable;

type Slots<Text extends string> = Text extends `${string}{${infer Slot}}${infer Rest}`
  ? (Slot extends `${string}${' ' | '`' | '…' | '{'}${string}` ? never : Slot) | Slots<Rest>
  : never;
/** The parameters of a code's message and help. */
export type Parameters<C extends Code> = Readonly<
  Record<Slots<(typeof diagnosticTable)[C]['message']> | Slots<(typeof diagnosticTable)[C]['help']>, string | number>
>;

export interface Label {
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly span: Span;
  /** Other places that explain it. */
  readonly labels?: readonly Label[];
  readonly help?: string;
}

/** A diagnostic of the table. A wrong code or a missing parameter does not compile. */
export function diagnose<C extends Code>(
  code: C,
  span: Span,
  parameters: Parameters<C>,
  labels: readonly Label[] = [],
): Diagnostic {
  const row: Row = diagnosticTable[code];
  const help = fill(row.help, parameters);
  return {
    code,
    severity: row.severity,
    message: fill(row.message, parameters),
    file: span.file,
    span,
    ...(labels.length > 0 ? { labels } : {}),
    ...(help !== '' ? { help } : {}),
  };
}

export function cascades(code: Code): boolean {
  const row: Row = diagnosticTable[code];
  return row.cascades === true;
}

function fill(template: string, parameters: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (slot, name: string) => String(parameters[name] ?? slot));
}
