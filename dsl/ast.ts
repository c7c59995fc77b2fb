/**
 * What the text says, nothing resolved. Made by the parser (and by the typed builder), read by `compiler/resolve`.
 * Every node knows where it stands.
 */

import type { DurationUnit } from '../runtime/model/duration.ts';

/** File relative to the workspace; `line` counts from 1; offsets are UTF-16 units, end exclusive. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A text literal, escapes resolved. `raw`: opened with three or more quotes. */
export interface TextLiteral {
  readonly value: string;
  readonly raw: boolean;
  readonly span: Span;
}

export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | '+' | '-' | '*' | '/' | 'contains';

export type Expr = { readonly span: Span } & (
  | { readonly kind: 'path'; readonly names: readonly Name[] }
  | { readonly kind: 'text'; readonly text: TextLiteral }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'datetime'; readonly date: string; readonly time: string }
  /** `HH:MM` where a duration may stand. */
  | { readonly kind: 'time'; readonly text: string }
  | { readonly kind: 'duration'; readonly amount: string; readonly unit: DurationUnit }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-'; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'in'; readonly negated: boolean; readonly operand: Expr; readonly list: readonly Expr[] }
  | { readonly kind: 'is set'; readonly negated: boolean; readonly operand: Expr }
  | { readonly kind: 'at'; readonly date: Expr; readonly time: string }
  /** Nothing stands here; reported by the parser. */
  | { readonly kind: 'missing' }
);
export type ExprOf<K extends Expr['kind']> = Extract<Expr, { readonly kind: K }>;

export type WindowPart = { readonly span: Span } & (
  | {
      readonly kind: 'range';
      readonly from: string;
      readonly to: string;
      readonly days: readonly DaySpan[];
      readonly except: readonly Name[];
    }
  | { readonly kind: 'named'; readonly name: Name }
  | { readonly kind: 'any time' }
  | { readonly kind: 'best time'; readonly within: readonly WindowPart[] }
);
/** `mon-thu`, `fri`, `weekdays`. */
export interface DaySpan {
  readonly from: Name;
  readonly to: Name | null;
}

/** `list`: one or more expressions with commas between. */
export type SettingValue = { readonly span: Span } & (
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | { readonly kind: 'window'; readonly parts: readonly WindowPart[] }
  | { readonly kind: 'python'; readonly code: TextLiteral }
  | { readonly kind: 'rate'; readonly amount: Expr; readonly per: Name }
  | { readonly kind: 'object'; readonly entries: readonly Entry[] }
  | { readonly kind: 'array'; readonly items: readonly SettingValue[] }
);
export interface Entry {
  readonly name: Name;
  readonly value: SettingValue;
}

export interface Setting {
  readonly kind: 'setting';
  readonly key: Name;
  readonly value: SettingValue;
  readonly span: Span;
}

export interface FieldNode {
  readonly name: Name;
  readonly title: TextLiteral | null;
  /** `a | b`: several names; one name is a type or a declared enum. */
  readonly type: readonly Name[];
  readonly modifiers: readonly Name[];
  readonly default: Expr | null;
  readonly description: string | null;
  readonly span: Span;
}

/** What may stand in the braces of a declaration or a communication. */
export type Item =
  | Setting
  | {
      readonly kind: 'exit when' | 'skip when' | 'success when' | 'failure when';
      readonly condition: Expr;
      readonly span: Span;
    }
  | {
      readonly kind: 'at most';
      readonly count: string;
      readonly of: Name | null;
      readonly per: Name | null;
      readonly span: Span;
    }
  | { readonly kind: 'holdout'; readonly percent: string; readonly span: Span }
  | { readonly kind: 'defaults'; readonly items: readonly Item[]; readonly span: Span }
  | { readonly kind: 'results'; readonly fields: readonly FieldNode[]; readonly span: Span }
  /** Did not parse; reported already. */
  | { readonly kind: 'broken'; readonly span: Span };

export interface CommunicationNode {
  readonly kind: 'communication';
  /** `email`, `telegram`, `whatsapp`, `voice`. */
  readonly channelKind: Name;
  readonly name: Name;
  readonly title: TextLiteral | null;
  readonly items: readonly Item[];
  readonly span: Span;
}

export interface TriggerNode {
  readonly kind: 'trigger';
  /** The two words after `on`. */
  readonly words: string;
  readonly filters: readonly { readonly name: Name; readonly becomes: Name | null }[];
  readonly span: Span;
}

export type Assignment = { readonly target: readonly Name[]; readonly value: Expr; readonly span: Span };
export type MatchArm = {
  readonly members: readonly Name[];
  readonly otherwise: boolean;
  readonly body: readonly StatementNode[];
  readonly span: Span;
};
export type SplitArm = {
  readonly percent: string | null;
  readonly body: readonly StatementNode[];
  readonly span: Span;
};

