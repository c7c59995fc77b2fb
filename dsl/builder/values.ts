/**
 * Values of expressions, as TypeScript sees them: fields, results, properties of communications and what is computed from them.
 * None is generic but the enumeration, so that no type grows with an expression.
 */
import type { DurationUnit } from '../../runtime/model/duration.ts';

/** `'24 hours'`, `'1 day'`, `'00:30'`. */
export type Duration = `${number} ${DurationUnit | `${DurationUnit}s`}` | TimeOfDay;
/** `'09:00'` */
export type TimeOfDay = `${number}:${number}`;
/** `'2026-03-07'` */
export type DateText = `${number}-${number}-${number}`;
/** `'2026-03-07 10:00'` */
export type DatetimeText = `${DateText} ${TimeOfDay}`;

/** The missing value: setting a field to it clears the field. */
export interface None {
  readonly type: 'none';
}

interface AnyValue {
  isSet(): Truth;
  isNotSet(): Truth;
}

/** A condition, or a field that is true or false. */
export interface Truth extends AnyValue {
  readonly type: 'truth';
  eq(other: boolean | Truth): Truth;
  ne(other: boolean | Truth): Truth;
}

/** Texts, e-mail addresses, phone numbers, timezones. */
export interface TextValue extends AnyValue {
  readonly type: 'text';
  eq(other: string | TextValue): Truth;
  ne(other: string | TextValue): Truth;
  lt(other: string | TextValue): Truth;
  le(other: string | TextValue): Truth;
  gt(other: string | TextValue): Truth;
  ge(other: string | TextValue): Truth;
  in(list: readonly (string | TextValue)[]): Truth;
  notIn(list: readonly (string | TextValue)[]): Truth;
  contains(part: string | TextValue): Truth;
}

type Amount = number | bigint | NumberValue;
/** Integers and exact decimals. */
export interface NumberValue extends AnyValue {
  readonly type: 'number';
  eq(other: Amount): Truth;
  ne(other: Amount): Truth;
  lt(other: Amount): Truth;
  le(other: Amount): Truth;
  gt(other: Amount): Truth;
  ge(other: Amount): Truth;
  in(list: readonly Amount[]): Truth;
  notIn(list: readonly Amount[]): Truth;
  plus(other: Amount): NumberValue;
  minus(other: Amount): NumberValue;
  times(other: Amount): NumberValue;
  dividedBy(other: Amount): NumberValue;
}

type Moment = DateText | DatetimeText | TimeValue;
/** Dates and dates with a time. */
export interface TimeValue extends AnyValue {
  readonly type: 'time';
  eq(other: Moment): Truth;
  ne(other: Moment): Truth;
  lt(other: Moment): Truth;
  le(other: Moment): Truth;
  gt(other: Moment): Truth;
  ge(other: Moment): Truth;
  in(list: readonly Moment[]): Truth;
  notIn(list: readonly Moment[]): Truth;
  plus(duration: Duration): TimeValue;
  minus(duration: Duration): TimeValue;
  /** Whole days from the other date to this one. */
  daysSince(date: DateText | TimeValue): NumberValue;
  /** That day at this time of day. */
  at(time: TimeOfDay): TimeValue;
}

/** One of the members of an enumeration. */
export interface EnumValue<M extends string = string> extends AnyValue {
  readonly type: 'enum';
  readonly members: readonly M[];
  eq(other: M | EnumValue): Truth;
  ne(other: M | EnumValue): Truth;
  in(list: readonly (M | EnumValue)[]): Truth;
  notIn(list: readonly (M | EnumValue)[]): Truth;
}

export type Value = Truth | TextValue | NumberValue | TimeValue | EnumValue;

/** What may be written to a field of that value. */
export type Assignable<V extends Value> = V extends Truth
  ? boolean | Truth | None
  : V extends TextValue
    ? string | TextValue | EnumValue | None
    : V extends NumberValue
      ? Amount | None
      : V extends TimeValue
        ? Moment | None
        : V extends EnumValue<infer M>
          ? M | EnumValue<M> | None
          : never;

/** A declared field: its value, its name, and how it is assigned. */
export type Field<V extends Value = Value> = V & {
  readonly field: string;
  /** For `set(…)`: `attempts.to(attempts.plus(1))`. */
  to(value: Assignable<V>): Assignment;
};

/** One `a = b` of a `set`. */
export interface Assignment {
  readonly kind: 'assignment';
}

/** A condition: a value, or the same in the words of the language, such as `'attempts >= 3 and not paid'`. */
export type Condition = Truth | string;
