/**
 * Tokens → AST. Lines need no separators: a name before `:` is the next key, never a value, and a statement begins with its word.
 * Nothing in an action may look into what a rule returned outside of `ACTION`: chevrotain records the grammar with dummies.
 */
import type { ISerializedGast, IToken } from 'chevrotain';
import type * as Ast from './ast.ts';
import { balanceBraces, depthsOf } from './braces.ts';
import { lex } from './lexer.ts';
import { limits, tooComplex, tooLarge } from './limits.ts';
import type { Rule } from './parser/expressions.ts';
import { last } from './parser/recovery.ts';
import { ScenarioParser } from './parser/scenarios.ts';
import type { Problem } from './problems.ts';
import * as t from './tokens.ts';

class FlowParser extends ScenarioParser {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** Problems of the parser library and our own, of one parse. */
  allProblems(): readonly Problem[] {
    return [...this.problems, ...this.syntaxProblems()];
  }

  readonly fileRule: Rule<Ast.Declaration[]> = this.rule('file', () => {
    const declarations: Ast.Declaration[] = [];
    this.MANY(() => declarations.push(this.SUBRULE(this.declaration)));
    return declarations;
  });

  readonly declaration: Rule<Ast.Declaration> = this.rule(
    'declaration',
    () =>
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.workspaceOrCampaign) },
          { ALT: () => this.SUBRULE(this.enumeration) },
          { ALT: () => this.SUBRULE(this.record) },
          { ALT: () => this.SUBRULE(this.channel) },
          { ALT: () => this.SUBRULE(this.calendar) },
          { ALT: () => this.SUBRULE(this.namedWindow) },
          { ALT: () => this.SUBRULE(this.agent) },
          { ALT: () => this.SUBRULE(this.sharedCommunication) },
          { ALT: () => this.SUBRULE(this.flow) },
          { ALT: () => this.SUBRULE(this.scenario) },
          { ALT: () => this.SUBRULE(this.unknownDeclaration) },
        ],
      }),
    () => ({ kind: 'broken', description: null, span: this.here() }),
  );

  readonly unknownDeclaration: Rule<Ast.Declaration> = this.rule('unknownDeclaration', () => {
    const first = this.LA(1);
    this.ACTION(() => this.unknownLine('file'));
    this.OR([{ ALT: () => this.CONSUME(t.RCurly) }, { ALT: () => this.SUBRULE(this.restOfLine) }]);
    return { kind: 'broken', description: null, span: this.from(first) };
  });

  readonly workspaceOrCampaign: Rule<Ast.Declaration> = this.rule('workspaceOrCampaign', () => {
    const first = this.LA(1);
    const kind = this.OR([
      { ALT: () => last(this.CONSUME(t.Workspace), 'workspace' as const) },
      { ALT: () => last(this.CONSUME(t.Campaign), 'campaign' as const) },
    ]);
    const name = this.SUBRULE(this.name);
    const title = this.OPTION(() => this.SUBRULE(this.text)) ?? null;
    const items = this.OPTION1(() => this.SUBRULE(this.itemBlock)) ?? [];
    return { kind, name, title, items, ...this.about(first) };
  });

  readonly enumeration: Rule<Ast.Declaration> = this.rule('enum', () => {
    const first = this.LA(1);
    this.CONSUME(t.Enum);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const members = this.SUBRULE(this.alternatives);
    return { kind: 'enum', name, members, ...this.about(first) };
  });

  readonly record: Rule<Ast.Declaration> = this.rule('record', () => {
    const first = this.LA(1);
    const kind = this.OR([
      { ALT: () => last(this.CONSUME(t.Profile), 'profile' as const) },
      { ALT: () => last(this.CONSUME(t.Participant), 'participant' as const) },
    ]);
    const fields = this.SUBRULE(this.fieldBlock);
    return { kind, fields, ...this.about(first) };
  });

  readonly channel: Rule<Ast.Declaration> = this.rule('channel', () => {
    const first = this.LA(1);
    this.CONSUME(t.Channel);
    const name = this.SUBRULE(this.name);
    const title = this.OPTION(() => this.SUBRULE(this.text)) ?? null;
    this.CONSUME(t.Colon);
    const channelKind = this.SUBRULE1(this.name);
    const items = this.OPTION1(() => this.SUBRULE(this.itemBlock)) ?? [];
    return { kind: 'channel', name, title, channelKind, items, ...this.about(first) };
  });

  readonly calendar: Rule<Ast.Declaration> = this.rule('calendar', () => {
    const first = this.LA(1);
    this.CONSUME(t.Calendar);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const dates: Ast.Name[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      ERR_MSG: 'a date',
      DEF: () => dates.push(this.named(this.CONSUME(t.DateLiteral))),
    });
    return { kind: 'calendar', name, dates, ...this.about(first) };
  });

  readonly namedWindow: Rule<Ast.Declaration> = this.rule('namedWindow', () => {
    const first = this.LA(1);
    this.CONSUME(t.WindowWord);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const parts = this.SUBRULE(this.windowParts);
    return { kind: 'window', name, parts, ...this.about(first) };
  });

  readonly agent: Rule<Ast.Declaration> = this.rule('agent', () => {
    const first = this.LA(1);
    this.CONSUME(t.Agent);
    const name = this.SUBRULE(this.name);
    const title = this.OPTION(() => this.SUBRULE(this.text)) ?? null;
    const role = this.OPTION1(() => last(this.CONSUME(t.Colon), this.SUBRULE1(this.name))) ?? null;
    const items = this.SUBRULE(this.itemBlock);
    return { kind: 'agent', name, title, role, items, ...this.about(first) };
  });

  readonly sharedCommunication: Rule<Ast.Declaration> = this.rule('sharedCommunication', () => {
    const first = this.LA(1);
    const communication = this.SUBRULE(this.communication);
    return { kind: 'shared communication', communication, ...this.about(first) };
  });

  readonly scenario: Rule<Ast.Declaration> = this.rule('scenario', () => {
    const first = this.LA(1);
    const lines: Ast.ScenarioLine[] = [];
    this.CONSUME(t.Scenario);
    const title = this.SUBRULE(this.text);
    this.CONSUME(t.In);
    const campaign = this.SUBRULE(this.name);
    this.CONSUME(t.LCurly);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RCurly,
      DEF: () => lines.push(this.SUBRULE(this.scenarioLine)),
    });
    this.CONSUME(t.RCurly);
    return { kind: 'scenario', title, campaign, lines, ...this.about(first) };
  });

  readonly flow: Rule<Ast.Declaration> = this.rule('flow', () => {
    const first = this.LA(1);
    const items: Ast.FlowItem[] = [];
    this.CONSUME(t.Flow);
    const name = this.SUBRULE(this.name);
    const title = this.OPTION(() => this.SUBRULE(this.text)) ?? null;
    this.CONSUME(t.LCurly);
    this.MANY({ GATE: () => this.LA(1).tokenType !== t.RCurly, DEF: () => items.push(this.SUBRULE(this.flowItem)) });
    this.CONSUME(t.RCurly);
    return { kind: 'flow', name, title, items, ...this.about(first) };
  });
}

