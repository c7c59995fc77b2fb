/** Typed expressions as calls of `flowc/data`. `r` is the reader: one participant at one instant. */

import type { Duration } from '../../runtime/model/duration.ts';
import { durationText } from '../lower/names.ts';
import type { Expression, JsonExpression } from '../model.ts';
import { key, literal, member, quoted } from './source.ts';

/** Collects what the text written so far needs. */
export interface Uses {
  /** Names to import from `flowc/data`. */
  readonly imports: Set<string>;
}

type Family = 'integer' | 'numeric' | 'text' | 'date' | 'datetime' | 'choice';
type Binary = Extract<Expression, { kind: 'binary' }>;

/** `(r) => body`, or `() => body` when nothing of the participant is read. */
export function readerFunction(body: string): string {
  // A property may be called `r` as well.
  return /\br\b(?!:)/.test(withoutStrings(body)) ? `(r) => ${body}` : `() => ${body}`;
}

function withoutStrings(source: string): string {
  return source.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
}

/** A TypeScript expression of type boolean: missing is false. */
export function condition(expression: Expression, uses: Uses): string {
  switch (expression.kind) {
    case 'literal':
      return String(expression.value === true);
    case 'not':
      return `!${parenthesised(expression.operand, uses)}`;
    case 'binary':
      switch (expression.operator) {
        case 'and':
          return [expression.left, expression.right]
            .map((side) => (isBinary(side, 'or') ? `(${condition(side, uses)})` : condition(side, uses)))
            .join(' && ');
        case 'or':
          return `${condition(expression.left, uses)} || ${condition(expression.right, uses)}`;
        case 'contains':
          return call('text', 'contains', [value(expression.left, uses), value(expression.right, uses)], uses);
        case '==':
        case '!=':
        case '<':
        case '<=':
        case '>':
        case '>=':
          return comparison(expression, expression.operator, uses);
        case '+':
        case '-':
        case '*':
        case '/':
          return plainCall('truth', [value(expression, uses)], uses);
        default:
          return expression.operator satisfies never;
      }
    case 'in': {
      const sides = [expression.operand, ...expression.list];
      const family = commonFamily(sides);
      const list = `[${expression.list.map((each) => value(each, uses)).join(', ')}]`;
      const operand = value(expression.operand, uses);
      const found =
        family === 'choice'
          ? plainCall('isOneOf', [operand, list], uses)
          : call(family, 'oneOf', [...moment(family), operand, list], uses);
      return expression.negated ? `!${found}` : found;
    }
    case 'is set': {
      const found = plainCall('isSet', [value(expression.operand, uses)], uses);
      return expression.negated ? `!${found}` : found;
    }
    case 'duration':
    case 'member':
    case 'field':
    case 'result':
    case 'communication':
    case 'session channel':
    case 'session result':
    case 'today':
    case 'now':
    case 'negate':
    case 'at':
      return plainCall('truth', [value(expression, uses)], uses);
    default:
      return expression satisfies never;
  }
}

/** A TypeScript expression of type `Value | undefined`. */
export function value(expression: Expression, uses: Uses): string {
  switch (expression.kind) {
    case 'literal':
      return literal(typeof expression.value === 'string' ? expression.value.normalize('NFC') : expression.value);
    case 'member':
      return quoted(expression.member);
    case 'field':
      return `r.${expression.field.owner}${member(expression.field.name)}`;
    case 'result': {
      const owner = expression.of === null ? 'r' : `r.named(${quoted(expression.of)})`;
      return `${owner}.result(${quoted(expression.name)})`;
    }
    case 'communication':
      return expression.of === null
        ? `r.communication?.${expression.property}`
        : `r.named(${quoted(expression.of)}).${expression.property}`;
    case 'session channel':
      return 'r.session?.channel';
    case 'session result':
      return `r.session?.result(${quoted(expression.name)})`;
    case 'today':
    case 'now':
      return plainCall(expression.kind, ['r'], uses);
    case 'negate': {
      const family = numberFamily([expression, expression.operand]);
      return call(family, 'negated', [value(expression.operand, uses)], uses);
    }
    case 'at':
      return call('date', 'at', [value(expression.date, uses), quoted(clockTime(expression.minutes))], uses);
    case 'binary':
      return isCondition(expression) ? condition(expression, uses) : arithmetic(expression, uses);
    case 'not':
    case 'in':
    case 'is set':
      return condition(expression, uses);
    case 'duration':
      throw new Error(`a duration stands alone: ${durationText(expression.duration)}`);
    default:
      return expression satisfies never;
  }
}

/** As {@link value}, but of type `Value`. */
export function presentValue(expression: Expression, uses: Uses): string {
  const written = value(expression, uses);
  const mayBeUndefined =
    expression.kind === 'field' ||
    expression.kind === 'session channel' ||
    expression.kind === 'session result' ||
    (expression.kind === 'communication' && expression.of === null);
  return mayBeUndefined ? `${written} ?? null` : written;
}