export type StatementNode =
  | CommunicationNode
  | ({ readonly span: Span } & (
      | {
          readonly kind: 'if';
          readonly condition: Expr;
          readonly then: readonly StatementNode[];
          readonly else: readonly StatementNode[];
        }
      | { readonly kind: 'match'; readonly subject: Expr; readonly arms: readonly MatchArm[] }
      | { readonly kind: 'split'; readonly name: Name; readonly arms: readonly SplitArm[] }
      | { readonly kind: 'set'; readonly assignments: readonly Assignment[] }
      | { readonly kind: 'stop' }
      | { readonly kind: 'send'; readonly name: Name }
      /** No names: `cancel communications`. */
      | { readonly kind: 'cancel'; readonly names: readonly Name[] }
      | { readonly kind: 'to'; readonly flow: Name }
      | { readonly kind: 'python'; readonly name: Name; readonly items: readonly Item[] }
      | { readonly kind: 'wait'; readonly duration: Expr }
      | { readonly kind: 'wait until'; readonly until: Expr }
      | {
          readonly kind: 'wait for';
          readonly condition: Expr;
          readonly upTo: Expr | null;
          readonly otherwise: readonly StatementNode[] | null;
        }
      /** Did not parse; reported already. */
      | { readonly kind: 'broken' }
    ));
export type StatementOf<K extends StatementNode['kind']> = Extract<StatementNode, { readonly kind: K }>;

export type FlowItem = TriggerNode | Setting | StatementNode;

/** `at` and `by` are dates, with or without a time. */
export type ScenarioLine = { readonly span: Span } & (
  | { readonly kind: 'given'; readonly values: readonly Entry[] }
  | { readonly kind: 'start'; readonly at: Expr }
  | { readonly kind: 'participant changes'; readonly values: readonly Entry[]; readonly at: Expr }
  | {
      readonly kind: 'communication becomes';
      readonly name: Name;
      readonly status: Name;
      readonly results: readonly Entry[];
      readonly at: Expr;
    }
  | { readonly kind: 'incoming session'; readonly channel: Name; readonly at: Expr }
  | { readonly kind: 'API cancels'; readonly at: Expr }
  | { readonly kind: 'expect time'; readonly name: Name; readonly moment: 'opens' | 'starts'; readonly at: Expr }
  | { readonly kind: 'expect none'; readonly name: Name }
  | { readonly kind: 'expect text'; readonly name: Name; readonly text: TextLiteral }
  | { readonly kind: 'expect condition'; readonly condition: Expr }
  | { readonly kind: 'expect ended'; readonly by: Expr }
  | { readonly kind: 'stub'; readonly name: Name; readonly returns: readonly Entry[] }
  /** Did not parse; reported already. */
  | { readonly kind: 'broken' }
);

export type Declaration = { readonly span: Span; readonly description: string | null } & (
  | {
      readonly kind: 'workspace' | 'campaign';
      readonly name: Name;
      readonly title: TextLiteral | null;
      readonly items: readonly Item[];
    }
  | { readonly kind: 'enum'; readonly name: Name; readonly members: readonly Name[] }
  | { readonly kind: 'profile' | 'participant'; readonly fields: readonly FieldNode[] }
  | {
      readonly kind: 'channel';
      readonly name: Name;
      readonly title: TextLiteral | null;
      readonly channelKind: Name;
      readonly items: readonly Item[];
    }
  | { readonly kind: 'calendar'; readonly name: Name; readonly dates: readonly Name[] }
  | { readonly kind: 'window'; readonly name: Name; readonly parts: readonly WindowPart[] }
  | {
      readonly kind: 'agent';
      readonly name: Name;
      readonly title: TextLiteral | null;
      readonly role: Name | null;
      readonly items: readonly Item[];
    }
  | { readonly kind: 'shared communication'; readonly communication: CommunicationNode }
  | {
      readonly kind: 'flow';
      readonly name: Name;
      readonly title: TextLiteral | null;
      readonly items: readonly FlowItem[];
    }
  | {
      readonly kind: 'scenario';
      readonly title: TextLiteral;
      readonly campaign: Name;
      readonly lines: readonly ScenarioLine[];
    }
  /** Did not parse; reported already. */
  | { readonly kind: 'broken' }
);
export type DeclarationOf<K extends Declaration['kind']> = Extract<Declaration, { readonly kind: K }>;

export interface Comment {
  readonly text: string;
  /** `///` describes, `//` does not. */
  readonly describes: boolean;
  readonly span: Span;
}

export interface FileNode {
  readonly path: string;
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
}
