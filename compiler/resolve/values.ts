/** Constants: durations, times of day, dates, timezones. */
import type { Expr, ExprOf, Span, TextLiteral } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { closest } from '../../runtime/model/closest.ts';
import { type Duration, unitMs } from '../../runtime/model/duration.ts';
import { readJson } from '../../runtime/model/field-types.ts';
import type { FieldType, Value } from '../../runtime/model/values.ts';
import { isDate } from '../../runtime/time/calendar.ts';
import { isZone, suggestZone } from '../../runtime/time/zone.ts';
import type { Report } from './context.ts';
import type { Constant } from './fields.ts';

/** Minutes since midnight of `HH:MM`, null if there is no such time. `24:00` is 1440. */
function minutesOf(text: string): number | null {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= 1440 ? total : null;
}

/** Like {@link minutesOf}, reported. `24:00` only where a window ends. */
export function timeOfDay(report: Report, text: string, span: Span, end: 'start' | 'end'): number | null {
  const minutes = minutesOf(text);
  if (minutes !== null && (minutes < 1440 || end === 'end')) return minutes;
  report('FLOW309', span, { text });
  return null;
}

/** What is longer than a life is a slip of the hand, and calendars end somewhere. */
const longest = { months: 1200, ms: 36_525 * unitMs.day } as const;

/** A duration literal (`24 hours` or `HH:MM`) of at most 100 years; null if the expression is none. */
export function durationOf(expression: Expr): Duration | null {
  const duration = writtenDuration(expression);
  if (duration === null || !Number.isSafeInteger(duration.amount)) return null;
  const ms = durationMs(duration);
  return (ms === null ? duration.amount <= longest.months : ms <= longest.ms) ? duration : null;
}

function writtenDuration(expression: Expr): Duration | null {
  if (expression.kind === 'duration') return { amount: Number(expression.amount), unit: expression.unit };
  if (expression.kind !== 'time') return null;
  const [hours = 0, minutes = 0] = expression.text.split(':').map(Number);
  return minutes < 60 ? { amount: hours * 60 + minutes, unit: 'minute' } : null;
}

/** Reports a number that the type cannot hold. */
export function refuseNumber(report: Report, text: string, span: Span, type: 'integer' | 'numeric'): boolean {
  const digits = text.replace('.', '').replace(/^0+/, '').length;
  if (type === 'integer' ? Number.isSafeInteger(Number(text)) : digits <= 34) return false;
  report('FLOW233', span, { text, type: { kind: type }, help: type });
  return true;
}

type StoredConstant = Constant | { readonly is: 'field'; readonly of: string };
const contentOf = { field: 'field content', default: 'default content', value: 'value content' } as const;

/**
 * A constant as the field will hold it; undefined if no field of the type may hold it (reported). `expression` is how it is written.
 */
export function storedConstant(
  report: Report,
  what: StoredConstant,
  expression: Expr,
  type: FieldType,
  value: Value,
): Value | undefined {
  const read = readJson(type, value);
  if (read.ok) return read.value;
  if (type.kind === 'timezone' && expression.kind === 'text') zoneOf(report, expression.text);
  else
    report('FLOW204', expression.span, {
      message: contentOf[what.is],
      field: what.of,
      allowed: type,
      text: expressionWords(expression),
      help: 'write content',
    });
  return undefined;
}

/** Elapsed milliseconds; null for months, which have no fixed length. */
export function durationMs(duration: Duration): number | null {
  return duration.unit === 'month' ? null : duration.amount * unitMs[duration.unit];
}

/** A timezone in quotes; reported with the nearest known one. */
export function zoneOf(report: Report, text: TextLiteral): string | null {
  if (isZone(text.value)) return text.value;
  const meant = suggestZone(text.value) ?? closest(text.value, Intl.supportedValuesOf('timeZone'));
  const help = meant ? ({ help: 'write', meant } as const) : ({ help: 'example' } as const);
  report('FLOW310', text.span, { text: text.value, ...help });
  return null;
}

/** ISO text of a date or wall clock literal; reported if there is no such day or time. */
export function dateLiteral(report: Report, expression: ExprOf<'date'> | ExprOf<'datetime'>): string | null {
  const date = expression.kind === 'date' ? expression.text : expression.date;
  if (!isDate(date)) {
    report('FLOW226', expression.span, { text: date });
    return null;
  }
  if (expression.kind === 'date') return date;
  const minutes = timeOfDay(report, expression.time, expression.span, 'start');
  return minutes === null ? null : `${date}T${expression.time.padStart(5, '0')}:00`;
}