/** As {@link presentValue}, in the form of the field it is written to. */
export function assigned(expression: Expression, type: Expression['type'], uses: Uses): string {
  const from = expression.type.kind;
  if (type.kind === 'numeric' && expression.kind === 'literal' && typeof expression.value === 'number') {
    return quoted(String(expression.value));
  }
  if (type.kind === 'numeric' && from === 'integer') return call('numeric', 'of', [value(expression, uses)], uses);
  if (type.kind === 'datetime' && from === 'date') return call('datetime', 'of', [value(expression, uses)], uses);
  return presentValue(expression, uses);
}

/** `params` of a script: numerics become JSON numbers where that is exact. */
export function jsonValue(json: JsonExpression, uses: Uses): string {
  switch (json.kind) {
    case 'expression': {
      const { expression } = json;
      if (expression.type.kind !== 'numeric') return presentValue(expression, uses);
      if (expression.kind === 'literal' && String(Number(expression.value)) === String(expression.value)) {
        return String(expression.value);
      }
      return call('numeric', 'json', [value(expression, uses)], uses);
    }
    case 'list':
      return `[${json.items.map((item) => jsonValue(item, uses)).join(', ')}]`;
    case 'object':
      return json.entries.length === 0
        ? '{}'
        : `{ ${json.entries.map((entry) => `${key(entry.name)}: ${jsonValue(entry.value, uses)}`).join(', ')} }`;
    default:
      return json satisfies never;
  }
}

/** Arguments that name a duration: `3, 'days'`. */
export function durationArguments({ amount, unit }: Duration): string {
  return `${amount}, ${quoted(amount === 1 ? unit : `${unit}s`)}`;
}

function comparison(expression: Binary, operator: '==' | '!=' | '<' | '<=' | '>' | '>=', uses: Uses): string {
  const names = { '==': 'eq', '!=': 'eq', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' } as const;
  const family = commonFamily([expression.left, expression.right]);
  const sides = [value(expression.left, uses), value(expression.right, uses)];
  const written =
    family === 'choice'
      ? plainCall('is', sides, uses)
      : call(family, names[operator], [...moment(family), ...sides], uses);
  return operator === '!=' ? `!${written}` : written;
}

function arithmetic(expression: Binary, uses: Uses): string {
  const { operator, left, right } = expression;
  const names = { '+': 'plus', '-': 'minus', '*': 'times' } as const;
  const name = names[operator as keyof typeof names];
  if (right.kind === 'duration') {
    const family = expression.type.kind === 'date' ? 'date' : 'datetime';
    return call(family, name, [...moment(family), value(left, uses), durationArguments(right.duration)], uses);
  }
  const sides = [value(left, uses), value(right, uses)];
  if (left.type.kind === 'date') return call('date', 'minusDate', sides, uses);
  if (operator === '/') return call('numeric', 'dividedBy', sides, uses);
  return call(numberFamily([expression, left, right]), name, sides, uses);
}

function parenthesised(expression: Expression, uses: Uses): string {
  const written = condition(expression, uses);
  return isBinary(expression, 'and') || isBinary(expression, 'or') ? `(${written})` : written;
}

function isBinary(expression: Expression, operator: Binary['operator']): expression is Binary {
  return expression.kind === 'binary' && expression.operator === operator;
}

function isCondition(expression: Binary): boolean {
  return expression.type.kind === 'boolean';
}

/** Which operations compare these: mixed numbers are numerics, a date beside a datetime is one. */
function commonFamily(sides: readonly Expression[]): Family {
  const families = sides.filter((side) => side.type.kind !== 'none').map(familyOf);
  if (families.includes('datetime')) return 'datetime';
  if (families.includes('numeric')) return 'numeric';
  return families[0] ?? 'choice';
}

function familyOf(expression: Expression): Family {
  switch (expression.type.kind) {
    case 'string':
    case 'email':
    case 'phone':
    case 'timezone':
      return 'text';
    case 'integer':
    case 'numeric':
    case 'date':
    case 'datetime':
      return expression.type.kind;
    case 'enum':
    case 'boolean':
    case 'none':
    case 'duration':
      return 'choice';
    default:
      return expression.type satisfies never;
  }
}

function numberFamily(parts: readonly Expression[]): 'integer' | 'numeric' {
  return parts.some((part) => part.type.kind === 'numeric') ? 'numeric' : 'integer';
}

function moment(family: Family): readonly string[] {
  return family === 'datetime' ? ['r'] : [];
}

function call(family: Exclude<Family, 'choice'>, name: string, args: readonly string[], uses: Uses): string {
  uses.imports.add(family);
  return `${family}.${name}(${args.join(', ')})`;
}

function plainCall(name: string, args: readonly string[], uses: Uses): string {
  uses.imports.add(name);
  return `${name}(${args.join(', ')})`;
}

function clockTime(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
