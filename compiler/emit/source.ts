/** Small pieces of TypeScript text. */
import { unitMs } from '../../runtime/model/duration.ts';

/** What an emitter writes to; made by `emit.ts`, the one module that knows the printer. */
export interface Writer {
  /** One line at the current indentation; an empty one separates. `mark` becomes a comment at its end. */
  line(text?: string, mark?: string): void;
  indent(body: () => void): void;
}

/** `open`, the indented body, `close`. */
export function block(writer: Writer, open: string, body: () => void, close: string): void {
  writer.line(open);
  writer.indent(body);
  writer.line(close);
}

/** Longer calls are broken, one property a line. */
export const lineWidth = 120;

/** A string literal, in single quotes where that needs fewer escapes. */
export function quoted(text: string): string {
  const double = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  if (text.includes("'") && !text.includes('"')) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** `name` or `'two words'`. */
export function key(name: string): string {
  if (isOfEveryObject(name)) return entry(name);
  return identifier.test(name) ? name : quoted(name);
}

/** `.name` or `['two words']`. */
export function member(name: string): string {
  return identifier.test(name) && !isOfEveryObject(name) ? `.${name}` : entry(name);
}

/** `['name']` of a record. */
export function entry(name: string): string {
  return isOfEveryObject(name) ? `[${quoted(name)} as string]` : `[${quoted(name)}]`;
}

/** TypeScript takes `constructor` and `toString` of a record for those of JavaScript's objects; `__proto__: …` sets the prototype. */
function isOfEveryObject(name: string): boolean {
  return name in {};
}

/** `{ a: 1, b: 2 }` of written values; `{}` when empty. */
export function object(entries: readonly (readonly [name: string, value: string])[]): string {
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([name, value]) => `${key(name)}: ${value}`).join(', ')} }`;
}

/** Plain data as a literal on one line. Properties that are undefined are left out. */
export function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return object(entries.map(([name, part]) => [name, literal(part)] as const));
}

/** Milliseconds in the largest whole unit, for comments beside them: 129600000 is `36 hours`. */
export function durationWords(ms: number): string {
  for (const unit of ['day', 'hour', 'minute', 'second'] as const) {
    const size = unitMs[unit];
    if (ms >= size && ms % size === 0) return `${ms / size} ${unit}${ms === size ? '' : 's'}`;
  }
  return `${ms} ms`;
}

/** Text inside a comment must not end it. */
export function commentText(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('*/', '* /').trim();
}
