/**
 * Where the parts of a call stand in TypeScript text, and those of a value in JSON: arguments, keys of object literals, items of arrays.
 * Knows brackets, texts and comments, nothing else of the language; what it does not find is pointed at by what stands around it.
 */

/** Offsets in UTF-16 units, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Shape = Range &
  (
    | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, Range & { readonly value: Shape }> }
    | { readonly kind: 'array'; readonly items: readonly Shape[] }
    /** A text literal without holes and escapes; its content stands at `inside`. */
    | { readonly kind: 'text'; readonly inside: Range }
    | { readonly kind: 'other' }
  );

export interface Call extends Range {
  readonly args: readonly Shape[];
}

/** The call whose function name stands at `offset`; null when there is none. */
export function callAt(text: string, offset: number): Call | null {
  const opening = /^[\w$]*\s*(?:<[^()]*>)?\s*\(/.exec(text.slice(offset, offset + 500))?.[0];
  if (opening === undefined) return null;
  const open = offset + opening.length - 1;
  const end = endOfPart(text, open);
  return { start: offset, end, args: partsOf(text, open + 1, end - 1).map((part) => shapeOf(text, part)) };
}

/** The deepest part that can be followed along the path: argument number, then keys and item numbers. */
export function follow(call: Call, path: readonly (string | number)[]): { readonly key: Range; readonly value: Shape } {
  let found: { key: Range; value: Shape } = { key: call, value: { kind: 'other', start: call.start, end: call.end } };
  let shapes: Shape | Call = call;
  for (const step of path) {
    const next = stepInto(shapes, step);
    if (next === null) return found;
    found = next;
    shapes = next.value;
  }
  return found;
}

/** The deepest part of a JSON text that can be followed along its keys and item numbers. */
export function followJson(text: string, path: readonly (string | number)[]): ReturnType<typeof follow> {
  const whole = trimmed(text, 0, text.length);
  return follow({ ...whole, args: [shapeOf(text, whole)] }, [0, ...path]);
}

export type Joint = '&&' | '||';

/** The first operator of these outside of brackets, texts and comments. */
export function jointIn(text: string, { start, end }: Range): Joint | null {
  for (let at = start; at < end; at = endOfPart(text, at)) {
    const two = text.slice(at, at + 2);
    if (two === '&&' || two === '||') return two;
  }
  return null;
}

function stepInto(from: Shape | Call, step: string | number): { key: Range; value: Shape } | null {
  if ('args' in from || from.kind === 'array') {
    const value = ('args' in from ? from.args : from.items)[Number(step)];
    return value === undefined ? null : { key: value, value };
  }
  const entry = from.kind === 'object' ? from.entries.get(String(step)) : undefined;
  return entry === undefined ? null : { key: entry, value: entry.value };
}

function shapeOf(text: string, range: Range): Shape {
  const { start, end } = range;
  const first = text[start];
  if ((first === '{' || first === '[') && endOfPart(text, start) === end) {
    const parts = partsOf(text, start + 1, end - 1);
    if (first === '[') return { ...range, kind: 'array', items: parts.map((part) => shapeOf(text, part)) };
    const entries = new Map<string, Range & { value: Shape }>();
    for (const part of parts) {
      const key = /^(?:([\w$]+)|'([^']*)'|"([^"]*)")\s*(?::\s*|$)/.exec(text.slice(part.start, part.end));
      if (key === null) continue;
      const isShort = key[0].length === part.end - part.start;
      const value = isShort ? part : trimmed(text, part.start + key[0].length, part.end);
      entries.set(key[1] ?? key[2] ?? key[3]!, { ...part, value: shapeOf(text, value) });
    }
    return { ...range, kind: 'object', entries };
  }
  const written = text.slice(start, end);
  if (/^(?:'[^'\\\n]*'|"[^"\\\n]*"|`[^`\\$]*`)$/.test(written))
    return { ...range, kind: 'text', inside: { start: start + 1, end: end - 1 } };
  return { ...range, kind: 'other' };
}

/** What stands between commas, without the space and comments around it. */
function partsOf(text: string, start: number, end: number): Range[] {
  const parts: Range[] = [];
  let from = start;
  for (let at = start; at < end; ) {
    if (text[at] === ',') {
      parts.push(trimmed(text, from, at));
      from = ++at;
    } else at = endOfPart(text, at);
  }
  const rest = trimmed(text, from, end);
  return rest.end > rest.start ? [...parts, rest] : parts;
}

function trimmed(text: string, start: number, end: number): Range {
  let from = start;
  for (;;) {
    if (/\s/.test(text[from] ?? '') && from < end) from++;
    else if (from < end && isComment(text, from)) from = endOfPart(text, from);
    else break;
  }
  let to = from;
  for (let at = from; at < end; ) {
    const isNothing = /\s/.test(text[at]!) || isComment(text, at);
    at = endOfPart(text, at);
    if (!isNothing) to = Math.min(at, end);
  }
  return { start: Math.min(from, end), end: Math.max(to, Math.min(from, end)) };
}

function isComment(text: string, at: number): boolean {
  return text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*');
}

/** Behind the text, comment or bracket that begins here, or behind this one character. */
function endOfPart(text: string, at: number): number {
  const first = text[at]!;
  if (first === "'" || first === '"') return endOfText(text, at, first);
  if (first === '`') return endOfTemplate(text, at);
  if (isComment(text, at)) {
    const close = text[at + 1] === '/' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2;
    return close < at ? text.length : close;
  }
  if (!'([{'.includes(first)) return at + 1;
  let inside = at + 1;
  while (inside < text.length && !')]}'.includes(text[inside]!)) inside = endOfPart(text, inside);
  return Math.min(inside + 1, text.length);
}

function endOfText(text: string, at: number, quote: string): number {
  let inside = at + 1;
  while (inside < text.length && text[inside] !== quote && text[inside] !== '\n')
    inside += text[inside] === '\\' ? 2 : 1;
  return Math.min(inside + 1, text.length);
}

function endOfTemplate(text: string, at: number): number {
  let inside = at + 1;
  while (inside < text.length && text[inside] !== '`') {
    if (text[inside] === '\\') inside += 2;
    else if (text.startsWith('${', inside)) inside = endOfPart(text, inside + 1);
    else inside++;
  }
  return Math.min(inside + 1, text.length);
}
