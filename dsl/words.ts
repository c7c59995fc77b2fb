/** Expressions and windows back into words: single spaces, no more parentheses than needed. These words name facts. */
import type { Assignment, Expr, Name, TextLiteral, TriggerNode, WindowPart } from './ast.ts';

/** How a text literal is written. */
export type TextWords = (text: TextLiteral) => string;

/** Binding strength; higher binds tighter. */
const strengths: Readonly<Record<string, number>> = { or: 1, and: 2, not: 3, '+': 5, '-': 5, '*': 6, '/': 6 };
const comparison = 4;
const sum = 5;
const at = 7;
const sign = 8;
const atom = 9;

const json: TextWords = (text) => JSON.stringify(text.value);

/** The expression in the source's words. */
export function expressionWords(expression: Expr): string {
  return words(expression, 0, json);
}

export function expressionWithTexts(expression: Expr, text: TextWords): string {
  return words(expression, 0, text);
}

function words(expression: Expr, outer: number, text: TextWords): string {
  const own = strengthOf(expression);
  const written = wordsOf(expression, own, text);
  return own < outer ? `(${written})` : written;
}

function strengthOf(expression: Expr): number {
  switch (expression.kind) {
    case 'binary':
      return strengths[expression.operator] ?? comparison;
    case 'in':
    case 'is set':
      return comparison;
    case 'unary':
      return expression.operator === 'not' ? strengths.not! : sign;
    case 'at':
      return at;
    default:
      return atom;
  }
}

function wordsOf(expression: Expr, own: number, text: TextWords): string {
  switch (expression.kind) {
    case 'path':
      return expression.names.map((name) => name.text).join('.');
    case 'text':
      return text(expression.text);
    case 'number':
    case 'date':
    case 'time':
      return expression.text;
    case 'boolean':
      return String(expression.value);
    case 'datetime':
      return `${expression.date} ${expression.time}`;
    case 'duration':
      return `${expression.amount} ${expression.unit}${expression.amount === '1' ? '' : 's'}`;
    case 'unary':
      return expression.operator === 'not'
        ? `not ${words(expression.operand, own, text)}`
        : `-${words(expression.operand, sign, text)}`;
    case 'binary': {
      // `a - (b - c)` keeps its parentheses, `a + b + c` needs none; comparisons do not chain.
      const left = words(expression.left, own === comparison ? sum : own, text);
      // A time behind a duration would be read as one of the whole sum.
      const isTimed = own === sum && expression.right.kind === 'at' && expression.right.date.kind === 'duration';
      return `${left} ${expression.operator} ${words(expression.right, isTimed ? atom : own + 1, text)}`;
    }
    case 'in':
      return `${words(expression.operand, sum, text)} ${expression.negated ? 'not in' : 'in'} (${expression.list.map((item) => words(item, sum, text)).join(', ')})`;
    case 'is set':
      return `${words(expression.operand, sum, text)} is ${expression.negated ? 'not set' : 'set'}`;
    case 'at':
      return `${words(expression.date, sign, text)} at ${expression.time}`;
    case 'missing':
      return '…';
    default:
      return expression satisfies never;
  }
}

export function triggerWords(trigger: TriggerNode): string {
  const filters = trigger.filters.map(({ name, becomes }) =>
    becomes ? `${name.text} becomes ${becomes.text}` : name.text,
  );
  return `on ${trigger.words}${filters.length > 0 ? `: ${filters.join(', ')}` : ''}`;
}

export function assignmentWords(assignments: readonly Assignment[], text: TextWords = json): string {
  return assignments
    .map(({ target, value }) => `${target.map((name) => name.text).join('.')} = ${words(value, 0, text)}`)
    .join(', ');
}

export function windowWords(parts: readonly WindowPart[]): string {
  return parts.map(partWords).join(', ');
}

export function partWords(part: WindowPart): string {
  switch (part.kind) {
    case 'named':
      return part.name.text;
    case 'any time':
      return 'any time';
    case 'best time':
      return part.within.length > 0 ? `best time within ${windowWords(part.within)}` : 'best time';
    case 'range': {
      const days = part.days.map(({ from, to }) => (to ? `${from.text}-${to.text}` : from.text)).join(', ');
      const except = part.except.map((name: Name) => name.text).join(', ');
      return `${part.from}-${part.to}${days && ` on ${days}`}${except && ` except ${except}`}`;
    }
    default:
      return part satisfies never;
  }
}
