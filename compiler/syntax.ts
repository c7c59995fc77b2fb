/** Problems of the text as diagnostics. */

import { durationUnits } from '../dsl/ast.ts';
import { closest } from '../dsl/closest.ts';
import { limits } from '../dsl/limits.ts';
import type { Place, Problem } from '../dsl/problems.ts';
import { declarationWords } from '../dsl/tokens.ts';
import {
  agentSettings,
  campaignSettings,
  channelSettings,
  communicationSettings,
  pythonSettings,
  workspaceSettings,
} from './catalogue.ts';
import { type Diagnostic, diagnose } from './diagnostics.ts';

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
const settings = [
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

/** Where a line stands, what may begin it, and how to say so. */
const places: Readonly<
  Record<Place, { readonly where: string; readonly words: readonly string[]; readonly form: string }>
> = {
  file: {
    where: 'at the top of a file',
    words: [...declarationWords],
    form: 'A file is made of declarations such as `flow NAME { … }`, `agent NAME { … }` or `participant { … }`.',
  },
  settings: { where: 'among settings', words: [...settings, ...clauses], form: 'A setting is written `name: value`.' },
  fields: {
    where: 'among fields',
    words: [],
    form: 'A field is written `name: type`, for example `due_date: date required`.',
  },
  flow: { where: 'in a flow', words: statements, form: `A statement begins with ${listed(statements)}.` },
  block: { where: 'in a block', words: statements, form: `A statement begins with ${listed(statements)}.` },
  match: { where: 'in a `match`', words: [], form: 'An arm is written `member -> statement` or `else -> statement`.' },
  split: { where: 'in a `split`', words: [], form: 'An arm is written `50% -> statement` or `else -> statement`.' },
  scenario: {
    where: 'in a scenario',
    words: ['given', 'start', 'when', 'expect', 'stub'],
    form: 'A line begins with `given`, `start`, `when`, `expect` or `stub`.',
  },
};

/** How what was being read is written. */
const forms: Readonly<Record<string, string>> = {
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
  settings: 'Settings stand in braces.',
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

export function syntaxDiagnostic(problem: Problem): Diagnostic {
  const { span } = problem;
  switch (problem.kind) {
    case 'expected':
      return diagnose('FLOW101', span, {
        expected: problem.expected,
        found: problem.found,
        help: forms[problem.rule] ?? '',
      });
    case 'unknown line':
      return unknownLine(problem);
    case 'missing value':
      return diagnose('FLOW103', span, { after: problem.after, found: problem.found });
    case 'unclosed':
      return diagnose('FLOW104', span, {});
    case 'unopened':
      return problem.found === '}'
        ? diagnose('FLOW105', span, {})
        : diagnose('FLOW114', span, { found: problem.found });
    case 'unterminated text':
      return diagnose('FLOW106', span, {});
    case 'single quotes':
      return diagnose('FLOW107', span, { text: `'${problem.text}'`, inner: problem.text });
    case 'escape':
      return diagnose('FLOW108', span, { escape: problem.escape });
    case 'character':
      return diagnose('FLOW109', span, { character: printable(problem.character) });
    case 'assignment in condition':
      return diagnose('FLOW110', span, {});
    case 'unit':
      return diagnose('FLOW111', span, { amount: problem.amount, unit: problem.unit, meant: meantUnit(problem.unit) });
    case 'comma':
      return diagnose('FLOW112', span, {});
    case 'too large':
      return diagnose('FLOW115', span, {
        what: `This file has more than ${limits.characters.toLocaleString('en')} characters`,
        help: 'Split it into several files of the same folder.',
      });
    case 'too deep':
      return diagnose('FLOW115', span, {
        what: `Braces and parentheses are nested more than ${limits.nesting} deep`,
        help: 'Use `to` and a flow of its own for the inner part.',
      });
    case 'too long':
      return diagnose('FLOW115', span, {
        what: `This expression has more than ${limits.operators} operators`,
        help: 'Use `in (…)`, or compute a part of it with `set` before.',
      });
    case 'empty block':
      return diagnose('FLOW113', span, {});
    default:
      return problem satisfies never;
  }
}

function unknownLine(problem: Extract<Problem, { kind: 'unknown line' }>): Diagnostic {
  const { where, words, form } = places[problem.place];
  const needsColon = problem.place === 'settings' && settings.includes(problem.found);
  if (needsColon) {
    return diagnose('FLOW101', problem.span, {
      expected: `\`:\` after \`${problem.found}\``,
      found: `\`${problem.next}\``,
      help: `Write \`${problem.found}: …\`.`,
    });
  }
  if (words.includes(problem.found)) {
    const found = problem.next === '' || problem.next === '}' ? 'the end of the block' : `\`${problem.next}\``;
    const help = forms[problem.found === 'on' ? 'trigger' : problem.found] ?? form;
    return diagnose('FLOW101', problem.span, { expected: `more after \`${problem.found}\``, found, help });
  }
  const meant = closest(problem.found, words);
  return diagnose('FLOW102', problem.span, {
    found: problem.found,
    place: where,
    help: meant === null ? form : `Did you mean \`${meant}\`?`,
  });
}

function meantUnit(unit: string): string {
  return (
    closest(
      unit,
      durationUnits.flatMap((name) => [`${name}s`, name]),
    ) ?? 'days'
  );
}

function printable(character: string): string {
  return [...character]
    .map((one) =>
      /[\p{C}\p{Z}]/u.test(one) && one !== ' '
        ? `U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
        : one,
    )
    .join('');
}

/** `a`, `b` or `c` */
export function listed(words: Iterable<string>): string {
  const all = [...words].map((word) => `\`${word}\``);
  return all.length < 2 ? (all[0] ?? 'nothing') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
