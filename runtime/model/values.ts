/**
 * A field's value at run time, in the store (jsonb) and on every wire. `null` is a missing value.
 *
 * | type | shape |
 * |---|---|
 * | string, email, phone, timezone, enumeration | text after NFC |
 * | integer | JSON number within ± 2^53 − 1 |
 * | numeric | decimal text, 34 digits: `"12.50"` |
 * | boolean | JSON boolean |
 * | date | `"2026-03-07"` |
 * | datetime | `"2026-03-07T10:00:00"`: wall clock in the scheduling timezone; with `Z` or an offset: an instant |
 */
export type Value = string | number | boolean | null;

/** Fields by name. A field that is absent is missing. */
export type Fields = Readonly<Record<string, Value>>;

/** A copy without names of JavaScript's: a field may be called `constructor` or `__proto__`. */
export function fieldsFrom(...parts: readonly Fields[]): Record<string, Value> {
  return Object.assign(Object.create(null), ...parts);
}

export const fieldTypeNames = [
  'string',
  'integer',
  'numeric',
  'boolean',
  'date',
  'datetime',
  'email',
  'phone',
  'timezone',
] as const;
export type FieldTypeName = (typeof fieldTypeNames)[number];

export type FieldType =
  | { readonly kind: FieldTypeName }
  | { readonly kind: 'enum'; readonly members: readonly string[] };

export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly private: boolean;
  readonly imported: boolean;
  /** Written when the record is created. */
  readonly default: Value;
}
