/**
 * Tokens → AST. Lines need no separators: a name before `:` is the next key, never a value, and a statement begins with its word.
 * Nothing in an action may look into what a rule returned outside of `ACTION`: chevrotain records the grammar with dummies.
 */
import { EMPTY_ALT, type IToken, type ParserMethod, tokenMatcher } from 'chevrotain';
import type * as Ast from './ast.ts';
import { durationUnits } from './ast.ts';
import { balanceBraces, depthsOf } from './braces.ts';
import { closest } from './closest.ts';
import { lex } from './lexer.ts';
import type { Place, Problem } from './problems.ts';
import { describeToken, RecoveringParser } from './recovery.ts';
import { readText } from './text.ts';
import * as t from './tokens.ts';

type Rule<T> = ParserMethod<[], T>;

/** A word of these at the start of a line begins a statement or a declaration even where a value is missing. */
const lineWords = new Set([
  ...t.declarationWords,
  ...[
    'on',
    'match',
    'split',
    'set',
    'stop',
    'send',
    'cancel',
    'to',
    'python',
    'wait',
    'exit',
    'skip',
    'success',
    'failure',
    'holdout',
    'defaults',
    'results',
    'expect',
  ],
]);
const windowKeys = new Set(['window', 'contact_hours']);
const units = durationUnits.flatMap((unit) => [unit, `${unit}s`]);

class FlowParser extends RecoveringParser {
  comments: readonly Ast.Comment[] = [];
  codeLines: ReadonlySet<number> = new Set();

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** Problems of the parser library and our own, of one parse. */
  allProblems(): readonly Problem[] {
    return [...this.problems, ...this.syntaxProblems()];
  }

  // ── Declarations ────────────────────────────────────────────────────────────────────────────────────────────────

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
      { ALT: () => (this.CONSUME(t.Workspace), 'workspace' as const) },
      { ALT: () => (this.CONSUME(t.Campaign), 'campaign' as const) },
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

  /** `a | b`, or one name. */
  readonly alternatives: Rule<Ast.Name[]> = this.rule('alternatives', () => {
    const names = [this.SUBRULE(this.name)];
    this.MANY(() => {
      this.CONSUME(t.Pipe);
      names.push(this.SUBRULE1(this.name));
    });
    return names;
  });

  readonly record: Rule<Ast.Declaration> = this.rule('record', () => {
    const first = this.LA(1);
    const kind = this.OR([
      { ALT: () => (this.CONSUME(t.Profile), 'profile' as const) },
      { ALT: () => (this.CONSUME(t.Participant), 'participant' as const) },
    ]);
    const fields = this.SUBRULE(this.fieldBlock);
    return { kind, fields, ...this.about(first) };
  });

