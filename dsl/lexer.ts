/** Text → tokens, comments and lexical problems. */
import { type IToken, Lexer } from 'chevrotain';
import type { Comment, Span } from './ast.ts';
import type { Problem } from './problems.ts';
import { readText } from './text.ts';
import { Colon, keywordType, lexerTokens, openerType, Text, Word } from './tokens.ts';

const lexer = new Lexer(lexerTokens, { ensureOptimizations: false, positionTracking: 'full' });

interface Lexed {
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
}

export function lex(file: string, text: string): Lexed {
  const result = lexer.tokenize(text);
  const problems: Problem[] = result.errors.map((error) => ({
    kind: 'character',
    character: text.slice(error.offset, error.offset + error.length),
    span: { file, line: error.line ?? 1, start: error.offset, end: error.offset + error.length },
  }));
  for (const [index, token] of result.tokens.entries()) {
    if (token.tokenType === Word) becomeKeyword(token, result.tokens[index + 1]);
    else if (token.tokenType === Text) problems.push(...readText(token.image, spanOf(file, token)).problems);
  }
  return {
    tokens: result.tokens,
    problems,
    comments: (result.groups.comments ?? []).map((token) => commentOf(file, token)),
  };
}

/** In column 1 a declaration begins, unless the word is a key: no name missing on the line before may swallow it. */
function becomeKeyword(token: IToken, next: IToken | undefined): void {
  const opens = token.startColumn === 1 && next?.tokenType !== Colon;
  const type = (opens ? openerType(token.image) : null) ?? keywordType(token.image);
  if (type === null) return;
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}

function commentOf(file: string, token: IToken): Comment {
  const describes = /^\/\/\/(?!\/)/.test(token.image);
  return { text: token.image.slice(describes ? 3 : 2).trim(), describes, span: spanOf(file, token) };
}

export function spanOf(file: string, token: IToken): Span {
  return { file, line: token.startLine ?? 1, start: token.startOffset, end: token.startOffset + token.image.length };
}
