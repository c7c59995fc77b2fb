/** Windows in the language's words, for messages. */
import type { Weekday, Window, WindowRange } from '../model/window.ts';

export const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** `09:00-18:00 on mon-thu, 09:00-14:00 on fri except 2026-12-25 and 2 more days`; the whole week is `any time`. */
export function windowText(window: Window): string {
  return window.map(rangeText).join(', ');
}

function rangeText(range: WindowRange): string {
  const days = daysText(range.days);
  const except = exceptText(range.except);
  const wholeDay = range.from === 0 && range.to === 1440;
  if (wholeDay && days === '' && except === '') return 'any time';
  return `${timeText(range.from)}-${timeText(range.to)}${days}${except}`;
}

/** Minutes since midnight as `HH:MM`. */
function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function daysText(days: readonly Weekday[]): string {
  if (days.length === 7) return '';
  const runs: Weekday[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && day === run.at(-1)! + 1) run.push(day);
    else runs.push([day]);
  }
  return ` on ${runs.map((run) => (run.length > 1 ? `${name(run[0]!)}-${name(run.at(-1)!)}` : name(run[0]!))).join(', ')}`;
}

function name(day: Weekday): string {
  return weekdayNames[day - 1]!.toLowerCase();
}

function exceptText(except: readonly string[]): string {
  const [first, ...more] = except;
  if (!first) return '';
  if (more.length === 0) return ` except ${first}`;
  return ` except ${first} and ${more.length} more ${more.length === 1 ? 'day' : 'days'}`;
}
