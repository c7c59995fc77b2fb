/** Problems of the text as diagnostics. */

import { limits } from '../dsl/limits.ts';
import type { Problem } from '../dsl/problems.ts';
import { closest } from '../runtime/model/closest.ts';
import { durationUnits } from '../runtime/model/duration.ts';
import { type Diagnostic, diagnose } from './diagnostics.ts';
import {
  beforeArrowElsewhere,
  charactersElsewhere,
  missingElsewhere,
  signsAfterComparison,
  wordsElsewhere,
} from './elsewhere.ts';
import { forms, places, settings } from './forms.ts';

export function syntaxDiagnostic(problem: Problem): Diagnostic {
  const { span } = problem;
  switch (problem.kind) {
    case 'expected':
      return expectedOther(problem);
    case 'unknown line':
      return unknownLine(problem);
    case 'missing value':
      return diagnose('FLOW103', span, {
        after: problem.after,
        found: problem.found,
        help: entryOf(missingElsewhere, problem.found) ?? 'Write a value, or remove what needs it.',
      });
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
      return diagnose('FLOW109', span, {
        character: printable(problem.character),
        help:
          charactersElsewhere[problem.character] ??
          'Remove it; names are made of the letters a to z, digits and `_`, and text stands in double quotes.',
      });
    case 'assignment in condition':
      return diagnose('FLOW110', span, {});
    case 'unit':
      return diagnose('FLOW111', span, { amount: problem.amount, unit: problem.unit, meant: meantUnit(problem.unit) });
    case 'comma':
      return diagnose('FLOW112', span, {});
    case 'too large':
      return diagnose('FLOW115', span, {
        what: `This file has more than ${limits.characters.toLocaleString('en')} characters: it is not read`,
        help: 'Split it into several files of the same folder.',
      });
    case 'too deep':
      return diagnose('FLOW115', span, {
        what: `Braces and parentheses are nested more than ${limits.nesting} deep: it is not read`,
        help: 'Use `to` and a flow of its own for the inner part.',
      });
    case 'too long':
      return diagnose('FLOW115', span, {
        what: `This expression has more than ${limits.operators} operators: it is not read`,
        help: 'Use `in (…)`, or compute a part of it with `set` before.',
      });
    case 'too many':
      return diagnose('FLOW115', span, {
        what: `Only the first ${limits.problems.toLocaleString('en')} lines with mistakes are told, not the ${problem.more.toLocaleString('en')} from here on`,
        help: 'Mend those first.',
      });
    case 'empty block':
      return diagnose('FLOW113', span, {});
    default:
      return problem satisfies never;
  }
}

function expectedOther({ expected, found, rule, span }: Extract<Problem, { kind: 'expected' }>): Diagnostic {
  const quoted = /^`"(\w+)"`$/.exec(found)?.[1];
  const help =
    expected === 'a name' && quoted !== undefined ? `Write \`${quoted}\` without quotes.` : foreign(expected, found);
  return diagnose('FLOW101', span, { expected, found, help: help ?? forms[rule] ?? '' });
}

/** What stands in place of `expected` in other languages. */
function foreign(expected: string, found: string): string | null {
  switch (expected) {
    case '`{`':
      return entryOf(signsAfterComparison, found) ?? entryOf(wordsElsewhere, found);
    case '`set`':
      return entryOf(wordsElsewhere, found);
    case '`->`':
      return entryOf(beforeArrowElsewhere, found);
    case 'a value':
      return entryOf(missingElsewhere, found);
    default:
      return null;
  }
}

/** `found` as it stands in messages. */
function entryOf(table: Readonly<Record<string, string>>, found: string): string | null {
  const word = /^`(.*)`$/.exec(found)?.[1] ?? '';
  return Object.hasOwn(table, word) ? table[word]! : null;
}

const quotesInside =
  "Quotes inside of a text are written `\\\"`, and inside of `{{ … }}` single ones: `{{ name | default: 'there' }}`.";

function unknownLine(problem: Extract<Problem, { kind: 'unknown line' }>): Diagnostic {
  const { where, next, words, form } = places[problem.place];
  const needsColon =
    (problem.place === 'settings' && settings.includes(problem.found)) ||
    (problem.place === 'fields' && problem.after === null && /^\w+$/.test(`${problem.found}${problem.next}`));
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
  const meant = problem.after === null ? closest(problem.found, words) : null;
  const found = `\`${problem.found}\``;
  const follows = problem.after?.startsWith('`"') ? quotesInside : (entryOf(wordsElsewhere, found) ?? form);
  const help = meant === null ? follows : `Did you mean \`${meant}\`?`;
  return problem.after === null
    ? diagnose('FLOW102', problem.span, { found: problem.found, place: where, help })
    : diagnose('FLOW101', problem.span, { expected: `${next} after ${problem.after}`, found, help });
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
