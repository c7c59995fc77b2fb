/**
 * How the parser goes on after a mistake: a statement that does not parse costs the rest of its line and the block opening on it.
 * chevrotain's own resynchronisation looks for follow tokens; here nearly every word can follow, so it is replaced.
 */
import {
  EmbeddedActionsParser,
  type IOrAlt,
  type IParserErrorMessageProvider,
  type IToken,
  type ParserMethod,
  type TokenType,
  tokenMatcher,
} from 'chevrotain';
import type { Comment, Name, Span } from '../ast.ts';
import type { Problem, SyntaxContext } from '../problems.ts';
import { Arrow, Colon, Comma, LCurly, RCurly, RParen, vocabulary, Word } from '../tokens.ts';

/** Only these are inserted: each can be missing without doubt about what was meant. Braces are balanced before parsing. */
const insertable: ReadonlySet<TokenType> = new Set([Colon, RParen, Comma, Arrow]);

/** What may follow these begins anew. */
const opens: ReadonlySet<TokenType> = new Set([LCurly, RCurly, Arrow]);

/** Messages carry what was expected and where; the words for users stand in the table of diagnostics. */
const separator = '\u0000';
const facts: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => `${labelOf(expected)}${separator}${ruleName}`,
  buildNotAllInputParsedMessage: ({ ruleName }) => `a declaration${separator}${ruleName}`,
  buildNoViableAltMessage: ({ customUserDescription, ruleName }) =>
    `${customUserDescription ?? 'something else'}${separator}${ruleName}`,
  buildEarlyExitMessage: ({ customUserDescription, ruleName }) =>
    `${customUserDescription ?? 'something more'}${separator}${ruleName}`,
};

function labelOf(type: TokenType): string {
  return type.name === 'Word'
    ? 'a name'
    : type.name === 'CommunicationWord'
      ? '`email`, `telegram`, `whatsapp` or `voice`'
      : (type.LABEL ?? type.name);
}

/** What stands there, for messages. */
export function describeToken(token: IToken): string {
  if (token.tokenType.name === 'EOF') return 'the end of the file';
  if (token.image === '') return token.tokenType === RCurly ? 'the end of the block' : 'nothing';
  const image = token.image.length > 30 ? `${token.image.slice(0, 27).split(/[\r\n]/)[0]}…` : token.image;
  return `\`${image}\``;
}

export class RecoveringParser extends EmbeddedActionsParser {
  file = '';
  problems: Problem[] = [];
  /** `///` comments by line. */
  descriptions: ReadonlyMap<number, Comment> = new Map();
  codeLines: ReadonlySet<number> = new Set();
  /** How many braces stand open around each token; a brace itself counts as outside. */
  depths: ReadonlyMap<IToken, number> = new Map();
  private failedDepth = 0;

  constructor() {
    super(vocabulary, { maxLookahead: 2, recoveryEnabled: true, errorMessageProvider: facts, skipValidations: false });
  }

  /** A rule; with `recovered`, a mistake inside costs its line and gives that value, otherwise it is its caller's. */
  protected rule<T>(name: string, read: () => T, recovered?: () => T): ParserMethod<[], T> {
    if (recovered === undefined) return this.RULE(name, read, { resyncEnabled: false });
    const remembering = (): T => {
      const depth = this.depthOf(this.LA(1));
      try {
        return read();
      } catch (mistake) {
        this.failedDepth = depth;
        throw mistake;
      }
    };
    return this.RULE(name, remembering, { resyncEnabled: true, recoveryValueFunc: recovered });
  }

  /** `OR` of alternatives that give one type; the first that can begin here is taken. */
  protected choose<T>(alternatives: readonly IOrAlt<T>[]): T {
    return this.OR({ DEF: alternatives as IOrAlt<T>[], IGNORE_AMBIGUITIES: true });
  }

  /** The same by the next token alone: what may follow it is for the alternative to say. */
  protected chooseByToken<T>(expected: string, alternatives: readonly IOrAlt<T>[]): T {
    const byToken = { IGNORE_AMBIGUITIES: true, MAX_LOOKAHEAD: 1 };
    return this.OR({ DEF: alternatives as IOrAlt<T>[], ERR_MSG: expected, ...byToken });
  }

