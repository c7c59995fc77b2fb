import type { FieldDefinition, FieldTypeName } from './values.ts';

/** Profile fields that exist undeclared (language.md §2). `external_id` is the match key: never set, not listed here. */
export const systemProfileFields: readonly FieldDefinition[] = [
  field('name', 'string', 'private'),
  field('email', 'email', 'private'),
  field('phone', 'phone', 'private'),
  field('telegram_id', 'string', 'private'),
  field('telegram_username', 'string', 'private'),
  field('whatsapp_id', 'string', 'private'),
  field('web_id', 'string', 'private'),
  field('timezone', 'timezone', 'open'),
  field('locale', 'string', 'open'),
];

/** The match key of every record. */
export const matchKey = 'external_id';

function field(name: string, kind: FieldTypeName, who: 'private' | 'open'): FieldDefinition {
  return { name, type: { kind }, required: false, private: who === 'private', imported: true, default: null };
}