let parser: FlowParser | null = null;

/** The rules as chevrotain recorded them; `docs/grammar.md` is made of these. */
export function grammarRules(): readonly ISerializedGast[] {
  parser ??= new FlowParser();
  return parser.getSerializedGastProductions();
}

/** Reads one file. Never throws: what cannot be understood becomes a problem, the rest is parsed. At most one problem per line. */
export function parse(file: string, text: string): { file: Ast.FileNode; problems: readonly Problem[] } {
  parser ??= new FlowParser();
  const large = tooLarge(file, text);
  if (large !== null) return unread(file, large);
  const { tokens, comments, problems } = lex(file, text);
  const complex = tooComplex(file, tokens);
  if (complex !== null) return unread(file, complex);
  const balanced = balanceBraces(file, tokens);
  prepare(parser, file, balanced.tokens, comments);
  const declarations = parser.fileRule();
  const all = [...problems, ...balanced.problems, ...parser.allProblems()];
  return { file: { path: file, declarations, comments }, problems: firstOf(onePerLine(all)) };
}

function prepare(parser: FlowParser, file: string, tokens: readonly IToken[], comments: readonly Ast.Comment[]): void {
  parser.file = file;
  parser.problems = [];
  parser.descriptions = new Map(comments.flatMap((each) => (each.describes ? [[each.span.line, each] as const] : [])));
  parser.codeLines = new Set(tokens.map((token) => token.startLine!));
  parser.depths = depthsOf(tokens);
  parser.input = [...tokens];
}

function unread(path: string, problem: Problem): ReturnType<typeof parse> {
  return { file: { path, declarations: [], comments: [] }, problems: [problem] };
}

/** A file that is no flow at all has a mistake in each line: nobody reads them all. */
function firstOf(problems: readonly Problem[]): readonly Problem[] {
  const next = problems[limits.problems];
  if (next === undefined) return problems;
  const more: Problem = { kind: 'too many', more: problems.length - limits.problems, span: next.span };
  return [...problems.slice(0, limits.problems), more];
}

/** What was found first (characters, then braces, then grammar) explains the rest of its line. */
function onePerLine(problems: readonly Problem[]): readonly Problem[] {
  const byLine = new Map<number, Problem>();
  for (const problem of problems) {
    const before = byLine.get(problem.span.line);
    if (before === undefined || (before.kind === 'unopened' && problem.kind === 'expected'))
      byLine.set(problem.span.line, problem);
  }
  return [...byLine.values()].sort((a, b) => a.span.start - b.span.start);
}

/** What a text inside a builder file can be. */
export interface Fragment {
  readonly expression: Ast.Expr;
  readonly window: Ast.WindowPart[];
  /** One or more expressions with commas between, or a rate. */
  readonly value: Ast.SettingValue;
  readonly scenario: Ast.Declaration;
}

/** Reads one piece of the language. Never throws; spans count from the text's beginning. Null: nothing of it could be read. */
export function parseFragment<K extends keyof Fragment>(
  kind: K,
  text: string,
): { node: Fragment[K] | null; problems: readonly Problem[] } {
  parser ??= new FlowParser();
  const file = '';
  const { tokens, comments, problems } = lex(file, text);
  const refused = tooLarge(file, text) ?? tooComplex(file, tokens);
  if (refused !== null) return { node: null, problems: [refused] };
  const balanced = balanceBraces(file, tokens);
  prepare(parser, file, balanced.tokens, comments);
  const rules: { readonly [F in keyof Fragment]: () => Fragment[F] } = {
    expression: parser.expression,
    window: parser.windowParts,
    value: parser.value,
    scenario: parser.scenario,
  };
  const node = (rules[kind] as () => Fragment[K] | undefined).call(parser) ?? null;
  const found = [...problems, ...balanced.problems, ...parser.allProblems()].map(endOfText);
  return { node: found.some((problem) => problem.kind === 'expected') ? null : node, problems: onePerLine(found) };
}

/** A fragment ends with its text, not with a file of declarations. */
function endOfText(problem: Problem): Problem {
  if (problem.kind !== 'expected') return problem;
  return {
    ...problem,
    expected: problem.expected === 'a declaration' ? 'the end of the text' : problem.expected,
    found: problem.found === 'the end of the file' ? 'the end of the text' : problem.found,
  };
}
