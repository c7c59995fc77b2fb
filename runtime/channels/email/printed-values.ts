import { Drop } from 'liquidjs';
import { DateTime } from 'luxon';
import type { FieldType, Value } from '../../model/values.ts';

/** For whom a template prints. */
export interface Reading {
  /** BCP 47, `en-GB`; an unknown one prints as `en-GB`. */
  readonly locale: string;
  /** IANA zone. */
  readonly zone: string;
}

/** A calendar date in a template: compares and filters as its ISO text, prints for the locale. */
export class LocalDate extends Drop {
  readonly iso: string;
  constructor(iso: string) {
    super();
    this.iso = iso;
  }
  override valueOf(): string {
    return this.iso;
  }
}

/** An instant in a template; a wall clock was placed in the person's zone. */
export class Instant extends Drop {
  readonly at: DateTime;
  constructor(at: DateTime) {
    super();
    this.at = at;
  }
  override valueOf(): number {
    return this.at.toMillis();
  }
}

/** An exact decimal: prints all of its digits, computes and compares as a number. */
class Decimal extends Drop {
  readonly digits: string;
  constructor(digits: string) {
    super();
    this.digits = digits;
  }
  override valueOf(): number {
    return Number(this.digits);
  }
}

/** A stored value as templates see it. `null` stays: it prints as nothing and `default` replaces it. */
export function templateValue(value: Value, type: FieldType | undefined, zone: string): unknown {
  if (typeof value !== 'string' || type === undefined) return value;
  switch (type.kind) {
    case 'numeric':
      return new Decimal(value);
    case 'date':
      return new LocalDate(value);
    case 'datetime': {
      const at = DateTime.fromISO(value, { zone });
      return at.isValid ? new Instant(at) : value;
    }
    case 'string':
    case 'integer':
    case 'boolean':
    case 'email':
    case 'phone':
    case 'timezone':
    case 'enum':
      return value;
    default:
      return type satisfies never;
  }
}

/** Makes the function that turns what stands in `{{ … }}` into text. */
export function printerFor(reading: Reading): (value: unknown) => string {
  const locale = knownLocale(reading.locale);
  // 20 digits: what a person typed is never rounded for display.
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: reading.zone });
  const print = (value: unknown): string => {
    if (value === null || value === undefined) return '';
    if (value instanceof LocalDate) return dates.format(new Date(`${value.iso}T00:00:00Z`));
    if (value instanceof Instant) return times.format(value.at.toMillis());
    if (value instanceof Decimal) return decimal(value.digits, locale);
    if (typeof value === 'number') return Number.isFinite(value) ? numbers.format(value) : '';
    if (Array.isArray(value)) return value.map(print).join('');
    return String(value instanceof Drop ? value.valueOf() : value);
  };
  return print;
}

function decimal(digits: string, locale: string): string {
  const decimals = Math.min(/\.(\d+)$/.exec(digits)?.[1]?.length ?? 0, 20);
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: 20 });
  return format.format(digits as `${number}`);
}

export function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll('_', '-'))[0] ?? fallbackLocale;
  } catch {
    return fallbackLocale;
  }
}

const fallbackLocale = 'en-GB';