  readonly fieldBlock: Rule<Ast.FieldNode[]> = this.rule('fields', () => {
    const fields: Ast.FieldNode[] = [];
    this.CONSUME(t.LCurly);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RCurly,
      DEF: () => {
        const field = this.SUBRULE(this.fieldOrUnknown);
        this.ACTION(() => field !== null && fields.push(field));
      },
    });
    this.CONSUME(t.RCurly);
    return fields;
  });

  readonly fieldOrUnknown: Rule<Ast.FieldNode | null> = this.rule(
    'fieldOrUnknown',
    () =>
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.field) },
          { ALT: () => (this.SUBRULE(this.comma), null) },
          { ALT: () => (this.ACTION(() => this.unknownLine('fields')), this.SUBRULE(this.restOfLine), null) },
        ],
      }),
    () => null,
  );

  readonly field: Rule<Ast.FieldNode> = this.rule('field', () => {
    const first = this.LA(1);
    const name = this.SUBRULE(this.name);
    const title = this.OPTION(() => this.SUBRULE(this.text)) ?? null;
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.alternatives);
    const modifiers: Ast.Name[] = [];
    this.MANY({
      GATE: () => this.LA(1).startLine === first.startLine && this.LA(2).tokenType !== t.Colon,
      DEF: () => modifiers.push(this.SUBRULE(this.modifier)),
    });
    const value = this.OPTION1(() => (this.CONSUME(t.Equals), this.SUBRULE(this.expression))) ?? null;
    const { span, description } = this.about(first);
    return { name, title, type, modifiers, default: value, span, description };
  });

  readonly modifier: Rule<Ast.Name> = this.rule('modifier', () => {
    const first = this.LA(1);
    this.OPTION(() => this.CONSUME(t.Not));
    const name = this.SUBRULE(this.name);
    return this.ACTION(() => ({
      text: first.tokenType === t.Not ? `not ${name.text}` : name.text,
      span: this.from(first),
    }));
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
    this.MANY_SEP({ SEP: t.Comma, DEF: () => dates.push(this.named(this.CONSUME(t.DateLiteral))) });
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
    const role = this.OPTION1(() => (this.CONSUME(t.Colon), this.SUBRULE1(this.name))) ?? null;
    const items = this.SUBRULE(this.itemBlock);
    return { kind: 'agent', name, title, role, items, ...this.about(first) };
  });

  readonly sharedCommunication: Rule<Ast.Declaration> = this.rule('sharedCommunication', () => {
    const first = this.LA(1);
    const communication = this.SUBRULE(this.communication);
    return { kind: 'shared communication', communication, ...this.about(first) };
  });

  readonly communication: Rule<Ast.CommunicationNode> = this.rule('communication', () => {
    const first = this.LA(1);
    const channelKind = this.named(this.CONSUME(t.CommunicationWord));
    const name = this.SUBRULE(this.name);
    const title = this.OPTION(() => this.SUBRULE(this.text)) ?? null;
    const items = this.SUBRULE(this.itemBlock);
    return { kind: 'communication', channelKind, name, title, items, span: this.from(first) };
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

  readonly scenarioLine: Rule<Ast.ScenarioLine> = this.rule(
    'scenarioLine',
    () => {
      const first = this.LA(1);
      const kind = this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => (this.CONSUME(t.Given), 'given' as const) },
          { ALT: () => (this.CONSUME(t.Start), 'start' as const) },
          { ALT: () => (this.CONSUME(t.When), 'when' as const) },
          { ALT: () => (this.CONSUME(t.Expect), 'expect' as const) },
          { ALT: () => (this.CONSUME(t.Stub), 'stub' as const) },
          { ALT: () => (this.ACTION(() => this.unknownLine('scenario')), this.CONSUME(t.AnyToken), 'given' as const) },
        ],
      });
      this.MANY({ GATE: () => this.onSameLine(), DEF: () => this.SUBRULE(this.anything) });
      return { kind, span: this.from(first) };
    },
    () => ({ kind: 'given', span: this.here() }),
  );

  // ── Settings and clauses ────────────────────────────────────────────────────────────────────────────────────────

  readonly itemBlock: Rule<Ast.Item[]> = this.rule('settings', () => {
    const items: Ast.Item[] = [];
    this.CONSUME(t.LCurly);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RCurly,
      DEF: () => {
        const item = this.SUBRULE(this.item);
        this.ACTION(() => item !== null && items.push(item));
      },
    });
    this.CONSUME(t.RCurly);
    return items;
  });

  readonly item: Rule<Ast.Item | null> = this.rule(
    'item',
    () =>
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.setting) },
          { ALT: () => this.SUBRULE(this.conditionClause) },
          { ALT: () => this.SUBRULE(this.limit) },
          { ALT: () => this.SUBRULE(this.holdout) },
          { ALT: () => this.SUBRULE(this.defaults) },
          { ALT: () => this.SUBRULE(this.results) },
          { ALT: () => (this.SUBRULE(this.comma), null) },
          { ALT: () => this.SUBRULE(this.unknownItem) },
        ],
      }),
    () => ({ kind: 'broken', span: this.here() }),
  );

  readonly unknownItem: Rule<Ast.Item> = this.rule('unknownItem', () => {
    const first = this.LA(1);
    this.ACTION(() => this.unknownLine('settings'));
    this.SUBRULE(this.restOfLine);
    return { kind: 'broken', span: this.from(first) };
  });

  readonly setting: Rule<Ast.Setting> = this.rule('setting', () => {
    const first = this.LA(1);
    const key = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    // Not an `OR`: all three can begin with a name.
    const form = windowKeys.has(first.image)
      ? 'window'
      : this.LA(1).tokenType === t.Python && this.LA(2).tokenType === t.Text
        ? 'python'
        : 'plain';
    const window = this.RECORDING_PHASE || form === 'window' ? this.SUBRULE(this.windowValue) : null;
    const python = this.RECORDING_PHASE || form === 'python' ? this.SUBRULE(this.pythonExpression) : null;
    const plain = this.RECORDING_PHASE || form === 'plain' ? this.SUBRULE(this.value) : null;
    return { kind: 'setting', key, value: (window ?? python ?? plain)!, span: this.from(first) };
  });

  readonly value: Rule<Ast.SettingValue> = this.rule('value', () => {
    const first = this.LA(1);
    return this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.SUBRULE(this.object) },
        { ALT: () => this.SUBRULE(this.array) },
        {
          ALT: () => {
            const items = [this.SUBRULE(this.expression)];
            this.MANY({
              GATE: () => !this.keyAt(2),
              DEF: () => (this.CONSUME(t.Comma), items.push(this.SUBRULE1(this.expression))),
            });
            const per = this.OPTION(() => (this.CONSUME(t.Per), this.SUBRULE(this.name)));
            const span = this.from(first);
            return per
              ? { kind: 'rate' as const, amount: items[0]!, per, span }
              : { kind: 'list' as const, items, span };
          },
        },
      ],
    });
  });

  readonly pythonExpression: Rule<Ast.SettingValue> = this.rule('pythonExpression', () => {
    const first = this.LA(1);
    this.CONSUME(t.Python);
    const code = this.SUBRULE(this.text);
    return { kind: 'python', code, span: this.from(first) };
  });

  readonly object: Rule<Ast.SettingValue> = this.rule('object', () => {
    const first = this.LA(1);
    const entries: Ast.Entry[] = [];
    this.CONSUME(t.LCurly);
    this.MANY(() => {
      const name = this.SUBRULE(this.name);
      this.CONSUME(t.Colon);
      const value = this.SUBRULE(this.entryValue);
      this.OPTION(() => this.CONSUME(t.Comma));
      entries.push({ name, value });
    });
    this.CONSUME(t.RCurly);
    return { kind: 'object', entries, span: this.from(first) };
  });

  readonly array: Rule<Ast.SettingValue> = this.rule('array', () => {
    const first = this.LA(1);
    const items: Ast.SettingValue[] = [];
    this.CONSUME(t.LSquare);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => items.push(this.SUBRULE(this.entryValue)) });
    this.CONSUME(t.RSquare);
    return { kind: 'array', items, span: this.from(first) };
  });

  readonly entryValue: Rule<Ast.SettingValue> = this.rule('entryValue', () => {
    const first = this.LA(1);
    return this.OR([
      { ALT: () => this.SUBRULE(this.object) },
      { ALT: () => this.SUBRULE(this.array) },
      {
        GATE: () => this.LA(1).tokenType !== t.RSquare,
        ALT: () => {
          const items = [this.SUBRULE(this.expression)];
          return { kind: 'list' as const, items, span: this.from(first) };
        },
      },
    ]);
  });

  readonly conditionClause: Rule<Ast.Item> = this.rule('conditionClause', () => {
    const first = this.LA(1);
    const kind = this.OR([
      { ALT: () => (this.CONSUME(t.Exit), 'exit when' as const) },
      { ALT: () => (this.CONSUME(t.Skip), 'skip when' as const) },
      { ALT: () => (this.CONSUME(t.Success), 'success when' as const) },
      { ALT: () => (this.CONSUME(t.Failure), 'failure when' as const) },
    ]);
    this.CONSUME(t.When);
    const condition = this.SUBRULE(this.expression);
    return { kind, condition, span: this.from(first) };
  });

  readonly limit: Rule<Ast.Item> = this.rule('limit', () => {
    const first = this.LA(1);
    this.CONSUME(t.At);
    this.CONSUME(t.Most);
    const count = this.CONSUME(t.NumberLiteral).image;
    const of = this.OPTION(() => this.named(this.CONSUME(t.CommunicationWord))) ?? null;
    const per =
      this.OPTION1(() => {
        this.CONSUME(t.Per);
        const start = this.LA(1);
        this.OPTION2(() => this.CONSUME1(t.NumberLiteral));
        this.CONSUME(t.UnitWord);
        const span = this.from(start);
        return { text: span.start === span.end ? '' : this.textOf(start), span };
      }) ?? null;
    return { kind: 'at most', count, of, per, span: this.from(first) };
  });

  readonly holdout: Rule<Ast.Item> = this.rule('holdout', () => {
    const first = this.LA(1);
    this.CONSUME(t.Holdout);
    const percent = this.CONSUME(t.NumberLiteral).image;
    this.CONSUME(t.Percent);
    return { kind: 'holdout', percent, span: this.from(first) };
  });

  readonly defaults: Rule<Ast.Item> = this.rule('defaults', () => {
    const first = this.LA(1);
    this.CONSUME(t.Defaults);
    const items = this.SUBRULE(this.itemBlock);
    return { kind: 'defaults', items, span: this.from(first) };
  });

  readonly results: Rule<Ast.Item> = this.rule('results', () => {
    const first = this.LA(1);
    this.CONSUME(t.Results);
    const fields = this.SUBRULE(this.fieldBlock);
    return { kind: 'results', fields, span: this.from(first) };
  });

  // ── Windows ─────────────────────────────────────────────────────────────────────────────────────────────────────

  readonly windowValue: Rule<Ast.SettingValue> = this.rule('windowValue', () => {
    const first = this.LA(1);
    const parts = this.SUBRULE(this.windowParts);
    return { kind: 'window', parts, span: this.from(first) };
  });

  readonly windowParts: Rule<Ast.WindowPart[]> = this.rule('window', () => {
    const parts = [this.SUBRULE(this.windowPart)];
    this.MANY({
      GATE: () => !this.keyAt(2),
      DEF: () => (this.CONSUME(t.Comma), parts.push(this.SUBRULE1(this.windowPart))),
    });
    return parts;
  });

  readonly windowPart: Rule<Ast.WindowPart> = this.rule('windowPart', () => {
    const first = this.LA(1);
    return this.OR({
      IGNORE_AMBIGUITIES: true,
      ERR_MSG: 'a window like `09:00-18:00`',
      DEF: [
        { ALT: () => this.SUBRULE(this.windowRange) },
        {
          ALT: () => (
            this.CONSUME(t.AnyWord), this.CONSUME(t.Time), { kind: 'any time' as const, span: this.from(first) }
          ),
        },
        {
          ALT: () => {
            this.CONSUME(t.Best);
            this.CONSUME1(t.Time);
            const within = this.OPTION(() => (this.CONSUME(t.Within), this.SUBRULE(this.windowParts))) ?? [];
            return { kind: 'best time' as const, within, span: this.from(first) };
          },
        },
        {
          GATE: () => !this.keyAt(1),
          ALT: () => {
            const name = this.SUBRULE(this.name);
            return { kind: 'named' as const, name, span: this.from(first) };
          },
        },
      ],
    });
  });

  readonly windowRange: Rule<Ast.WindowPart> = this.rule('windowRange', () => {
    const first = this.LA(1);
    const days: Ast.DaySpan[] = [];
    const except: Ast.Name[] = [];
    const from = this.CONSUME(t.TimeLiteral).image;
    this.CONSUME(t.Minus);
    const to = this.CONSUME1(t.TimeLiteral).image;
    this.OPTION(() => {
      this.CONSUME(t.On);
      days.push(this.SUBRULE(this.daySpan));
      this.MANY({
        GATE: () => this.wordFollowsComma(),
        DEF: () => (this.CONSUME(t.Comma), days.push(this.SUBRULE1(this.daySpan))),
      });
    });
    this.OPTION1(() => {
      this.CONSUME(t.Except);
      except.push(this.SUBRULE(this.exception));
      this.MANY1({
        GATE: () => this.wordFollowsComma() || this.LA(2).tokenType === t.DateLiteral,
        DEF: () => (this.CONSUME1(t.Comma), except.push(this.SUBRULE1(this.exception))),
      });
    });
    return { kind: 'range', from, to, days, except, span: this.from(first) };
  });

  readonly daySpan: Rule<Ast.DaySpan> = this.rule('daySpan', () => {
    const from = this.SUBRULE(this.name);
    const to = this.OPTION(() => (this.CONSUME(t.Minus), this.SUBRULE1(this.name))) ?? null;
    return { from, to };
  });

  readonly exception: Rule<Ast.Name> = this.rule('exception', () =>
    this.OR([{ ALT: () => this.SUBRULE(this.name) }, { ALT: () => this.named(this.CONSUME(t.DateLiteral)) }]),
  );

  // ── Flows ───────────────────────────────────────────────────────────────────────────────────────────────────────

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

  readonly flowItem: Rule<Ast.FlowItem> = this.rule(
    'flowItem',
    () =>
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.setting) },
          { ALT: () => this.SUBRULE(this.trigger) },
          { ALT: () => this.SUBRULE(this.statement) },
        ],
      }),
    () => ({ kind: 'broken', span: this.here() }),
  );

  readonly trigger: Rule<Ast.TriggerNode> = this.rule('trigger', () => {
    const first = this.LA(1);
    const filters: { name: Ast.Name; becomes: Ast.Name | null }[] = [];
    this.CONSUME(t.On);
    const one = this.CONSUME(t.Word).image;
    const two = this.CONSUME1(t.Word).image;
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      filters.push(this.SUBRULE(this.filter));
      this.MANY(() => (this.CONSUME(t.Comma), filters.push(this.SUBRULE1(this.filter))));
    });
    return { kind: 'trigger', words: `${one} ${two}`, filters, span: this.from(first) };
  });

  readonly filter: Rule<{ name: Ast.Name; becomes: Ast.Name | null }> = this.rule('filter', () => {
    const name = this.SUBRULE(this.name);
    const becomes = this.OPTION(() => (this.CONSUME(t.Becomes), this.SUBRULE1(this.name))) ?? null;
    return { name, becomes };
  });

  readonly statement: Rule<Ast.StatementNode> = this.rule(
    'statement',
    () =>
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.branch) },
          { ALT: () => this.SUBRULE(this.match) },
          { ALT: () => this.SUBRULE(this.split) },
          { ALT: () => this.SUBRULE(this.assignments) },
          { ALT: () => this.SUBRULE(this.stop) },
          { ALT: () => this.SUBRULE(this.send) },
          { ALT: () => this.SUBRULE(this.cancel) },
          { ALT: () => this.SUBRULE(this.toFlow) },
          { ALT: () => this.SUBRULE(this.python) },
          { ALT: () => this.SUBRULE(this.wait) },
          { ALT: () => this.SUBRULE(this.communication) },
          { ALT: () => this.SUBRULE(this.unknownStatement) },
        ],
      }),
    () => ({ kind: 'broken', span: this.here() }),
  );

  readonly unknownStatement: Rule<Ast.StatementNode> = this.rule('unknownStatement', () => {
    const first = this.LA(1);
    this.ACTION(() => this.unknownLine('flow'));
    this.SUBRULE(this.restOfLine);
    return { kind: 'broken', span: this.from(first) };
  });

  readonly block: Rule<Ast.StatementNode[]> = this.rule('block', () => {
    const opener = this.LA(1);
    const statements: Ast.StatementNode[] = [];
    this.CONSUME(t.LCurly);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RCurly,
      DEF: () => statements.push(this.SUBRULE(this.statement)),
    });
    this.CONSUME(t.RCurly);
    this.ACTION(
      () =>
        statements.length === 0 && this.problems.push({ kind: 'empty block', of: 'block', span: this.from(opener) }),
    );
    return statements;
  });

  /** What stands after `->`. */
  readonly armBody: Rule<Ast.StatementNode[]> = this.rule('armBody', () =>
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.SUBRULE(this.block) },
        {
          ALT: () => {
            const only = this.SUBRULE(this.statement);
            return [only];
          },
        },
      ],
    }),
  );

  readonly branch: Rule<Ast.StatementNode> = this.rule('if', () => {
    const first = this.LA(1);
    this.CONSUME(t.If);
    const condition = this.SUBRULE(this.expression);
    const then = this.SUBRULE(this.block);
    const otherwise =
      this.OPTION(() => {
        this.CONSUME(t.Else);
        return this.OR([
          {
            ALT: () => {
              const nested = this.SUBRULE(this.branch);
              return [nested];
            },
          },
          { ALT: () => this.SUBRULE1(this.block) },
        ]);
      }) ?? [];
    return { kind: 'if', condition, then, else: otherwise, span: this.from(first) };
  });

  readonly match: Rule<Ast.StatementNode> = this.rule('match', () => {
    const first = this.LA(1);
    const arms: Ast.MatchArm[] = [];
    this.CONSUME(t.Match);
    const subject = this.SUBRULE(this.expression);
    this.CONSUME(t.LCurly);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RCurly,
      DEF: () => {
        const arm = this.SUBRULE(this.matchArm);
        this.ACTION(() => arm !== null && arms.push(arm));
      },
    });
    this.CONSUME(t.RCurly);
    return { kind: 'match', subject, arms, span: this.from(first) };
  });

  readonly matchArm: Rule<Ast.MatchArm | null> = this.rule(
    'matchArm',
    () => {
      const first = this.LA(1);
      const members: Ast.Name[] = [];
      return this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          {
            ALT: () => {
              members.push(this.SUBRULE(this.name));
              this.MANY(() => (this.CONSUME(t.Comma), members.push(this.SUBRULE1(this.name))));
              this.CONSUME(t.Arrow);
              const body = this.SUBRULE(this.armBody);
              return { members, otherwise: false, body, span: this.from(first) };
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.Else);
              this.CONSUME1(t.Arrow);
              const body = this.SUBRULE1(this.armBody);
              return { members, otherwise: true, body, span: this.from(first) };
            },
          },
          { ALT: () => (this.ACTION(() => this.unknownLine('match')), this.SUBRULE(this.restOfLine), null) },
        ],
      });
    },
    () => null,
  );

  readonly split: Rule<Ast.StatementNode> = this.rule('split', () => {
    const first = this.LA(1);
    const arms: Ast.SplitArm[] = [];
    this.CONSUME(t.Split);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.LCurly);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RCurly,
      DEF: () => {
        const arm = this.SUBRULE(this.splitArm);
        this.ACTION(() => arm !== null && arms.push(arm));
      },
    });
    this.CONSUME(t.RCurly);
    return { kind: 'split', name, arms, span: this.from(first) };
  });

  readonly splitArm: Rule<Ast.SplitArm | null> = this.rule(
    'splitArm',
    () => {
      const first = this.LA(1);
      return this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          {
            ALT: () => {
              const percent = this.CONSUME(t.NumberLiteral).image;
              this.CONSUME(t.Percent);
              this.CONSUME(t.Arrow);
              const body = this.SUBRULE(this.armBody);
              return { percent, body, span: this.from(first) };
            },
          },
          {
            ALT: () => {
              this.CONSUME(t.Else);
              this.CONSUME1(t.Arrow);
              const body = this.SUBRULE1(this.armBody);
              return { percent: null, body, span: this.from(first) };
            },
          },
          { ALT: () => (this.ACTION(() => this.unknownLine('split')), this.SUBRULE(this.restOfLine), null) },
        ],
      });
    },
    () => null,
  );

  readonly assignments: Rule<Ast.StatementNode> = this.rule('set', () => {
    const first = this.LA(1);
    this.CONSUME(t.SetWord);
    const assignments = [this.SUBRULE(this.assignment)];
    this.MANY(() => (this.CONSUME(t.Comma), assignments.push(this.SUBRULE1(this.assignment))));
    return { kind: 'set', assignments, span: this.from(first) };
  });

  readonly assignment: Rule<Ast.Assignment> = this.rule('assignment', () => {
    const first = this.LA(1);
    const target = this.SUBRULE(this.path);
    this.CONSUME(t.Equals);
    const value = this.SUBRULE(this.expression);
    return { target, value, span: this.from(first) };
  });

  readonly stop: Rule<Ast.StatementNode> = this.rule('stop', () => {
    const first = this.LA(1);
    this.CONSUME(t.Stop);
    return { kind: 'stop', span: this.from(first) };
  });

  readonly send: Rule<Ast.StatementNode> = this.rule('send', () => {
    const first = this.LA(1);
    this.CONSUME(t.Send);
    const name = this.SUBRULE(this.name);
    return { kind: 'send', name, span: this.from(first) };
  });

  readonly cancel: Rule<Ast.StatementNode> = this.rule('cancel', () => {
    const first = this.LA(1);
    const names: Ast.Name[] = [];
    this.CONSUME(t.Cancel);
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.CONSUME(t.Communications) },
        {
          ALT: () => {
            names.push(this.SUBRULE(this.name));
            this.MANY(() => (this.CONSUME(t.Comma), names.push(this.SUBRULE1(this.name))));
          },
        },
      ],
    });
    return { kind: 'cancel', names, span: this.from(first) };
  });

  readonly toFlow: Rule<Ast.StatementNode> = this.rule('to', () => {
    const first = this.LA(1);
    this.CONSUME(t.To);
    const flow = this.SUBRULE(this.name);
    return { kind: 'to', flow, span: this.from(first) };
  });

  readonly python: Rule<Ast.StatementNode> = this.rule('python', () => {
    const first = this.LA(1);
    this.CONSUME(t.Python);
    const name = this.SUBRULE(this.name);
    const items = this.SUBRULE(this.itemBlock);
    return { kind: 'python', name, items, span: this.from(first) };
  });

  readonly wait: Rule<Ast.StatementNode> = this.rule('wait', () => {
    const first = this.LA(1);
    this.CONSUME(t.Wait);
    return this.choose<Ast.StatementNode>([
      {
        ALT: () => (
          this.CONSUME(t.Until), { kind: 'wait until', until: this.SUBRULE(this.expression), span: this.from(first) }
        ),
      },
      {
        ALT: () => {
          this.CONSUME(t.For);
          const condition = this.SUBRULE1(this.expression);
          const upTo =
            this.OPTION({
              GATE: () => this.LA(2).tokenType === t.To,
              DEF: () => (this.CONSUME(t.Up), this.CONSUME(t.To), this.SUBRULE2(this.expression)),
            }) ?? null;
          const otherwise = this.OPTION1(() => (this.CONSUME(t.Else), this.SUBRULE(this.block))) ?? null;
          return { kind: 'wait for', condition, upTo, otherwise, span: this.from(first) };
        },
      },
      { ALT: () => ({ kind: 'wait', duration: this.SUBRULE3(this.expression), span: this.from(first) }) },
    ]);
  });

  // ── Expressions, loosest first ──────────────────────────────────────────────────────────────────────────────────

  readonly expression: Rule<Ast.Expr> = this.rule('expression', () => {
    const first = this.LA(1);
    let left = this.SUBRULE(this.conjunction);
    this.MANY(() => {
      this.CONSUME(t.Or);
      const right = this.SUBRULE1(this.conjunction);
      left = { kind: 'binary', operator: 'or', left, right, span: this.from(first) };
    });
    return left;
  });

  readonly conjunction: Rule<Ast.Expr> = this.rule('conjunction', () => {
    const first = this.LA(1);
    let left = this.SUBRULE(this.negation);
    this.MANY(() => {
      this.CONSUME(t.And);
      const right = this.SUBRULE1(this.negation);
      left = { kind: 'binary', operator: 'and', left, right, span: this.from(first) };
    });
    return left;
  });

  readonly negation: Rule<Ast.Expr> = this.rule('negation', () => {
    const first = this.LA(1);
    return this.choose<Ast.Expr>([
      {
        ALT: () => {
          this.CONSUME(t.Not);
          const operand = this.SUBRULE(this.negation);
          return { kind: 'unary', operator: 'not', operand, span: this.from(first) };
        },
      },
      { ALT: () => this.SUBRULE(this.comparison) },
    ]);
  });

  readonly comparison: Rule<Ast.Expr> = this.rule('comparison', () => {
    const first = this.LA(1);
    const left = this.SUBRULE(this.sum);
    return (
      this.choose<Ast.Expr>([
        {
          ALT: () => {
            const operator = this.CONSUME(t.Compare).image as Ast.BinaryOperator;
            const right = this.SUBRULE1(this.sum);
            return { kind: 'binary', operator, left, right, span: this.from(first) };
          },
        },
        {
          ALT: () => {
            const sign = this.CONSUME(t.Equals);
            this.ACTION(() =>
              this.problems.push({ kind: 'assignment in condition', span: this.spanAt(sign, undefined) }),
            );
            const right = this.SUBRULE2(this.sum);
            return { kind: 'binary', operator: '==', left, right, span: this.from(first) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Contains);
            const right = this.SUBRULE3(this.sum);
            return { kind: 'binary', operator: 'contains', left, right, span: this.from(first) };
          },
        },
        {
          ALT: () => {
            const negated = this.LA(1).tokenType === t.Not;
            this.OPTION(() => this.CONSUME(t.Not));
            this.CONSUME(t.In);
            const list = this.SUBRULE(this.list);
            return { kind: 'in', negated, operand: left, list, span: this.from(first) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Is);
            const negated = this.LA(1).tokenType === t.Not;
            this.OPTION1(() => this.CONSUME1(t.Not));
            this.CONSUME(t.SetWord);
            return { kind: 'is set', negated, operand: left, span: this.from(first) };
          },
        },
        { ALT: EMPTY_ALT(left) },
      ]) ?? left
    );
  });

  readonly list: Rule<Ast.Expr[]> = this.rule('list', () => {
    this.CONSUME(t.LParen);
    const items = [this.SUBRULE(this.sum)];
    this.MANY(() => (this.CONSUME(t.Comma), items.push(this.SUBRULE1(this.sum))));
    this.CONSUME(t.RParen);
    return items;
  });

  readonly sum: Rule<Ast.Expr> = this.rule('sum', () => {
    const first = this.LA(1);
    let left = this.SUBRULE(this.product);
    this.MANY(() => {
      const operator = this.OR([
        { ALT: () => (this.CONSUME(t.Plus), '+' as const) },
        { ALT: () => (this.CONSUME(t.Minus), '-' as const) },
      ]);
      const right = this.SUBRULE1(this.product);
      left = { kind: 'binary', operator, left, right, span: this.from(first) };
    });
    return left;
  });

  readonly product: Rule<Ast.Expr> = this.rule('product', () => {
    const first = this.LA(1);
    let left = this.SUBRULE(this.dateAt);
    this.MANY(() => {
      const operator = this.CONSUME(t.Times).image as '*' | '/';
      const right = this.SUBRULE1(this.dateAt);
      left = { kind: 'binary', operator, left, right, span: this.from(first) };
    });
    return left;
  });

  /** `DATE at HH:MM` */
  readonly dateAt: Rule<Ast.Expr> = this.rule('dateAt', () => {
    const first = this.LA(1);
    const date = this.SUBRULE(this.atom);
    const time = this.OPTION({
      GATE: () => this.LA(2).tokenType === t.TimeLiteral,
      DEF: () => (this.CONSUME(t.At), this.CONSUME(t.TimeLiteral).image),
    });
    return time === undefined ? date : { kind: 'at', date, time, span: this.from(first) };
  });

  readonly atom: Rule<Ast.Expr> = this.rule('atom', () => {
    const first = this.LA(1);
    return this.choose<Ast.Expr>([
      {
        GATE: () => !this.keyAt(1) && !this.beginsNextLine(),
        ALT: () => {
          const names = this.SUBRULE(this.path);
          return { kind: 'path', names, span: this.from(first) };
        },
      },
      {
        ALT: () => {
          const text = this.SUBRULE(this.text);
          return { kind: 'text', text, span: this.from(first) };
        },
      },
      {
        GATE: () => !this.keyAt(2),
        ALT: () => {
          const amount = this.CONSUME(t.NumberLiteral).image;
          const unit = this.CONSUME(t.UnitWord).image.replace(/s$/, '') as Ast.DurationUnit;
          return { kind: 'duration', amount, unit, span: this.from(first) };
        },
      },
      {
        GATE: () => this.unitMeant() !== null,
        ALT: () => {
          const unit = this.unitMeant();
          const amount = this.CONSUME1(t.NumberLiteral).image;
          const word = this.CONSUME1(t.Word);
          this.ACTION(() =>
            this.problems.push({ kind: 'unit', amount, unit: word.image, span: this.spanAt(word, undefined) }),
          );
          return {
            kind: 'duration',
            amount,
            unit: unit?.replace(/s$/, '') as Ast.DurationUnit,
            span: this.from(first),
          };
        },
      },
      { ALT: () => ({ kind: 'number', text: this.CONSUME2(t.NumberLiteral).image, span: this.from(first) }) },
      { ALT: () => (this.CONSUME(t.True), { kind: 'boolean', value: true, span: this.from(first) }) },
      { ALT: () => (this.CONSUME(t.False), { kind: 'boolean', value: false, span: this.from(first) }) },
      {
        ALT: () => {
          const date = this.CONSUME(t.DateLiteral).image;
          const time = this.OPTION(() => this.CONSUME(t.TimeLiteral).image);
          const span = this.from(first);
          return time === undefined ? { kind: 'date', text: date, span } : { kind: 'datetime', date, time, span };
        },
      },
      { ALT: () => ({ kind: 'time', text: this.CONSUME1(t.TimeLiteral).image, span: this.from(first) }) },
      {
        ALT: () => {
          this.CONSUME(t.Minus);
          const operand = this.SUBRULE(this.atom);
          return { kind: 'unary', operator: '-', operand, span: this.from(first) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LParen);
          const inner = this.SUBRULE(this.expression);
          this.CONSUME(t.RParen);
          return inner;
        },
      },
      {
        ALT: () => {
          this.ACTION(() => this.missingValue());
          return { kind: 'missing', span: this.here() };
        },
      },
    ]);
  });

  readonly path: Rule<Ast.Name[]> = this.rule('path', () => {
    const names = [this.SUBRULE(this.name)];
    this.MANY(() => (this.CONSUME(t.Dot), names.push(this.SUBRULE1(this.name))));
    return names;
  });

  readonly name: Rule<Ast.Name> = this.rule('name', () => this.named(this.CONSUME(t.Word)));

  readonly text: Rule<Ast.TextLiteral> = this.rule('text', () => {
    const first = this.LA(1);
    this.CONSUME(t.Text);
    return this.ACTION(() => {
      const span = this.from(first);
      const { value, raw } = readText(first.image, span);
      return { value, raw, span };
    });
  });

  // ── What cannot be understood ───────────────────────────────────────────────────────────────────────────────────

  /** At least one token; the line it stands on and blocks that open there. */
  readonly restOfLine: Rule<void> = this.rule('restOfLine', () => {
    this.SUBRULE(this.anything);
    this.MANY({ GATE: () => this.onSameLine(), DEF: () => this.SUBRULE1(this.anything) });
  });

  readonly anything: Rule<void> = this.rule('anything', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.LCurly);
          this.MANY({ GATE: () => this.LA(1).tokenType !== t.RCurly, DEF: () => this.SUBRULE(this.anything) });
          this.CONSUME(t.RCurly);
        },
      },
      { ALT: () => this.CONSUME(t.AnyToken) },
    ]);
  });

  readonly comma: Rule<void> = this.rule('comma', () => {
    const first = this.LA(1);
    this.CONSUME(t.Comma);
    this.ACTION(() => this.problems.push({ kind: 'comma', span: this.from(first) }));
  });

  // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private named(token: IToken): Ast.Name {
    return { text: token.image, span: this.spanAt(token, undefined) };
  }

  /** From `first` to the last token read. */
  private from(first: IToken): Ast.Span {
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
  private here(): Ast.Span {
    const { start, end, line } = this.spanAt(this.LA(0), undefined);
    return { file: this.file, line, start: end || start, end: end || start };
  }

  private textOf(first: IToken): string {
    return first === this.LA(0) ? first.image : `${first.image} ${this.LA(0).image}`;
  }

  /** Span and description of a declaration that began with `first`. */
  private about(first: IToken): { span: Ast.Span; description: string | null } {
    return { span: this.from(first), description: this.describing(first.startLine ?? 0) };
  }

  private describing(line: number): string | null {
    const described = this.comments.filter((comment) => comment.describes);
    const beside = described.find((comment) => comment.span.line === line);
    if (beside) return beside.text;
    const above: string[] = [];
    for (let at = line - 1; ; at--) {
      const comment = this.codeLines.has(at) ? undefined : described.find((other) => other.span.line === at);
      if (comment === undefined) return above.length > 0 ? above.join(' ') : null;
      above.unshift(comment.text);
    }
  }

  /** `, fri` goes on with the list; `, 09:00-12:00` begins another range and `, agent:` a setting. */
  private wordFollowsComma(): boolean {
    return tokenMatcher(this.LA(2), t.Word) && !this.keyAt(2);
  }

  /** The word at `index` is a key: a colon follows on its line. */
  private keyAt(index: number): boolean {
    const [word, colon] = [this.LA(index), this.LA(index + 1)];
    return colon.tokenType === t.Colon && colon.startLine === word.endLine;
  }

  private onSameLine(): boolean {
    const next = this.LA(1);
    return next.tokenType !== t.RCurly && next.startLine === this.LA(0).endLine;
  }

  /** The next word begins a line of its own. */
  private beginsNextLine(): boolean {
    const next = this.LA(1);
    return lineWords.has(next.image) && next.startLine! > (this.LA(0).endLine ?? 0);
  }

  /** The unit a misspelt word after a number stands for. */
  private unitMeant(): string | null {
    const word = this.LA(2);
    if (word.startLine !== this.LA(1).startLine || this.keyAt(2) || t.keywordType(word.image) !== null) return null;
    return closest(word.image, units);
  }

  private missingValue(): void {
    const [after, found] = [this.LA(0), this.LA(1)];
    const before = after.tokenType === t.Colon ? `\`${this.LA(-1).image}:\`` : describeToken(after);
    this.problems.push({
      kind: 'missing value',
      after: before,
      found: describeToken(found),
      span: this.spanAt(found, after),
    });
  }

  private unknownLine(place: Place): void {
    const first = this.LA(1);
    this.problems.push({
      kind: 'unknown line',
      found: first.image,
      next: this.LA(2).image,
      place,
      span: this.spanAt(first, undefined),
    });
  }
}

let parser: FlowParser | null = null;

/** Reads one file. Never throws: what cannot be understood becomes a problem, the rest is parsed. At most one problem per line. */
export function parse(file: string, text: string): { file: Ast.FileNode; problems: readonly Problem[] } {
  parser ??= new FlowParser();
  const { tokens, comments, problems } = lex(file, text);
  const balanced = balanceBraces(file, tokens);
  parser.file = file;
  parser.problems = [];
  parser.comments = comments;
  parser.codeLines = new Set(tokens.map((token) => token.startLine!));
  parser.depths = depthsOf(balanced.tokens);
  parser.input = [...balanced.tokens];
  const declarations = parser.fileRule();
  const all = [...problems, ...balanced.problems, ...parser.allProblems()];
  return { file: { path: file, declarations, comments }, problems: onePerLine(all) };
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
