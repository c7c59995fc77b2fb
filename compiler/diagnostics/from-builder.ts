/** Problems of builder files as diagnostics. */
import type { BuilderProblem, Misplaced, Thrown } from '../../dsl/builder/problems.ts';
import { reservedWords } from '../../dsl/tokens.ts';
import { type Diagnostic, diagnose } from './diagnostic.ts';
import type { Parameters } from './table.ts';

const joints = { '&&': 'and(…)', '||': 'or(…)' } as const;

export function builderDiagnostic(problem: BuilderProblem): Diagnostic {
  const { span } = problem;
  const { file } = span;
  switch (problem.kind) {
    case 'builder throws':
      return diagnose('FLOW601', span, { file, ...thrown(problem.thrown) });
    case 'builder endless': {
      const { why, ...details } = problem.unfinished;
      return diagnose('FLOW602', span, { message: why, file, ...details } as Parameters<'FLOW602'>);
    }
    case 'builder prints':
      return diagnose('FLOW603', span, { file, text: JSON.stringify(problem.text) });
    case 'builder reaches':
      return diagnose('FLOW604', span, { message: problem.what, file });
    case 'builder name':
      return diagnose('FLOW605', span, { name: problem.name, words: reservedWords, meant: meantName(problem.name) });
    case 'builder value': {
      const { of, expected: form, found } = problem;
      const value = { help: 'form', form, found } as const;
      return of === null
        ? diagnose('FLOW606', span, { message: 'argument', ...value })
        : diagnose('FLOW606', span, { message: 'setting', name: of, ...value });
    }
    case 'builder operator': {
      const { operator } = problem;
      return diagnose('FLOW606', span, { message: 'operator', operator, help: 'operator', instead: joints[operator] });
    }
    case 'builder place':
      return diagnose('FLOW607', span, misplaced(problem.misplaced, file));
    case 'builder statement':
      return diagnose('FLOW609', span, {});
    case 'typescript':
      return diagnose('FLOW608', span, { said: sentence(problem.message), ...typeHelp(problem.message) });
    default:
      return problem satisfies never;
  }
}

/** Problems after which the file still declares all it would. */
export function leavesDeclarations(problem: BuilderProblem): boolean {
  return ['builder prints', 'builder statement', 'typescript'].includes(problem.kind);
}

function thrown(error: Thrown) {
  switch (error.why) {
    case 'no module': {
      const { module } = error;
      const help = /^\.{1,2}\/[^.]*$/.test(module) ? ('ending' as const) : ('path' as const);
      return { message: error.why, module, help };
    }
    case 'exit':
      return { message: error.why, help: 'fix line' as const };
    case 'throws':
    case 'bad call':
      return { message: error.why, said: sentence(error.said), help: 'fix line' as const };
    default:
      return error satisfies never;
  }
}

function misplaced(declaration: Misplaced, file: string): Parameters<'FLOW607'> {
  switch (declaration.why) {
    case 'communication twice':
      return { message: 'communication twice', name: declaration.name, help: 'send' };
    case 'no builder file':
      return { message: 'no builder file', help: 'builder file', file };
    case 'other folder': {
      const { campaign, folder, right } = declaration;
      return { message: 'other folder', campaign, folder, help: 'right folder', right };
    }
    default:
      return declaration satisfies never;
  }
}

type TypeHelp =
  | { readonly help: 'write'; readonly meant: string }
  | { readonly help: 'add'; readonly missing: string }
  | { readonly help: 'declare' | 'type' };

/** What TypeScript itself proposes, if it does. */
function typeHelp(message: string): TypeHelp {
  const [, meant] = /Did you mean (?:to write )?'(\w+)'\?/.exec(message) ?? [];
  if (meant !== undefined) return { help: 'write', meant };
  const [, missing] = /^Property '(\w+)' is missing in type/.exec(message) ?? [];
  if (missing !== undefined) return { help: 'add', missing };
  return { help: /does not exist|Cannot find name/.test(message) ? 'declare' : 'type' };
}

function sentence(message: string): string {
  const [first = ''] = message.trim().split('\n');
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function meantName(name: string): string {
  const word = name.replace(/\W+/g, '_').replace(/^(?=\d)/, '_');
  return reservedWords.includes(word) || word === '' ? `${word}_value` : word;
}
