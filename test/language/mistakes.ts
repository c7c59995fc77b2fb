/** One-token mistakes: every token of a workspace deleted, doubled or misspelt, and what a check says of each. */
import type { IToken } from 'chevrotain';
import type { FileNode } from '../../dsl/ast.ts';
import { lex } from '../../dsl/lexer.ts';
import { parse } from '../../dsl/parser.ts';
import { checkFiles, type Files } from './workspace.ts';

export const mistakes = ['deleted', 'doubled', 'misspelt'] as const;
export type Mistake = (typeof mistakes)[number];

export interface Outcome {
  /** What was changed, and where: `due_date` in `welcome/greet.flow:12`. */
  readonly token: string;
  readonly place: string;
  /** `file:line CODE` of each message, in order of the text. */
  readonly messages: readonly string[];
  /** The first message on syntax points to the mutated line, the next, or the line that opened the block closed here. */
  readonly isNear: boolean;
  /** Declarations of the original the mutated file lacks, but for the one the mistake stands in. */
  readonly lost: readonly string[];
}

/** One outcome for every `step`th token that can be mistaken so, in each `.flow` file of a workspace. */
export function outcomesOf(mistake: Mistake, workspace: Files, step: number): readonly Outcome[] {
  return Object.entries(workspace).flatMap(([path, text]) => {
    if (!path.endsWith('.flow')) return [];
    const original = parse(path, text).file;
    const { tokens } = lex(path, text);
    return tokens.flatMap((token, index) => {
      if (index % step !== 0) return [];
      const mutated = mutate(mistake, text, token);
      if (mutated === null) return [];
      const { file, problems } = parse(path, mutated);
      const { diagnostics } = checkFiles({ ...workspace, [path]: mutated });
      const near = [token.startLine!, token.startLine! + 1, openedIn(tokens, token)];
      return {
        token: token.image,
        place: `${path}:${token.startLine}`,
        messages: diagnostics.map(({ file, span, code }) => `${file}:${span.line} ${code}`),
        isNear: problems.length === 0 || near.includes(problems[0]!.span.line),
        lost: lostDeclarations(original, file, token),
      };
    });
  });
}

/** Line of the `{` that `token` closes; its own line if it is no `}`. */
function openedIn(tokens: readonly IToken[], token: IToken): number {
  if (token.image !== '}') return token.startLine!;
  const open: IToken[] = [];
  for (const each of tokens) {
    if (each.image === '{') open.push(each);
    if (each === token) break;
    if (each.image === '}') open.pop();
  }
  return open.at(-1)!.startLine!;
}

/** Null where the mistake cannot be made: symbols and numbers cannot be misspelt. */
function mutate(mistake: Mistake, text: string, token: IToken): string | null {
  const before = text.slice(0, token.startOffset);
  const after = text.slice(token.startOffset + token.image.length);
  switch (mistake) {
    case 'deleted':
      return before + after;
    case 'doubled':
      return `${before}${token.image} ${token.image}${after}`;
    case 'misspelt':
      return /^[A-Za-z_]{3}/.test(token.image) ? before + swapped(token.image) + after : null;
    default:
      return mistake satisfies never;
  }
}

/** Two letters in the wrong order; a word that stays the same gets one letter twice. */
function swapped(word: string): string {
  const typo = `${word[0]}${word[2]}${word[1]}${word.slice(3)}`;
  return typo === word ? `${word[0]}${word}` : typo;
}

function lostDeclarations(original: FileNode, mutated: FileNode, token: IToken): readonly string[] {
  const others = original.declarations.filter(
    ({ span }) => token.startOffset < span.start || token.startOffset >= span.end,
  );
  const kept = mutated.declarations.map(nameOf);
  return others.map(nameOf).filter((name) => !kept.includes(name));
}

function nameOf(declaration: FileNode['declarations'][number]): string {
  switch (declaration.kind) {
    case 'shared communication':
      return `communication ${declaration.communication.name.text}`;
    case 'scenario':
      return `scenario ${declaration.title.value}`;
    case 'profile':
    case 'participant':
    case 'broken':
      return declaration.kind;
    default:
      return `${declaration.kind} ${declaration.name.text}`;
  }
}
