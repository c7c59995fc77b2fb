/** What is refused before parsing: text so large or nested that reading it would exhaust time or stack. No person writes such flows. */
import type { IToken } from 'chevrotain';
import { spanOf } from './lexer.ts';
import type { Problem } from './problems.ts';
import {
  And,
  Colon,
  Compare,
  keywordType,
  LCurly,
  LParen,
  LSquare,
  Minus,
  Not,
  Or,
  Plus,
  RCurly,
  RParen,
  RSquare,
  reservedWords,
  Times,
} from './tokens.ts';

export const limits = { characters: 1_000_000, nesting: 64, operators: 500, problems: 1000 } as const;

const openers = new Set([LCurly, LParen, LSquare]);
const closers = new Set([RCurly, RParen, RSquare]);
const operators = new Set([And, Or, Not, Compare, Plus, Minus, Times]);

export function tooLarge(file: string, text: string): Problem | null {
  return text.length > limits.characters ? { kind: 'too large', span: { file, line: 1, start: 0, end: 0 } } : null;
}

export function tooComplex(file: string, tokens: readonly IToken[]): Problem | null {
  let depth = 0;
  let chain = 0;
  for (const [index, token] of tokens.entries()) {
    const type = token.tokenType;
    if (openers.has(type)) depth++;
    if (closers.has(type)) depth = Math.max(0, depth - 1);
    if (depth > limits.nesting) return { kind: 'too deep', span: spanOf(file, token) };
    if (operators.has(type)) chain++;
    else if (type === LCurly || type === RCurly || type === Colon || beginsStatement(tokens, index)) chain = 0;
    if (chain > limits.operators) return { kind: 'too long', span: spanOf(file, token) };
  }
  return null;
}

function beginsStatement(tokens: readonly IToken[], index: number): boolean {
  const token = tokens[index]!;
  const isFirst = index === 0 || tokens[index - 1]!.endLine! < token.startLine!;
  return isFirst && keywordType(token.image) !== null && !reservedWords.includes(token.image);
}
