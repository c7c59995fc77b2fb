/** Problems of builder files as diagnostics. */
import type { BuilderProblem } from '../dsl/builder/problems.ts';
import { reservedWords } from '../dsl/tokens.ts';
import { type Diagnostic, diagnose } from './diagnostics.ts';
import { listed } from './listed.ts';

export function builderDiagnostic(problem: BuilderProblem): Diagnostic {
  const { span } = problem;
  switch (problem.kind) {
    case 'builder throws':
      return diagnose('FLOW601', span, { file: span.file, message: sentence(problem.message) });
    case 'builder endless':
      return diagnose('FLOW602', span, { file: span.file, how: problem.how });
    case 'builder prints':
      return diagnose('FLOW603', span, { file: span.file, text: JSON.stringify(problem.text) });
    case 'builder reaches':
      return diagnose('FLOW604', span, { file: span.file, what: problem.what });
    case 'builder name':
      return diagnose('FLOW605', span, {
        name: problem.name,
        words: listed(reservedWords),
        meant: meantName(problem.name),
      });
    case 'builder value':
      return diagnose('FLOW606', span, { what: problem.what, expected: problem.expected, found: problem.found });
    case 'builder place':
      return diagnose('FLOW607', span, { what: problem.what, help: problem.help });
    case 'builder statement':
      return diagnose('FLOW609', span, {});
    case 'typescript':
      return diagnose('FLOW608', span, { message: sentence(problem.message), help: typeHelp(problem.message) });
    default:
      return problem satisfies never;
  }
}

/** Problems after which the file still declares all it would. */
export function leavesDeclarations(problem: BuilderProblem): boolean {
  return ['builder prints', 'builder statement', 'typescript'].includes(problem.kind);
}

/** What TypeScript itself proposes, if it does. */
function typeHelp(message: string): string {
  const [, meant] = /Did you mean (?:to write )?'(\w+)'\?/.exec(message) ?? [];
  if (meant !== undefined) return `Write \`${meant}\`.`;
  const [, missing] = /^Property '(\w+)' is missing in type/.exec(message) ?? [];
  if (missing !== undefined) return `Add \`${missing}\`.`;
  return /does not exist|Cannot find name/.test(message)
    ? 'Declare it, or correct the name.'
    : 'Write a value of the type it names here.';
}

function sentence(message: string): string {
  const [first = ''] = message.trim().split('\n');
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function meantName(name: string): string {
  const word = name.replace(/\W+/g, '_').replace(/^(?=\d)/, '_');
  return reservedWords.includes(word) || word === '' ? `${word}_value` : word;
}
