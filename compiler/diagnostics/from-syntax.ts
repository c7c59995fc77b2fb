/** Problems of the text as diagnostics. */
import { limits } from '../../dsl/limits.ts';
import type { Problem } from '../../dsl/problems.ts';
import { closest } from '../../runtime/model/closest.ts';
import { durationUnits } from '../../runtime/model/duration.ts';
import { type Diagnostic, diagnose } from './diagnostic.ts';
import {
  comparisons,
  foreignArrows,
  foreignCharacters,
  foreignHelp,
  foreignValues,
  foreignWords,
} from './foreign-syntax.ts';
import { settingNames, syntaxContexts } from './syntax-contexts.ts';
import { isForm } from './syntax-forms.ts';

type ProblemOf<K extends Problem['kind']> = Extract<Problem, { readonly kind: K }>;

export function syntaxDiagnostic(problem: Problem): Diagnostic {
  const { span } = problem;
  switch (problem.kind) {
    case 'expected':
      return expectedOther(problem);
    case 'unknown line':
      return unknownLine(problem);
    case 'missing value': {
      const { after, found } = problem;
      const help = foreignHelp(foreignValues, wordOf(found)) ?? ({ help: 'value' } as const);
      return diagnose('FLOW103', span, { after, found, ...help });
    }
    case 'unclosed':
      return diagnose('FLOW104', span, {});
    case 'unopened':
      return problem.found === '}'
        ? diagnose('FLOW105', span, {})
        : diagnose('FLOW114', span, { found: problem.found });
    case 'unterminated text':
      return diagnose('FLOW106', span, {});
    case 'single quotes':
      return diagnose('FLOW107', span, { string: `"${problem.text.replaceAll('"', '\\"')}"` });
    case 'escape':
      return diagnose('FLOW108', span, { escape: problem.escape });
    case 'character': {
      const help = foreignHelp(foreignCharacters, problem.character) ?? ({ help: 'remove' } as const);
      return diagnose('FLOW109', span, { character: printable(problem.character), ...help });
    }
    case 'assignment in condition':
      return diagnose('FLOW110', span, {});
    case 'unit':
      return diagnose('FLOW111', span, { amount: problem.amount, unit: problem.unit, meant: meantUnit(problem.unit) });
    case 'comma':
      return diagnose('FLOW112', span, {});
    case 'too large':
      return diagnose('FLOW115', span, { message: 'file size', limit: limits.characters, help: 'split the file' });
    case 'too deep':
      return diagnose('FLOW115', span, { message: 'nesting', limit: limits.nesting, help: 'own flow' });
    case 'too long':
      return diagnose('FLOW115', span, { message: 'operators', limit: limits.operators, help: 'compute before' });
    case 'too many': {
      const { more } = problem;
      return diagnose('FLOW115', span, { message: 'mistakes', limit: limits.problems, more, help: 'fix first' });
    }
    case 'empty block':
      return diagnose('FLOW113', span, {});
    default:
      return problem satisfies never;
  }
}

function expectedOther({ expected, found, rule, span }: ProblemOf<'expected'>): Diagnostic {
  const token = { message: 'token', expected, found } as const;
  const word = /^`"(\w+)"`$/.exec(found)?.[1];
  if (expected === 'a name' && word !== undefined)
    return diagnose('FLOW101', span, { ...token, help: 'without quotes', word });
  const help = foreign(expected, wordOf(found)) ?? ({ help: isForm(rule) ? rule : 'none' } as const);
  return diagnose('FLOW101', span, { ...token, ...help });
}

/** What other languages write in place of `expected`. */
function foreign(expected: string, found: string) {
  switch (expected) {
    case '`{`':
      return comparisons.includes(found) ? ({ help: 'chain' } as const) : foreignHelp(foreignWords, found);
    case '`set`':
      return foreignHelp(foreignWords, found);
    case '`->`':
      return foreignHelp(foreignArrows, found);
    case 'a value':
      return foreignHelp(foreignValues, found);
    default:
      return null;
  }
}

/** The word of a token as messages show it; empty for what has none, such as the end of the file. */
function wordOf(found: string): string {
  return /^`(.*)`$/.exec(found)?.[1] ?? '';
}

function unknownLine(problem: ProblemOf<'unknown line'>): Diagnostic {
  const { context, found: word, next, after, span } = problem;
  const { words, form } = syntaxContexts[context];
  const needsColon =
    (context === 'settings' && settingNames.includes(word)) ||
    (context === 'fields' && after === null && /^\w+$/.test(`${word}${next}`));
  if (needsColon) return diagnose('FLOW101', span, { message: 'colon after', word, next, help: 'with colon' });
  if (words.includes(word)) {
    const rule = word === 'on' ? 'trigger' : word;
    const found = next === '' || next === '}' ? 'the end of the block' : `\`${next}\``;
    return diagnose('FLOW101', span, { message: 'more after', word, found, help: isForm(rule) ? rule : form });
  }
  const help = foreignHelp(foreignWords, word) ?? ({ help: form } as const);
  if (after !== null) {
    const inString = after.startsWith('`"') ? ({ help: 'quotes inside' } as const) : help;
    return diagnose('FLOW101', span, { message: 'unexpected', found: `\`${word}\``, after, ...inString });
  }
  const meant = closest(word, words);
  const nearest = meant === null ? help : ({ help: 'did you mean', meant } as const);
  return diagnose('FLOW102', span, { message: context, found: word, ...nearest });
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
