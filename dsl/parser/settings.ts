/** Fields, settings and clauses: what stands in the braces of declarations. */
import { type IToken, tokenMatcher } from 'chevrotain';
import type * as Ast from '../ast.ts';
import * as t from '../tokens.ts';
import type { Rule } from './expressions.ts';
import { last } from './recovery.ts';
import { WindowParser } from './windows.ts';

const windowKeys = new Set(['window', 'contact_hours']);

export class SettingParser extends WindowParser {
  /** `a | b`, or one name. */
  readonly alternatives: Rule<Ast.Name[]> = this.rule('alternatives', () => {
    const names = [this.SUBRULE(this.name)];
    this.MANY(() => {
      this.CONSUME(t.Pipe);
      names.push(this.SUBRULE1(this.name));
    });
    return names;
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
          { ALT: () => last(this.SUBRULE(this.comma), null) },
          {
            ALT: () =>
              last(
                this.ACTION(() => this.unknownLine('fields')),
                this.SUBRULE(this.restOfLine),
                null,
              ),
          },
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
    const value = this.OPTION1(() => last(this.CONSUME(t.Equals), this.SUBRULE(this.expression))) ?? null;
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
          { ALT: () => last(this.SUBRULE(this.comma), null) },
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
      ERR_MSG: 'a value',
      DEF: [
        { ALT: () => this.SUBRULE(this.object) },
        { ALT: () => this.SUBRULE(this.array) },
        {
          ALT: () => {
            const items = [this.SUBRULE(this.expression)];
            this.MANY({
              GATE: () => !this.keyAt(2),
              DEF: () => last(this.CONSUME(t.Comma), items.push(this.SUBRULE1(this.expression))),
            });
            const per = this.OPTION(() => last(this.CONSUME(t.Per), this.SUBRULE(this.name)));
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
    const entries = this.SUBRULE(this.entries);
    return { kind: 'object', entries, span: this.from(first) };
  });

  readonly entries: Rule<Ast.Entry[]> = this.rule('entryBlock', () => {
    const entries: Ast.Entry[] = [];
    this.CONSUME(t.LCurly);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RCurly,
      DEF: () => {
        const entry = this.SUBRULE(this.entry);
        this.ACTION(() => entry !== null && entries.push(entry));
      },
    });
    this.CONSUME(t.RCurly);
    return entries;
  });

  /** What has no name costs itself, not the block. */
  readonly entry: Rule<Ast.Entry | null> = this.rule('entry', () => {
    const hasName = tokenMatcher(this.LA(1), t.Word);
    if (this.RECORDING_PHASE || !hasName) this.SUBRULE(this.unnamedEntry);
    const entry = this.RECORDING_PHASE || hasName ? this.SUBRULE(this.namedEntry) : null;
    this.OPTION(() => this.CONSUME(t.Comma));
    return entry;
  });

  readonly namedEntry: Rule<Ast.Entry> = this.rule('namedEntry', () => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const value = this.SUBRULE(this.entryValue);
    return { name, value };
  });

  readonly unnamedEntry: Rule<void> = this.rule('unnamedEntry', () => {
    this.ACTION(() => this.surprised('a name', 'entryBlock'));
    this.SUBRULE(this.anything);
    this.MANY({ GATE: () => this.LA(1).tokenType !== t.Comma, DEF: () => this.SUBRULE1(this.anything) });
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
      { ALT: () => last(this.CONSUME(t.Exit), 'exit when' as const) },
      { ALT: () => last(this.CONSUME(t.Skip), 'skip when' as const) },
      { ALT: () => last(this.CONSUME(t.Success), 'success when' as const) },
      { ALT: () => last(this.CONSUME(t.Failure), 'failure when' as const) },
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

  /** Span and description of a declaration that began with `first`. */
  protected about(first: IToken): { span: Ast.Span; description: string | null } {
    return { span: this.from(first), description: this.describing(first.startLine ?? 0) };
  }

  protected describing(line: number): string | null {
    const beside = this.descriptions.get(line);
    if (beside !== undefined) return beside.text;
    const above: string[] = [];
    for (let at = line - 1; ; at--) {
      const comment = this.codeLines.has(at) ? undefined : this.descriptions.get(at);
      if (comment === undefined) return above.length > 0 ? above.reverse().join(' ') : null;
      above.push(comment.text);
    }
  }
}
