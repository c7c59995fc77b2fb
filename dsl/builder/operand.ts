/** What every value of an expression is at run time: a piece of syntax and the family its literals are written in. */
import { type DurationUnit, durationUnits } from '../../runtime/model/duration.ts';
import type { Assignment as AssignmentNode, BinaryOperator, Expr, Span } from '../ast.ts';
import { reservedWords } from '../tokens.ts';
import { expressionWords } from '../words.ts';
import { readExpression } from './fragments.ts';
import { callPlace, nameAt, type Path, type Place } from './place.ts';
import type { BuilderForm } from './problems.ts';
import { report } from './registry.ts';
import { unknownSpan } from './spans.ts';
import { meant } from './spelling.ts';
import type { Assignment } from './values.ts';

export type Family = 'truth' | 'text' | 'number' | 'time' | 'enum' | 'none' | 'any';

/** Whose field a path is. */
export type Owner = 'participant' | 'profile';

export class Operand {
  readonly type: Family;
  readonly expr: Expr;
  /** The field it is, if it is no more than that. */
  readonly field: string | null;
  readonly owner: Owner | null;
  readonly members: readonly string[];

  constructor(type: Family, expr: Expr, owner: Owner | null = null, members: readonly string[] = []) {
    this.type = type;
    this.expr = expr;
    this.field = owner !== null && expr.kind === 'path' ? expr.names[0]!.text : null;
    this.owner = owner;
    this.members = members;
  }

  /** `attempts > 3`, `attempts + 1` and `${attempts}` would mean something else than they say. */
  [Symbol.toPrimitive](): never {
    const said = expressionWords(this.expr);
    throw new Error(
      `JavaScript cannot read \`${said}\`, which has a value only when a flow runs: instead of operators and template strings ` +
        "write methods, such as `.gt(3)` and `.plus(1)`, or all of it in words, such as 'attempts > 3'",
    );
  }

  eq(other: unknown): Operand {
    return this.binary('==', other, 'truth');
  }
  ne(other: unknown): Operand {
    return this.binary('!=', other, 'truth');
  }
  lt(other: unknown): Operand {
    return this.binary('<', other, 'truth');
  }
  le(other: unknown): Operand {
    return this.binary('<=', other, 'truth');
  }
  gt(other: unknown): Operand {
    return this.binary('>', other, 'truth');
  }
  ge(other: unknown): Operand {
    return this.binary('>=', other, 'truth');
  }
  contains(other: unknown): Operand {
    return this.binary('contains', other, 'truth');
  }
  plus(other: unknown): Operand {
    return this.binary('+', other, this.type);
  }
  minus(other: unknown): Operand {
    return this.binary('-', other, this.type);
  }
  daysSince(other: unknown): Operand {
    return this.binary('-', other, 'number');
  }
  times(other: unknown): Operand {
    return this.binary('*', other, 'number');
  }
  dividedBy(other: unknown): Operand {
    return this.binary('/', other, 'number');
  }
  in(list: readonly unknown[]): Operand {
    return this.oneOf(list, false);
  }
  notIn(list: readonly unknown[]): Operand {
    return this.oneOf(list, true);
  }
  isSet(): Operand {
    return this.presence(false);
  }
  isNotSet(): Operand {
    return this.presence(true);
  }

  at(time: string): Operand {
    const place = callPlace();
    const span = place.span();
    if (/^\d{1,3}:\d{2}$/.test(time)) return new Operand('time', { kind: 'at', date: placed(this, span), time, span });
    return new Operand('time', wrongValue(place, [0], 'at', 'time of day', time));
  }

  to(value: unknown): Assignment {
    const place = callPlace();
    const span = place.span();
    const names = this.expr.kind === 'path' ? this.expr.names.map((name) => nameAt(name.text, span)) : [];
    const target = this.owner === 'profile' ? meant(names, 'profile') : names;
    const assignment: Assignment = { kind: 'assignment' };
    assignments.set(assignment, { target, value: literal(value, this.type, place, [0]), span });
    return assignment;
  }

  private binary(operator: BinaryOperator, other: unknown, type: Family): Operand {
    const place = callPlace();
    const span = place.span();
    const right = literal(other, this.type, place, [0]);
    return new Operand(type, { kind: 'binary', operator, left: placed(this, span), right, span });
  }

  private oneOf(list: readonly unknown[], negated: boolean): Operand {
    const place = callPlace();
    const span = place.span();
    const items = list.map((item, index) => literal(item, this.type, place, [0, index]));
    return new Operand('truth', { kind: 'in', negated, operand: placed(this, span), list: items, span });
  }

  private presence(negated: boolean): Operand {
    const span = callPlace().span();
    return new Operand('truth', { kind: 'is set', negated, operand: placed(this, span), span });
  }
}

