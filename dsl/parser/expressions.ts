/** Expressions, loosest first, and names and texts. */
import { EMPTY_ALT, type ParserMethod } from 'chevrotain';
import { closest } from '../../runtime/model/closest.ts';
import { type DurationUnit, durationUnits } from '../../runtime/model/duration.ts';
import type * as Ast from '../ast.ts';
import { readText } from '../text.ts';
import * as t from '../tokens.ts';
import { describeToken, last, RecoveringParser } from './recovery.ts';

export type Rule<T> = ParserMethod<[], T>;

/** A word of these at the start of a line begins a statement or a declaration even where a value is missing. */
export const lineWords: ReadonlySet<string> = new Set([
  ...t.declarationWords,
  ...'on match split set stop send cancel to python wait'.split(' '),
  ...'exit skip success failure holdout defaults results'.split(' '),
  ...'expect when stub'.split(' '),
]);
const units = durationUnits.flatMap((unit) => [unit, `${unit}s`]);

export class ExpressionParser extends RecoveringParser {
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
    return this.chooseByToken<Ast.Expr>('a value', [
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
    this.MANY(() => last(this.CONSUME(t.Comma), items.push(this.SUBRULE1(this.sum))));
    this.CONSUME(t.RParen);
    return items;
  });

  readonly sum: Rule<Ast.Expr> = this.rule('sum', () => {
    const first = this.LA(1);
    let left = this.SUBRULE(this.product);
    this.MANY(() => {
      const operator = this.OR([
        { ALT: () => last(this.CONSUME(t.Plus), '+' as const) },
        { ALT: () => last(this.CONSUME(t.Minus), '-' as const) },
      ]);
      const right = this.SUBRULE1(this.product);
      const span = this.from(first);
      const isBare = this.LA(0).tokenType === t.TimeLiteral;
      left = this.ACTION(() =>
        isBare ? timedSum(operator, left, right, span) : { kind: 'binary', operator, left, right, span },
      );
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
      DEF: () => last(this.CONSUME(t.At), this.CONSUME(t.TimeLiteral).image),
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
          const unit = this.CONSUME(t.UnitWord).image.replace(/s$/, '') as DurationUnit;
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
            unit: unit?.replace(/s$/, '') as DurationUnit,
            span: this.from(first),
          };
        },
      },
      { ALT: () => ({ kind: 'number', text: this.CONSUME2(t.NumberLiteral).image, span: this.from(first) }) },
      { ALT: () => last(this.CONSUME(t.True), { kind: 'boolean', value: true, span: this.from(first) }) },
      { ALT: () => last(this.CONSUME(t.False), { kind: 'boolean', value: false, span: this.from(first) }) },
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
    this.MANY(() => last(this.CONSUME(t.Dot), names.push(this.SUBRULE1(this.name))));
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

  // What cannot be understood

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

  /** Reports the next token where something else was expected. */
  protected surprised(expected: string, rule: string): void {
    const [before, found] = [this.LA(0), this.LA(1)];
    this.problems.push({
      kind: 'expected',
      expected,
      rule,
      found: describeToken(found),
      span: this.spanAt(found, before),
    });
  }

  /** The name a word like `send` is followed by; null if the line ends before it (reported). */
  protected nameBehind(rule: string): Ast.Name | null {
    const isMissing = this.ACTION(() => this.beginsNextLine());
    if (this.RECORDING_PHASE || !isMissing) return this.SUBRULE(this.name);
    this.surprised('a name', rule);
    return null;
  }

  /** The next word begins a line of its own. */
  protected beginsNextLine(): boolean {
    const next = this.LA(1);
    return lineWords.has(next.image) && next.startLine! > (this.LA(0).endLine ?? 0);
  }

  /** The unit a misspelt word after a number stands for. */
  protected unitMeant(): string | null {
    const word = this.LA(2);
    if (word.startLine !== this.LA(1).startLine || this.keyAt(2) || t.keywordType(word.image) !== null) return null;
    return closest(word.image, units);
  }

  protected missingValue(): void {
    const [after, found] = [this.LA(0), this.LA(1)];
    const before = after.tokenType === t.Colon ? `\`${this.LA(-1).image}:\`` : describeToken(after);
    this.problems.push({
      kind: 'missing value',
      after: before,
      found: describeToken(found),
      span: this.spanAt(found, after),
    });
  }
}

/** `due_date - 3 days at 10:00`: the time is of the day that comes out, for a duration has none. */
function timedSum(operator: '+' | '-', left: Ast.Expr, right: Ast.Expr, span: Ast.Span): Ast.Expr {
  if (right.kind !== 'at' || right.date.kind !== 'duration') return { kind: 'binary', operator, left, right, span };
  const end = right.date.span.end;
  const date = { kind: 'binary', operator, left, right: right.date, span: { ...span, end } } as const;
  return { kind: 'at', date, time: right.time, span };
}
