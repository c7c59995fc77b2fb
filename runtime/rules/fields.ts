import type { CampaignData } from '../data/types.ts';
import { matchKey, systemProfileFields } from '../model/system-fields.ts';
import type { FieldDefinition } from '../model/values.ts';

export type Owner = 'participant' | 'profile';

export interface OwnedField {
  readonly owner: Owner;
  readonly field: FieldDefinition;
}

type Records = Pick<CampaignData, 'participant' | 'profile'>;

const remembered = new WeakMap<Records, ReadonlyMap<string, OwnedField>>();

/**
 * Every field a record of the campaign may hold, by each way to write it: `due_date` and `participant.due_date`. A bare word
 * is the participant's field if there is one, else the profile's.
 */
export function ownedFields(data: Records): ReadonlyMap<string, OwnedField> {
  let fields = remembered.get(data);
  if (!fields) {
    fields = new Map([
      ...entries('profile', systemProfileFields),
      ...entries('profile', profileFields(data)),
      ...entries('participant', data.participant),
    ]);
    remembered.set(data, fields);
  }
  return fields;
}

function entries(owner: Owner, fields: readonly FieldDefinition[]): [string, OwnedField][] {
  return fields.flatMap((field) => [
    [field.name, { owner, field }],
    [`${owner}.${field.name}`, { owner, field }],
  ]);
}

/** The fields of one owner, system fields included. */
export function fieldsOf(data: Records, owner: Owner): readonly FieldDefinition[] {
  if (owner === 'participant') return data.participant;
  const fields = profileFields(data);
  const declared = new Set(fields.map((field) => field.name));
  return [...systemProfileFields.filter((field) => !declared.has(field.name)), ...fields];
}

/** The match key stands in the row, not among the fields. */
function profileFields(data: Records): readonly FieldDefinition[] {
  return data.profile.filter((field) => field.name !== matchKey);
}

/** How events call a field: `paid`, `profile.timezone`. */
export function touchedName(owner: Owner, name: string): string {
  return owner === 'participant' ? name : `profile.${name}`;
}

/** Does the list (fields of a trigger, fields `exit when` reads) name one of the touched? */
export function names(data: Records, list: readonly string[], touched: readonly string[]): boolean {
  return list.some((written) => {
    const owned = ownedFields(data).get(written);
    return touched.includes(owned ? touchedName(owned.owner, owned.field.name) : written);
  });
}
