/**
 * Balances braces before parsing, so that one missing brace is one problem and no other declaration is lost.
 * Balanced text with every declaration outside of braces goes through untouched; only broken text is repaired, by its indentation.
 */
import { createTokenInstance, type IToken } from 'chevrotain';
import { spanOf } from './lexer.ts';
import type { Problem } from './problems.ts';
import { LCurly, opensDeclaration, RCurly } from './tokens.ts';

interface Opened {
  readonly brace: IToken;
  /** Column of the first token of the line it stands on. */
  readonly indent: number;
  /** The first line inside is indented deeper: indentation can be trusted. */
  readonly indented: boolean;
}

export function balanceBraces(
  file: string,
  tokens: readonly IToken[],
): { tokens: readonly IToken[]; problems: readonly Problem[] } {
  return isBalanced(tokens) ? { tokens, problems: [] } : repair(file, tokens);
}

function isBalanced(tokens: readonly IToken[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === LCurly) depth++;
    else if (token.tokenType === RCurly && --depth < 0) return false;
    else if (depth > 0 && opensDeclaration(token)) return false;
  }
  return depth === 0;
}

function repair(file: string, tokens: readonly IToken[]): { tokens: readonly IToken[]; problems: readonly Problem[] } {
  const out: IToken[] = [];
  const open: Opened[] = [];
  const problems: Problem[] = [];
  const tooManyClosed =
    tokens.filter((token) => token.tokenType === RCurly).length >
    tokens.filter((token) => token.tokenType === LCurly).length;
  let indent = 1;
  const closeMissing = (): void => {
    const { brace } = open.pop()!;
    problems.push({ kind: 'unclosed', span: spanOf(file, brace) });
    out.push(virtual(RCurly, out.at(-1)!));
  };

  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    const firstOfLine = previous === undefined || previous.endLine! < token.startLine!;
    const column = token.startColumn!;
    if (firstOfLine) indent = column;
    if (firstOfLine && token.tokenType !== RCurly) {
      if (opensDeclaration(token)) while (open.length > 0) closeMissing();
      while (open.length > 0 && open.at(-1)!.indented && column <= open.at(-1)!.indent) closeMissing();
    }
    if (token.tokenType === LCurly) {
      const next = tokens[index + 1];
      open.push({
        brace: token,
        indent,
        indented: next !== undefined && (next.startLine === token.startLine || next.startColumn! > indent),
      });
    } else if (token.tokenType === RCurly) {
      if (firstOfLine && open.some((entry) => entry.indent === column))
        while (open.at(-1)!.indent > column) closeMissing();
      const top = open.at(-1);
      const outside = firstOfLine
        ? top?.indented && top.indent < column
        : tooManyClosed && top?.brace.startLine !== token.startLine;
      if (top === undefined || outside) {
        const opener = firstOfLine ? lineWithoutBrace(out, column) : null;
        problems.push({ kind: 'unopened', found: opener?.image ?? '}', span: spanOf(file, opener ?? token) });
        if (opener === null) continue;
        insertAfterLine(out, opener);
      } else {
        open.pop();
      }
    }
    out.push(token);
  }
  while (open.length > 0) closeMissing();
  return { tokens: out, problems: onePerChain(problems) };
}

/** The last line at `column`, if it opens no block: the `{` is missing there. */
function lineWithoutBrace(tokens: readonly IToken[], column: number): IToken | null {
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index]!;
    if (token.startColumn !== column || (index > 0 && tokens[index - 1]!.endLine === token.startLine)) continue;
    const line = tokens.filter((other) => other.startLine === token.startLine);
    return token.tokenType === RCurly || line.some((other) => other.tokenType === LCurly) ? null : token;
  }
  return null;
}

function insertAfterLine(tokens: IToken[], first: IToken): void {
  const last = tokens.findLastIndex((token) => token.startLine === first.startLine);
  tokens.splice(last + 1, 0, virtual(LCurly, tokens[last]!));
}

/** A brace of no width just after `after`. */
function virtual(type: typeof LCurly, after: IToken): IToken {
  const { endOffset, endLine, endColumn } = after;
  const start = (endOffset ?? after.startOffset) + 1;
  return createTokenInstance(type, '', start, start, endLine!, endLine!, endColumn! + 1, endColumn! + 1);
}

/** Several blocks left open by one missing brace at the end: only the innermost is reported. */
function onePerChain(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((problem, index) => {
    const before = problems[index - 1];
    return !(problem.kind === 'unclosed' && before?.kind === 'unclosed' && before.span.start > problem.span.start);
  });
}

/** How many braces stand open around each token; a brace itself counts as outside. */
export function depthsOf(tokens: readonly IToken[]): ReadonlyMap<IToken, number> {
  let depth = 0;
  return new Map(
    tokens.map((token) => {
      if (token.tokenType === RCurly) depth--;
      const own = depth;
      if (token.tokenType === LCurly) depth++;
      return [token, own];
    }),
  );
}
