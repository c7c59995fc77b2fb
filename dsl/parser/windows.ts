/** Windows: times of day, days, and what is excepted. */
import { tokenMatcher } from 'chevrotain';
import type * as Ast from '../ast.ts';
import * as t from '../tokens.ts';
import { ExpressionParser, type Rule } from './expressions.ts';
import { last } from './recovery.ts';

export class WindowParser extends ExpressionParser {
  readonly windowValue: Rule<Ast.SettingValue> = this.rule('windowValue', () => {
    const first = this.LA(1);
    const parts = this.SUBRULE(this.windowParts);
    return { kind: 'window', parts, span: this.from(first) };
  });

  readonly windowParts: Rule<Ast.WindowPart[]> = this.rule('window', () => {
    const parts = [this.SUBRULE(this.windowPart)];
    this.MANY({
      GATE: () => !this.keyAt(2),
      DEF: () => last(this.CONSUME(t.Comma), parts.push(this.SUBRULE1(this.windowPart))),
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
          ALT: () =>
            last(this.CONSUME(t.AnyWord), this.CONSUME(t.Time), { kind: 'any time' as const, span: this.from(first) }),
        },
        {
          ALT: () => {
            this.CONSUME(t.Best);
            this.CONSUME1(t.Time);
            const within = this.OPTION(() => last(this.CONSUME(t.Within), this.SUBRULE(this.windowParts))) ?? [];
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
      const isMissing = this.ACTION(() => this.beginsNextLine());
      if (this.RECORDING_PHASE || !isMissing) days.push(this.SUBRULE(this.daySpan));
      else this.surprised('a day', 'windowRange');
      this.MANY({
        GATE: () => this.wordFollowsComma(),
        DEF: () => last(this.CONSUME(t.Comma), days.push(this.SUBRULE1(this.daySpan))),
      });
    });
    this.OPTION1(() => {
      this.CONSUME(t.Except);
      except.push(this.SUBRULE(this.exception));
      this.MANY1({
        GATE: () => this.wordFollowsComma() || this.LA(2).tokenType === t.DateLiteral,
        DEF: () => last(this.CONSUME1(t.Comma), except.push(this.SUBRULE1(this.exception))),
      });
    });
    return { kind: 'range', from, to, days, except, span: this.from(first) };
  });

  readonly daySpan: Rule<Ast.DaySpan> = this.rule('daySpan', () => {
    const from = this.SUBRULE(this.name);
    const to = this.OPTION(() => last(this.CONSUME(t.Minus), this.SUBRULE1(this.name))) ?? null;
    return { from, to };
  });

  readonly exception: Rule<Ast.Name> = this.rule('exception', () =>
    this.OR([{ ALT: () => this.SUBRULE(this.name) }, { ALT: () => this.named(this.CONSUME(t.DateLiteral)) }]),
  );

  /** `, fri` goes on with the list; `, 09:00-12:00` begins another range and `, agent:` a setting. */
  protected wordFollowsComma(): boolean {
    return tokenMatcher(this.LA(2), t.Word) && !this.keyAt(2);
  }
}
