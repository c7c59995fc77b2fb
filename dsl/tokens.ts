/** Token types. Words of the grammar are found by a table after lexing: each is also a `Word`, so it can be a name. */
import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';
import { channelKinds } from '../runtime/model/channel-kinds.ts';
import { durationUnits } from '../runtime/model/duration.ts';

/** Everything but braces: what a line that cannot be understood is made of. */
export const AnyToken = createToken({ name: 'AnyToken', pattern: Lexer.NA });
export const Word = createToken({ name: 'Word', pattern: /[A-Za-z_]\w*/, categories: AnyToken });
export const CommunicationWord = createToken({ name: 'CommunicationWord', pattern: Lexer.NA, categories: AnyToken });
export const UnitWord = createToken({ name: 'UnitWord', pattern: Lexer.NA, categories: Word });

const keywordTypes = new Map<string, TokenType>();
function keyword(word: string, category: TokenType | TokenType[] = Word): TokenType {
  const type = createToken({ name: `word ${word}`, label: `\`${word}\``, pattern: Lexer.NA, categories: category });
  keywordTypes.set(word, type);
  return type;
}
function reserved(word: string): TokenType {
  return keyword(word, AnyToken);
}

const openerTypes = new Map<string, TokenType>();
/** A word that opens a declaration. In column 1 it does only that; elsewhere it can also be a name. */
function opener(word: string): TokenType {
  const type = createToken({ name: `opening ${word}`, label: `\`${word}\``, pattern: Lexer.NA, categories: AnyToken });
  keywordTypes.set(
    word,
    createToken({ name: `word ${word}`, label: type.LABEL!, pattern: Lexer.NA, categories: [type, Word] }),
  );
  openerTypes.set(word, type);
  return type;
}

/** The token type of a word that opens a declaration; null for any other. */
export function openerType(word: string): TokenType | null {
  return openerTypes.get(word) ?? null;
}

/** The lexer gives an opener's own type only where a declaration begins. */
export function opensDeclaration(token: IToken): boolean {
  return openerTypes.get(token.image) === token.tokenType;
}

/** The token type of a word of the grammar; null for a plain name. */
export function keywordType(word: string): TokenType | null {
  return keywordTypes.get(word) ?? null;
}

export const And = reserved('and');
export const Or = reserved('or');
export const Not = reserved('not');
export const In = reserved('in');
export const Is = reserved('is');
export const Contains = reserved('contains');
export const True = reserved('true');
export const False = reserved('false');
export const If = reserved('if');
export const Else = reserved('else');
export const reservedWords: readonly string[] = [...keywordTypes.keys()];

export const Workspace = opener('workspace');
export const Enum = opener('enum');
export const Profile = opener('profile');
export const Channel = opener('channel');
export const Calendar = opener('calendar');
export const WindowWord = opener('window');
export const Agent = opener('agent');
export const Campaign = opener('campaign');
export const Participant = opener('participant');
export const Flow = opener('flow');
export const Scenario = opener('scenario');

for (const kind of channelKinds) {
  keyword(kind, [CommunicationWord, Word]);
  openerTypes.set(kind, CommunicationWord);
}
/** Words that open a declaration in column 1. */
export const declarationWords: ReadonlySet<string> = new Set(openerTypes.keys());

export const On = keyword('on');
export const Match = keyword('match');
export const Split = keyword('split');
export const SetWord = keyword('set');
export const Stop = keyword('stop');
export const Send = keyword('send');
export const Cancel = keyword('cancel');
export const To = keyword('to');
export const Python = keyword('python');
export const Wait = keyword('wait');
export const Until = keyword('until');
export const For = keyword('for');
export const Up = keyword('up');
export const At = keyword('at');
export const Exit = keyword('exit');
export const Skip = keyword('skip');
export const Success = keyword('success');
export const Failure = keyword('failure');
export const When = keyword('when');
export const Most = keyword('most');
export const Per = keyword('per');
export const Holdout = keyword('holdout');
export const Defaults = keyword('defaults');
export const Results = keyword('results');
export const AnyWord = keyword('any');
export const Best = keyword('best');
export const Time = keyword('time');
export const Within = keyword('within');
export const Except = keyword('except');
export const Becomes = keyword('becomes');
export const Given = keyword('given');
export const Start = keyword('start');
export const Expect = keyword('expect');
export const Stub = keyword('stub');
export const Changes = keyword('changes');
export const Incoming = keyword('incoming');
export const Session = keyword('session');
export const Api = keyword('API');
export const Cancels = keyword('cancels');
export const With = keyword('with');
export const Opens = keyword('opens');
export const Starts = keyword('starts');
export const No = keyword('no');
export const TextWord = keyword('text');
export const All = keyword('all');
export const Runs = keyword('runs');
export const Ended = keyword('ended');
export const By = keyword('by');
export const Returns = keyword('returns');
export const Communications = keyword('communications');
for (const unit of durationUnits) {
  keyword(unit, UnitWord);
  keyword(`${unit}s`, UnitWord);
}

