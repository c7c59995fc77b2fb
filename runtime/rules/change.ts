/** What a change makes of a record: pure, so that the simulator decides the same. */
import type { CampaignData } from '../data/types.ts';
import { sameValue } from '../model/field-types.ts';
import { type FieldDefinition, type Fields, fieldsFrom, type Value } from '../model/values.ts';
import { fieldsOf, type Owner, ownedFields, touchedName } from './fields.ts';

export interface Records {
  readonly profile: Fields;
  readonly participant: Fields;
}

/** A value that cannot be stored. `value` is what was given, `reason` a clause that says what is allowed. */
export interface Problem {
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

export type Changed =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** `touched`: what really changed; of a new record, what it has. */
  | { readonly kind: 'changed'; readonly records: Records; readonly touched: readonly string[] };

/**
 * Applies checked values. `null` clears. A record that does not exist yet gets its defaults, and must have its required
 * fields; a required field is never cleared.
 */
export function changeRecords(
  data: Pick<CampaignData, 'participant' | 'profile'>,
  current: { readonly profile: Fields | null; readonly participant: Fields | null },
  fields: Fields,
): Changed {
  const given = { participant: fieldsFrom(), profile: fieldsFrom() };
  for (const [name, value] of Object.entries(fields)) {
    const owned = ownedFields(data).get(name);
    if (!owned) return refused(name, value, 'unknown field');
    given[owned.owner][owned.field.name] = value;
  }
  const touched: string[] = [];
  const problems: Problem[] = [];
  const merged = (owner: Owner): Fields => {
    const old = current[owner] && fieldsFrom(current[owner]);
    const result = fieldsFrom(old ?? {});
    for (const field of fieldsOf(data, owner)) {
      const value = nextValue(field, old, given[owner][field.name]);
      if (field.required && value === null && (current.participant === null || field.name in given[owner]))
        problems.push({ field: field.name, value: '', reason: 'it is required' });
      if (sameValue(field.type, old?.[field.name], value)) continue;
      touched.push(touchedName(owner, field.name));
      if (value === null) delete result[field.name];
      else result[field.name] = value;
    }
    return result;
  };
  const records = { participant: merged('participant'), profile: merged('profile') };
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'changed', records, touched };
}

function nextValue(field: FieldDefinition, old: Fields | null, given: Value | undefined): Value {
  if (old) return given === undefined ? (old[field.name] ?? null) : given;
  return given ?? field.default;
}

function refused(field: string, value: Value, reason: string): Changed {
  return { kind: 'refused', problems: [{ field, value: String(value ?? ''), reason }] };
}
