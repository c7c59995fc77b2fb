/** Where in the user's files a builder function was called, and where each part of what it was given stands. */
import type { Name, Span } from '../ast.ts';
import { type Call, callAt, follow, type Joint, jointIn, type Range } from './locate.ts';
import { currentSources } from './registry.ts';
import { unknownSpan } from './spans.ts';

/** Argument number, then keys and item numbers. */
export type Path = readonly (string | number)[];

export interface Place {
  /** The `.flow.ts` file that was being loaded; null outside of one. */
  readonly owner: string | null;
  /** The call, or the part of it the path leads to, key included. */
  span(...path: Path): Span;
  /** The value the path leads to, without its key. */
  value(...path: Path): Span;
  /** What is inside the quotes of a text literal there, if it is one that reads as written, line ends aside. */
  inside(text: string, ...path: Path): Inside | null;
  /** JavaScript's operator between conditions in the value the path leads to. */
  joint(...path: Path): Joint | null;
}

export interface Inside extends Span {
  readonly source: string;
}

interface Frame {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

const ownFolder = new URL('.', import.meta.url).href;
const depth = 40;
const nowhere: Place = {
  owner: null,
  span: () => unknownSpan,
  value: () => unknownSpan,
  inside: () => null,
  joint: () => null,
};

/** The innermost call from outside of the builder. */
export function callPlace(): Place {
  const sources = currentSources();
  if (sources === null) return nowhere;
  const frames = framesOf(callSites(), sources);
  const frame = frames[0];
  if (frame === undefined) return nowhere;
  const owner = frames.find(({ path }) => path.endsWith('.flow.ts'))?.path ?? null;
  const text = sources.textOf(frame.path);
  if (text === null) {
    const span = { ...unknownSpan, file: frame.path, line: frame.line };
    return { owner, span: () => span, value: () => span, inside: () => null, joint: () => null };
  }
  return placeIn(owner, frame, text);
}

/** The innermost place of the user's in a stack; null if it has none. */
export function placeOfSites(sites: readonly NodeJS.CallSite[]): Span | null {
  const sources = currentSources();
  const frame = sources === null ? undefined : framesOf(sites, sources)[0];
  if (sources === null || frame === undefined) return null;
  return spanOfPosition(frame.path, sources.textOf(frame.path), frame.line, frame.column);
}

/** Line and column count from 1. Covers the word that stands there. */
export function spanOfPosition(file: string, text: string | null, line: number, column: number): Span {
  if (text === null) return { file, line, start: 0, end: 0 };
  const start = Math.min((startsOf(text)[line - 1] ?? text.length) + column - 1, text.length);
  const word = /^[\w$]+/.exec(text.slice(start, start + 100))?.[0] ?? '';
  return { file, line, start, end: start + Math.max(word.length, 1) };
}

function placeIn(owner: string | null, { path: file, line, column }: Frame, text: string): Place {
  const start = (startsOf(text)[line - 1] ?? 0) + column - 1;
  let call: Call | null | undefined;
  const found = (path: Path) => {
    if (call === undefined) call = callAt(text, start);
    return call === null ? null : follow(call, path);
  };
  const span = (range: Range): Span => ({ file, line: lineAt(text, range.start), start: range.start, end: range.end });
  const whole = spanOfPosition(file, text, line, column);
  return {
    owner,
    span: (...path) => {
      const part = found(path);
      return part === null ? whole : span(part.key);
    },
    value: (...path) => {
      const part = found(path);
      return part === null ? whole : span(part.value);
    },
    inside: (written, ...path) => {
      const part = found(path)?.value;
      if (part?.kind !== 'text') return null;
      const source = text.slice(part.inside.start, part.inside.end);
      return source.replaceAll('\r\n', '\n') === written ? { ...span(part.inside), source } : null;
    },
    joint: (...path) => {
      const part = found(path)?.value;
      return part?.kind === 'other' ? jointIn(text, part) : null;
    },
  };
}

function framesOf(sites: readonly NodeJS.CallSite[], sources: { pathOf(url: string): string | null }): Frame[] {
  return sites.flatMap((site) => {
    const url = site.getFileName();
    if (!url?.startsWith('file:') || url.startsWith(ownFolder)) return [];
    const path = sources.pathOf(url);
    return path === null ? [] : [{ path, line: site.getLineNumber() ?? 1, column: site.getColumnNumber() ?? 1 }];
  });
}

function callSites(): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.prepareStackTrace = (_error, sites) => sites;
    Error.stackTraceLimit = depth;
    return new Error().stack as unknown as readonly NodeJS.CallSite[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Offsets of the lines of the text asked for last: calls of one file come in a row. */
let recent: { text: string; starts: readonly number[] } = { text: '', starts: [0] };

function startsOf(text: string): readonly number[] {
  // A byte order mark is no column to those who run and check the file.
  const first = text.startsWith('\ufeff') ? 1 : 0;
  if (recent.text !== text)
    recent = {
      text,
      starts: [first, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)],
    };
  return recent.starts;
}

function lineAt(text: string, offset: number): number {
  const starts = startsOf(text);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

export function nameAt(text: string, span: Span): Name {
  return { text, span };
}