/** Words of the grammar, the reserved ones first. */
export const grammarWords: readonly string[] = [...keywordTypes.keys()];
export const communicationWords = wordsIn(CommunicationWord);
export const unitWords = wordsIn(UnitWord);
function wordsIn(category: TokenType): readonly string[] {
  return grammarWords.filter((word) => keywordTypes.get(word)!.CATEGORIES?.includes(category));
}

function symbol(name: string, pattern: string, category: TokenType[] = [AnyToken]): TokenType {
  return createToken({ name, label: `\`${pattern}\``, pattern, categories: category });
}
export const LCurly = symbol('LCurly', '{', []);
export const RCurly = symbol('RCurly', '}', []);
export const LParen = symbol('LParen', '(');
export const RParen = symbol('RParen', ')');
export const LSquare = symbol('LSquare', '[');
export const RSquare = symbol('RSquare', ']');
export const Arrow = symbol('Arrow', '->');
export const Colon = symbol('Colon', ':');
export const Comma = symbol('Comma', ',');
export const Dot = symbol('Dot', '.');
export const Pipe = symbol('Pipe', '|');
export const Percent = symbol('Percent', '%');
/** `== != < <= > >=` in one type: they bind alike. */
export const Compare = createToken({
  name: 'Compare',
  label: 'a comparison',
  pattern: /==|!=|<=|>=|<|>/,
  categories: AnyToken,
});
export const Equals = symbol('Equals', '=');
export const Plus = symbol('Plus', '+');
export const Minus = symbol('Minus', '-');
export const Times = createToken({ name: 'Times', label: '`*`', pattern: /[*/]/, categories: AnyToken });

/** `"…"` or a raw text of three or more quotes; the unfinished and the wrongly quoted are texts too, reported by the lexer. */
export const Text = createToken({
  name: 'Text',
  label: 'a text',
  pattern: { exec: matchText },
  start_chars_hint: ['"', "'"],
  line_breaks: true,
  categories: AnyToken,
});
export const DateLiteral = createToken({
  name: 'Date',
  label: 'a date',
  pattern: /\d{4}-\d{2}-\d{2}(?![\d-])/,
  categories: AnyToken,
});
export const TimeLiteral = createToken({
  name: 'TimeOfDay',
  label: 'a time like `09:00`',
  pattern: /\d{1,3}:\d{2}(?!\d)/,
  categories: AnyToken,
});
export const NumberLiteral = createToken({
  name: 'Number',
  label: 'a number',
  pattern: /\d+(?:\.\d+)?/,
  categories: AnyToken,
});

const Space = createToken({
  name: 'Space',
  pattern: /[ \t\r\n\u00a0\ufeff]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const CommentToken = createToken({ name: 'Comment', pattern: /\/\/[^\r\n]*/, group: 'comments', line_breaks: false });

/** In the order the lexer tries them. */
export const lexerTokens: TokenType[] = [
  Space,
  CommentToken,
  Word,
  Text,
  DateLiteral,
  TimeLiteral,
  NumberLiteral,
  LCurly,
  RCurly,
  LParen,
  RParen,
  LSquare,
  RSquare,
  Arrow,
  Colon,
  Comma,
  Dot,
  Pipe,
  Percent,
  Compare,
  Equals,
  Plus,
  Minus,
  Times,
];
export const vocabulary: TokenType[] = [
  AnyToken,
  UnitWord,
  ...new Set(openerTypes.values()),
  ...keywordTypes.values(),
  ...lexerTokens,
];

const shortText = /"(?:[^"\\\r\n]|\\[^\r\n])*"?/y;
const quotedText = /'[^'\r\n]*'?/y;
const openingQuotes = /"{3,}/y;

function matchText(text: string, offset: number): RegExpExecArray | null {
  openingQuotes.lastIndex = offset;
  const opening = openingQuotes.exec(text)?.[0];
  if (opening !== undefined) {
    const closing = text.indexOf(opening, offset + opening.length);
    const end = closing === -1 ? text.length : closing + opening.length;
    return Object.assign([text.slice(offset, end)], { index: offset, input: text }) as unknown as RegExpExecArray;
  }
  const pattern = text[offset] === "'" ? quotedText : shortText;
  pattern.lastIndex = offset;
  return pattern.exec(text);
}