  /** The parser's errors as problems. Each stands at the token that surprised, or just after the last one if that is on another line. */
  protected syntaxProblems(): readonly Problem[] {
    return this.errors.map((error) => {
      const [expected = '', rule = ''] = error.message.split(separator);
      const previous = 'previousToken' in error ? (error.previousToken as IToken) : undefined;
      return {
        kind: 'expected',
        expected,
        rule,
        found: describeToken(error.token),
        span: this.spanAt(error.token, previous),
      };
    });
  }

  private depthOf(token: IToken): number {
    return this.depths.get(token) ?? 0;
  }

  /** Where to point for `token`: at itself, or right behind the token before it when it begins another line. */
  protected spanAt(token: IToken, previous: IToken | undefined): Span {
    const isEnd = Number.isNaN(token.startOffset) || token.image === '';
    if (previous !== undefined && previous.startOffset >= 0 && (isEnd || token.startLine! > previous.endLine!)) {
      const end = previous.startOffset + previous.image.length;
      return { file: this.file, line: previous.endLine!, start: end, end };
    }
    if (isEnd)
      return {
        file: this.file,
        line: token.startLine || 1,
        start: token.startOffset || 0,
        end: token.startOffset || 0,
      };
    return {
      file: this.file,
      line: token.startLine!,
      start: token.startOffset,
      end: token.startOffset + token.image.length,
    };
  }

  protected override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    // Whatever can begin a statement may follow an arrow; a sign in its place is another mistake.
    if (type === Arrow && this.LA(1).tokenType !== LCurly && !tokenMatcher(this.LA(1), Word)) return false;
    return insertable.has(type);
  }

  /** Never a brace, and never to reach for the next line: either would tear a block apart. */
  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    const [token, next] = [this.LA(1), this.LA(2)];
    return token.tokenType !== LCurly && token.tokenType !== RCurly && next.startLine === this.LA(0).endLine;
  }

  // The rest replaces parts of chevrotain 13.2's recovery that its types do not show; a test deletes every token of every example.

  /** A repetition ends where it ends: what follows is a line of its own and reported as such. */
  protected shouldInRepetitionRecoveryBeTried(): boolean {
    return false;
  }
  protected findReSyncTokenType(): TokenType {
    return RCurly;
  }
  protected isInCurrentRuleReSyncSet(): boolean {
    return true;
  }
  protected reSyncTo(): IToken[] {
    const skipped: IToken[] = [];
    for (let line = this.LA(0).endLine ?? 0; ; ) {
      const token = this.LA(1);
      const depth = this.depthOf(token);
      if (token.tokenType.name === 'EOF' || depth < this.failedDepth) return skipped;
      if (depth === this.failedDepth && token.startLine! > line && token.tokenType !== RCurly) return skipped;
      line = token.endLine!;
      skipped.push(token);
      this.SKIP_TOKEN();
    }
  }
  declare protected SKIP_TOKEN: () => IToken;

  // Where things stand

  protected named(token: IToken): Name {
    return { text: token.image, span: this.spanAt(token, undefined) };
  }

  /** From `first` to the last token read. */
  protected from(first: IToken): Span {
    const last = this.LA(0);
    const end = last.startOffset + last.image.length;
    return {
      file: this.file,
      line: first.startLine ?? 1,
      start: first.startOffset,
      end: Math.max(end || 0, first.startOffset),
    };
  }

  /** Just behind the last token read. */
  protected here(): Span {
    const { start, end, line } = this.spanAt(this.LA(0), undefined);
    return { file: this.file, line, start: end || start, end: end || start };
  }

  protected textOf(first: IToken): string {
    return first === this.LA(0) ? first.image : `${first.image} ${this.LA(0).image}`;
  }

  /** The word at `index` is a key: a colon follows on its line. */
  protected keyAt(index: number): boolean {
    const [word, colon] = [this.LA(index), this.LA(index + 1)];
    return colon.tokenType === Colon && colon.startLine === word.endLine;
  }

  protected onSameLine(): boolean {
    const next = this.LA(1);
    return next.tokenType !== RCurly && next.startLine === this.LA(0).endLine;
  }

  protected unknownLine(context: SyntaxContext): void {
    const [before, first] = [this.LA(0), this.LA(1)];
    const isBehind = before.endLine === first.startLine && !opens.has(before.tokenType);
    this.problems.push({
      kind: 'unknown line',
      found: first.image,
      next: this.LA(2).image,
      context,
      after: isBehind ? describeToken(before) : null,
      span: this.spanAt(first, undefined),
    });
  }
}

/** The last of several things read one after the other. */
export function last<T>(...read: readonly [...unknown[], T]): T {
  return read.at(-1) as T;
}
