/** Windows in words → ranges of minutes on weekdays. */
import type { DaySpan, Name, WindowPart } from '../../dsl/ast.ts';
import { anyTime, type Weekday, type Window, type WindowRange } from '../../runtime/model/window.ts';
import { isDate } from '../../runtime/time/calendar.ts';
import { daySets, weekdays } from '../catalogue.ts';
import { lookUp, type NamedWindow, type Report, suggestWord } from './context.ts';
import { timeOfDay } from './values.ts';

interface Names {
  readonly report: Report;
  readonly calendars: ReadonlyMap<string, readonly string[]>;
  readonly windows: ReadonlyMap<string, NamedWindow>;
}

const everyDay: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** Null if a part is wrong (reported). */
export function resolveWindow(names: Names, parts: readonly WindowPart[]): Window | null {
  const resolved = parts.map((part) => resolvePart(names, part));
  return resolved.every((part) => part !== null) ? resolved.flat() : null;
}

/** The window of a communication, which may be `best time`. */
export function resolveCommunicationWindow(
  names: Names,
  parts: readonly WindowPart[],
): { readonly window: Window; readonly bestTime: boolean } | null {
  const [only, ...more] = parts;
  const isBest = only?.kind === 'best time' && more.length === 0;
  const window = isBest && only.within.length === 0 ? anyTime : resolveWindow(names, isBest ? only.within : parts);
  return window && { window, bestTime: isBest };
}

function resolvePart(names: Names, part: WindowPart): Window | null {
  switch (part.kind) {
    case 'any time':
      return anyTime;
    case 'named':
      return lookUp(names.report, names.windows, part.name, 'window')?.window ?? null;
    case 'best time':
      names.report('FLOW318', part.span, {});
      return null;
    case 'range':
      return resolveRange(names, part);
    default:
      return part satisfies never;
  }
}

function resolveRange(names: Names, part: Extract<WindowPart, { kind: 'range' }>): Window | null {
  const from = timeOfDay(names.report, part.from, part.span, 'start');
  const to = timeOfDay(names.report, part.to, part.span, 'end');
  if (from === null || to === null) return null;
  if (from === to) {
    names.report('FLOW308', part.span, { from: part.from, to: part.to });
    return null;
  }
  const days = part.days.length === 0 ? everyDay : daysOf(names.report, part.days);
  const except = part.except.map((name) => exceptedDates(names, name));
  if (days === null || except.some((dates) => dates === null)) return null;
  const range: WindowRange = { from, to, days, except: [...new Set(except.flatMap((dates) => dates ?? []))].sort() };
  return [range];
}

function daysOf(report: Report, spans: readonly DaySpan[]): readonly Weekday[] | null {
  const days = new Set<Weekday>();
  for (const { from, to } of spans) {
    const set = to === null ? daySetOf(from.text) : null;
    const words = to === null ? [...weekdays, ...Object.keys(daySets)] : weekdays;
    const first = set ? null : dayOf(report, from, words);
    const last = to === null ? first : dayOf(report, to, words);
    if (!set && (first === null || last === null)) return null;
    for (const day of set ?? cycle(first!, last!)) days.add(day);
  }
  return [...days].sort((a, b) => a - b);
}

function daySetOf(word: string): readonly Weekday[] | null {
  return Object.hasOwn(daySets, word) ? daySets[word as keyof typeof daySets] : null;
}

/** `words`: what could have been meant. */
function dayOf(report: Report, name: Name, words: readonly string[]): Weekday | null {
  const index = (weekdays as readonly string[]).indexOf(name.text);
  if (index >= 0) return (index + 1) as Weekday;
  const short = name.text.toLowerCase().slice(0, 3);
  const meant = (weekdays as readonly string[]).includes(short) ? short : null;
  const help = meant ? ({ help: 'write', meant } as const) : suggestWord(name.text, words);
  report('FLOW311', name.span, { text: name.text, ...help });
  return null;
}

/** `fri-mon` runs over the end of the week. */
function cycle(first: Weekday, last: Weekday): readonly Weekday[] {
  const length = ((last - first + 7) % 7) + 1;
  return Array.from({ length }, (_, index) => (((first - 1 + index) % 7) + 1) as Weekday);
}

function exceptedDates(names: Names, name: Name): readonly string[] | null {
  if (!/^\d/.test(name.text)) return lookUp(names.report, names.calendars, name, 'calendar');
  if (isDate(name.text)) return [name.text];
  names.report('FLOW226', name.span, { text: name.text });
  return null;
}
