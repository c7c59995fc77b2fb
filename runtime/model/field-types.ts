/**
 * One row per field type: how a value is read from text (CSV, API), how a JSON value is checked (scripts, agents, `set`), and
 * what is allowed, in words for messages.
 */
import { isDate, isWall } from '../time/calendar.ts';
import { isZone } from '../time/zone.ts';
import { Exact } from './decimal.ts';
import type { FieldType, FieldTypeName, Value } from './values.ts';

/** `allowed` ends the sentence "… is not allowed here: expected …". */
export type Checked = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly allowed: string };

interface FieldTypeRow {
  /** Words for messages. */
  readonly allowed: string;
  /** Text that is trimmed, not empty and in NFC; `undefined`: not one. */
  readonly read: (text: string) => Value | undefined;
  /** A JSON value that is no text. */
  readonly accept?: (value: unknown) => Value | undefined;
}

const decimalPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const offsetPattern = /^(.+?)(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)$/i;
const emailPattern =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?)+$/u;

/** Spreadsheets write all of these. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

export const fieldTypes: Readonly<Record<FieldTypeName, FieldTypeRow>> = {
  string: { allowed: 'text', read: (text) => text },
  integer: {
    allowed: 'a whole number between -9007199254740991 and 9007199254740991, such as 42',
    read: (text) => (/^[+-]?\d{1,16}$/.test(text) ? safeInteger(Number(text)) : undefined),
    accept: safeInteger,
  },
  numeric: {
    allowed: 'a decimal number with a point, such as 12.50',
    read: (text) => (decimalPattern.test(text) ? decimalText(text) : undefined),
    accept: (value) => (typeof value === 'number' && Number.isFinite(value) ? decimalText(String(value)) : undefined),
  },
  boolean: {
    allowed: 'true or false (yes or no, 1 or 0)',
    read: (text) => booleans.get(text.toLowerCase()),
    accept: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  date: { allowed: 'a date that exists, written as 2026-03-07', read: (text) => (isDate(text) ? text : undefined) },
  datetime: {
    allowed: 'a date and time, written as 2026-03-07T10:00:00 or with an offset as 2026-03-07T10:00:00+01:00',
    read: datetimeText,
  },
  email: {
    allowed: 'an e-mail address, such as ada@example.com',
    read: (text) => (text.length <= 254 && emailPattern.test(text) && !/^\.|\.\.|\.@/.test(text) ? text : undefined),
  },
  phone: {
    allowed: 'a phone number with its country code, such as +49 30 1234567',
    read: (text) => {
      const digits = text.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
      return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
    },
  },
  timezone: {
    allowed: 'an IANA time zone, such as Europe/Berlin',
    read: (text) => (isZone(text) ? text : undefined),
  },
};

/** What may stand in a field of the type, in words. */
export function allowedText(type: FieldType): string {
  return type.kind === 'enum' ? `one of ${type.members.join(', ')}` : fieldTypes[type.kind].allowed;
}

/** Reads a cell of a CSV file. Surrounding space is dropped; an empty cell is a missing value (`null`). */
export function readText(type: FieldType, text: string): Checked {
  const trimmed = text.normalize('NFC').trim();
  return trimmed === '' ? { ok: true, value: null } : checked(type, textValue(type, trimmed));
}

/** Checks a JSON value from a script, an agent or an assignment. `undefined` and `null` are missing values. */
export function readJson(type: FieldType, value: unknown): Checked {
  if (value === null || value === undefined) return { ok: true, value: null };
  if (typeof value === 'string') {
    const text = value.normalize('NFC');
    if (type.kind === 'string') return checked(type, storable(text) ? text : undefined);
    return text === '' ? { ok: true, value: null } : checked(type, textValue(type, text));
  }
  return checked(type, type.kind === 'enum' ? undefined : fieldTypes[type.kind].accept?.(value));
}

/** Equal values change nothing: `12.5` and `12.50` are one number. */
export function sameValue(type: FieldType, a: Value | undefined, b: Value | undefined): boolean {
  const [left, right] = [a ?? null, b ?? null];
  if (left === right) return true;
  return type.kind === 'numeric' && typeof left === 'string' && typeof right === 'string' && new Exact(left).eq(right);
}

/** Postgres stores neither NUL nor half a surrogate pair. */
function storable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function textValue(type: FieldType, text: string): Value | undefined {
  if (!storable(text)) return undefined;
  if (type.kind === 'enum') return type.members.includes(text) ? text : undefined;
  return fieldTypes[type.kind].read(text);
}

function checked(type: FieldType, value: Value | undefined): Checked {
  return value === undefined ? { ok: false, allowed: allowedText(type) } : { ok: true, value };
}

function safeInteger(value: unknown): number | undefined {
  // `+ 0` turns -0 into 0.
  return Number.isSafeInteger(value) ? (value as number) + 0 : undefined;
}

/** Exact: what does not fit in 34 digits is refused, not rounded. Zeros at the end stay: people wrote 12.50. */
function decimalText(text: string): string | undefined {
  const value = new Exact(text);
  if (!value.isFinite() || value.precision() > 34 || Math.abs(value.e) > 34) return undefined;
  return value.isZero() ? '0' : value.toFixed(/\.(\d*)$/.exec(text)?.[1]?.length ?? value.decimalPlaces());
}

function datetimeText(text: string): string | undefined {
  const [, wall = text, offset = ''] = offsetPattern.exec(text) ?? [];
  if (!isWall(wall)) return isDate(text) ? `${text}T00:00:00` : undefined;
  const [date, time = ''] = wall.split(/[T ]/);
  const seconds = time.length === 5 ? `${time}:00` : time.slice(0, 8);
  const zone = offset.toUpperCase();
  return `${date}T${seconds}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`;
}