const assignments = new WeakMap<Assignment, AssignmentNode>();
export function assignmentOf(value: Assignment): AssignmentNode | undefined {
  return assignments.get(value);
}

/** A bare name: where it stands is told by where it is used. */
export function named(
  type: Family,
  names: readonly string[],
  owner: Owner | null,
  members?: readonly string[],
): Operand {
  const path = names.map((name) => nameAt(name, unknownSpan));
  return new Operand(type, { kind: 'path', names: path, span: unknownSpan }, owner, members);
}

/** The operand's syntax as it stands at `span`. */
export function placed(operand: Operand, span: Span): Expr {
  const { expr, owner } = operand;
  if (expr.kind !== 'path') return expr;
  const path: Expr = { ...expr, names: expr.names.map((name) => nameAt(name.text, span)), span };
  return owner === 'profile' ? meant(path, 'profile') : path;
}

/** Whether this can be a name in the language. */
export function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text) && !reservedWords.includes(text);
}

/** A value as it stands in an expression beside one of `family`; texts are members, dates or texts, as it needs. */
export function literal(value: unknown, family: Family, place: Place, path: Path): Expr {
  const span = place.value(...path);
  if (value instanceof Operand) {
    refuseOperator(value, place, path);
    return placed(value, span);
  }
  switch (typeof value) {
    case 'boolean':
      return { kind: 'boolean', value, span };
    case 'bigint':
      return numberLiteral(value < 0n ? String(-value) : String(value), value < 0n, span);
    case 'number':
      if (Number.isFinite(value)) return numberLiteral(decimal(Math.abs(value)), value < 0, span);
      return wrongValue(place, path, null, 'finite number', value);
    case 'string':
      return textOrName(value, family, place, path);
    default:
      return wrongValue(place, path, null, 'value', value);
  }
}

/** `paid && late` is `late` to JavaScript, and nothing tells at run time. */
function refuseOperator(value: Operand, place: Place, path: Path): void {
  const found = value.type === 'truth' ? place.joint(...path) : null;
  if (found === null) return;
  report(place.owner, { kind: 'builder operator', operator: found, span: place.value(...path) });
}

/** A condition. */
export function conditionOf(value: unknown, place: Place, path: Path): Expr {
  if (typeof value !== 'boolean') return expressionOf(value, place, path);
  return wrongValue(place, path, null, 'condition', value);
}

/** A condition, an instant or a bound: a text is words of the language. */
export function expressionOf(value: unknown, place: Place, path: Path): Expr {
  if (typeof value === 'string') return readExpression(value, place, path);
  return literal(value, 'any', place, path);
}

function numberLiteral(text: string, negative: boolean, span: Span): Expr {
  const number: Expr = { kind: 'number', text, span };
  return negative ? { kind: 'unary', operator: '-', operand: number, span } : number;
}

/** A number that stands alone, such as a percentage. */
export function numberText(value: unknown, of: string, place: Place, path: Path): string {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return decimal(value);
  wrongValue(place, path, of, 'positive number', value);
  return '1';
}

/** Without exponent. */
function decimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value >= 1 ? String(BigInt(value)) : value.toFixed(100).replace(/0+$/, '');
}

const durationText = new RegExp(`^(\\d+(?:\\.\\d+)?) (${durationUnits.join('|')})s?$`);

function textOrName(value: string, family: Family, place: Place, path: Path): Expr {
  const span = place.value(...path);
  if (family === 'enum' && isName(value)) return meant({ kind: 'path', names: [nameAt(value, span)], span }, 'member');
  if (family === 'time') {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return { kind: 'date', text: value, span };
    const [, date, time] = /^(\d{4}-\d{2}-\d{2}) (\d{1,2}:\d{2})$/.exec(value) ?? [];
    if (date !== undefined && time !== undefined) return { kind: 'datetime', date, time, span };
    return durationOf(value, place, path);
  }
  return { kind: 'text', text: { value: value.normalize('NFC'), raw: value.includes('\n'), span }, span };
}

/** `'24 hours'` and `'00:30'`. */
export function durationOf(value: string, place: Place, path: Path): Expr {
  const span = place.value(...path);
  const [, amount, unit] = durationText.exec(value) ?? [];
  if (amount !== undefined) return { kind: 'duration', amount, unit: unit as DurationUnit, span };
  return readExpression(value, place, path);
}

/** `of` is the setting it is the value of; null for an argument. */
export function wrongValue(place: Place, path: Path, of: string | null, expected: BuilderForm, value: unknown): Expr {
  const span = place.value(...path);
  report(place.owner, { kind: 'builder value', of, expected, found: described(value), span });
  return { kind: 'missing', span };
}

export function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Operand) return `\`${expressionWords(value.expr)}\``;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'function') return `the function \`${value.name}\``;
  return JSON.stringify(value) ?? String(value);
}
