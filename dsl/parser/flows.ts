/** Flows: triggers and statements. */
import type * as Ast from '../ast.ts';
import * as t from '../tokens.ts';
import type { Rule } from './expressions.ts';
import { last } from './recovery.ts';
import { SettingParser } from './settings.ts';

export class StatementParser extends SettingParser {
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
    // `on created` and then a line of its own: the next line's word is no part of the trigger, nor is a setting there.
    const isAlone = this.ACTION(() => this.LA(1).tokenType === t.Colon || this.beginsNextLine() || this.againFollows());
    const two = this.RECORDING_PHASE || !isAlone ? ` ${this.CONSUME1(t.Word).image}` : '';
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      filters.push(this.SUBRULE(this.filter));
      this.MANY(() => last(this.CONSUME(t.Comma), filters.push(this.SUBRULE1(this.filter))));
    });
    return { kind: 'trigger', words: `${one}${two}`, filters, span: this.from(first) };
  });

  private againFollows(): boolean {
    return this.LA(1).image === 'again' && this.keyAt(1) && this.LA(1).startLine! > this.LA(0).endLine!;
  }

  readonly filter: Rule<{ name: Ast.Name; becomes: Ast.Name | null }> = this.rule('filter', () => {
    const name = this.SUBRULE(this.name);
    const becomes = this.OPTION(() => last(this.CONSUME(t.Becomes), this.SUBRULE1(this.name))) ?? null;
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
      return this.chooseByToken<Ast.MatchArm | null>('an arm', [
        {
          ALT: () => {
            members.push(this.SUBRULE(this.name));
            this.MANY(() => last(this.CONSUME(t.Comma), members.push(this.SUBRULE1(this.name))));
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
        {
          ALT: () =>
            last(
              this.ACTION(() => this.unknownLine('match')),
              this.SUBRULE(this.restOfLine),
              null,
            ),
        },
      ]);
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
      return this.chooseByToken<Ast.SplitArm | null>('an arm', [
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
        {
          ALT: () =>
            last(
              this.ACTION(() => this.unknownLine('split')),
              this.SUBRULE(this.restOfLine),
              null,
            ),
        },
      ]);
    },
    () => null,
  );

  readonly assignments: Rule<Ast.StatementNode> = this.rule('set', () => {
    const first = this.LA(1);
    this.CONSUME(t.SetWord);
    const assignments = [this.SUBRULE(this.assignment)];
    this.MANY(() => last(this.CONSUME(t.Comma), assignments.push(this.SUBRULE1(this.assignment))));
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
    const name = this.nameBehind('send');
    const span = this.from(first);
    return name === null ? { kind: 'broken', span } : { kind: 'send', name, span };
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
            const name = this.nameBehind('cancel');
            this.ACTION(() => name !== null && names.push(name));
            this.MANY(() => last(this.CONSUME(t.Comma), names.push(this.SUBRULE1(this.name))));
          },
        },
      ],
    });
    const span = this.from(first);
    const isAll = this.ACTION(() => this.LA(0).image === 'communications');
    return names.length > 0 || isAll ? { kind: 'cancel', names, span } : { kind: 'broken', span };
  });

  readonly toFlow: Rule<Ast.StatementNode> = this.rule('to', () => {
    const first = this.LA(1);
    this.CONSUME(t.To);
    const flow = this.nameBehind('to');
    const span = this.from(first);
    return flow === null ? { kind: 'broken', span } : { kind: 'to', flow, span };
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
    return this.chooseByToken<Ast.StatementNode>('a duration, `until` or `for`', [
      {
        ALT: () =>
          last(this.CONSUME(t.Until), {
            kind: 'wait until',
            until: this.SUBRULE(this.expression),
            span: this.from(first),
          }),
      },
      {
        ALT: () => {
          this.CONSUME(t.For);
          const condition = this.SUBRULE1(this.expression);
          const upTo =
            this.OPTION({
              GATE: () => this.LA(2).tokenType === t.To,
              DEF: () => last(this.CONSUME(t.Up), this.CONSUME(t.To), this.SUBRULE2(this.expression)),
            }) ?? null;
          const otherwise = this.OPTION1(() => last(this.CONSUME(t.Else), this.SUBRULE(this.block))) ?? null;
          return { kind: 'wait for', condition, upTo, otherwise, span: this.from(first) };
        },
      },
      { ALT: () => ({ kind: 'wait', duration: this.SUBRULE3(this.expression), span: this.from(first) }) },
    ]);
  });

  readonly communication: Rule<Ast.CommunicationNode> = this.rule('communication', () => {
    const first = this.LA(1);
    const channelKind = this.named(this.CONSUME(t.CommunicationWord));
    const name = this.SUBRULE(this.name);
    const title = this.OPTION(() => this.SUBRULE(this.text)) ?? null;
    const items = this.SUBRULE(this.itemBlock);
    return { kind: 'communication', channelKind, name, title, items, span: this.from(first) };
  });
}
