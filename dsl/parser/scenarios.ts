/** Scenarios: one line each of what is given, what happens and what is expected. */
import { tokenMatcher } from 'chevrotain';
import type * as Ast from '../ast.ts';
import * as t from '../tokens.ts';
import type { Rule } from './expressions.ts';
import { StatementParser } from './flows.ts';
import { last } from './recovery.ts';

export class ScenarioParser extends StatementParser {
  readonly scenarioLine: Rule<Ast.ScenarioLine> = this.rule(
    'scenarioLine',
    () => {
      const first = this.LA(1);
      const line = this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.given) },
          { ALT: () => this.SUBRULE(this.scenarioStart) },
          { ALT: () => this.SUBRULE(this.scenarioEvent) },
          { ALT: () => this.SUBRULE(this.expectation) },
          { ALT: () => this.SUBRULE(this.stub) },
          { ALT: () => this.SUBRULE(this.unknownScenarioLine) },
        ],
      });
      const isWhole = this.ACTION(() => !this.onSameLine());
      if (this.RECORDING_PHASE || !isWhole) {
        this.ACTION(() => this.surprised('the end of the line', formOf(line)));
        this.SUBRULE(this.restOfLine);
      }
      return isWhole ? line : { kind: 'broken', span: this.from(first) };
    },
    () => ({ kind: 'broken', span: this.here() }),
  );

  readonly unknownScenarioLine: Rule<Ast.ScenarioLine> = this.rule('unknownScenarioLine', () => {
    const first = this.LA(1);
    this.ACTION(() => this.unknownLine('scenario'));
    this.SUBRULE(this.restOfLine);
    return { kind: 'broken', span: this.from(first) };
  });

  readonly given: Rule<Ast.ScenarioLine> = this.rule('given', () => {
    const first = this.LA(1);
    this.CONSUME(t.Given);
    const values = this.SUBRULE(this.entries);
    return { kind: 'given', values, span: this.from(first) };
  });

  readonly scenarioStart: Rule<Ast.ScenarioLine> = this.rule('scenarioStart', () => {
    const first = this.LA(1);
    this.CONSUME(t.Start);
    const at = this.SUBRULE(this.moment);
    return { kind: 'start', at, span: this.from(first) };
  });

  /** `at 2026-03-06 20:00` */
  readonly moment: Rule<Ast.Expr> = this.rule('moment', () => {
    this.CONSUME(t.At);
    return this.SUBRULE(this.atom);
  });

  readonly scenarioEvent: Rule<Ast.ScenarioLine> = this.rule('scenarioEvent', () => {
    const first = this.LA(1);
    this.CONSUME(t.When);
    return this.choose<Ast.ScenarioLine>([
      {
        ALT: () => {
          this.CONSUME(t.Participant);
          this.CONSUME(t.Changes);
          const values = this.SUBRULE(this.entries);
          const at = this.SUBRULE(this.moment);
          return { kind: 'participant changes', values, at, span: this.from(first) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Incoming);
          this.CONSUME(t.Session);
          const channel = this.SUBRULE(this.name);
          const at = this.SUBRULE1(this.moment);
          return { kind: 'incoming session', channel, at, span: this.from(first) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Api);
          this.CONSUME(t.Cancels);
          const at = this.SUBRULE2(this.moment);
          return { kind: 'API cancels', at, span: this.from(first) };
        },
      },
      {
        ALT: () => {
          const { name, status, results } = this.SUBRULE(this.becoming);
          const at = this.SUBRULE3(this.moment);
          return { kind: 'communication becomes', name, status, results, at, span: this.from(first) };
        },
      },
    ]);
  });

  readonly becoming: Rule<{ name: Ast.Name; status: Ast.Name; results: Ast.Entry[] }> = this.rule('becoming', () => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Becomes);
    const status = this.SUBRULE1(this.name);
    const results = this.OPTION(() => last(this.CONSUME(t.With), this.SUBRULE(this.entries))) ?? [];
    return { name, status, results };
  });

  readonly expectation: Rule<Ast.ScenarioLine> = this.rule('expectation', () => {
    const first = this.LA(1);
    this.CONSUME(t.Expect);
    // Not an `OR`: all of them can begin with a name, and a name alone is a condition.
    const form = this.expectedForm();
    // First, since the parser looks one word ahead into what was recorded first.
    const condition = this.RECORDING_PHASE || form === 'condition' ? this.SUBRULE(this.expression) : null;
    const none = this.RECORDING_PHASE || form === 'none' ? this.SUBRULE(this.expectNone) : null;
    const ended = this.RECORDING_PHASE || form === 'ended' ? this.SUBRULE(this.expectEnded) : null;
    const time = this.RECORDING_PHASE || form === 'time' ? this.SUBRULE(this.expectTime) : null;
    const text = this.RECORDING_PHASE || form === 'text' ? this.SUBRULE(this.expectText) : null;
    const span = this.from(first);
    if (none !== null) return { kind: 'expect none', name: none, span };
    if (ended !== null) return { kind: 'expect ended', by: ended, span };
    if (time !== null) return { kind: 'expect time', ...time, span };
    if (text !== null) return { kind: 'expect text', ...text, span };
    return { kind: 'expect condition', condition: condition!, span };
  });

  private expectedForm(): 'none' | 'ended' | 'time' | 'text' | 'condition' {
    const [first, second] = [this.LA(1), this.LA(2)];
    if (first.startLine !== second.startLine) return 'condition';
    if (first.tokenType === t.No && tokenMatcher(second, t.Word)) return 'none';
    if (first.tokenType === t.All && tokenMatcher(second, t.Word)) return 'ended';
    if (second.tokenType === t.Opens || second.tokenType === t.Starts) return 'time';
    if (second.tokenType === t.At && this.LA(3).tokenType === t.DateLiteral) return 'time';
    return second.tokenType === t.TextWord ? 'text' : 'condition';
  }

  readonly expectNone: Rule<Ast.Name> = this.rule('expectNone', () => {
    this.CONSUME(t.No);
    return this.SUBRULE(this.name);
  });

  readonly expectEnded: Rule<Ast.Expr> = this.rule('expectEnded', () => {
    this.CONSUME(t.All);
    this.CONSUME(t.Runs);
    this.CONSUME(t.Ended);
    this.CONSUME(t.By);
    return this.SUBRULE(this.atom);
  });

  readonly expectTime: Rule<{ name: Ast.Name; moment: 'opens' | 'starts'; at: Ast.Expr }> = this.rule(
    'expectTime',
    () => {
      const name = this.SUBRULE(this.name);
      const moment = this.OR([
        { ALT: () => last(this.CONSUME(t.Opens), 'opens' as const) },
        { ALT: () => last(this.CONSUME(t.Starts), 'starts' as const) },
      ]);
      const at = this.SUBRULE(this.moment);
      return { name, moment, at };
    },
  );

  readonly expectText: Rule<{ name: Ast.Name; text: Ast.TextLiteral }> = this.rule('expectText', () => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.TextWord);
    this.CONSUME(t.Contains);
    const text = this.SUBRULE(this.text);
    return { name, text };
  });

  readonly stub: Rule<Ast.ScenarioLine> = this.rule('stub', () => {
    const first = this.LA(1);
    this.CONSUME(t.Stub);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Returns);
    const returns = this.SUBRULE(this.entries);
    return { kind: 'stub', name, returns, span: this.from(first) };
  });
}

/** The rule whose words say how such a line is written. */
function formOf({ kind }: Ast.ScenarioLine): string {
  if (kind === 'given' || kind === 'stub') return kind;
  if (kind === 'start') return 'scenarioStart';
  return kind.startsWith('expect') ? 'expectation' : 'scenarioEvent';
}
