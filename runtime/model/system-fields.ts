import type { FieldDefinition, FieldTypeName } from './values.ts';

/** The match key of every record. */
export const matchKey = 'external_id';

/** One that flowc itself reads says what it `decides`: a participant's field of that name would not. */
interface SystemField {
  readonly name: string;
  readonly type: FieldTypeName;
  readonly private: boolean;
  readonly doc: string;
  readonly decides?: string;
}

/** Profile fields that exist undeclared (language.md §2): the one table of them. */
export const systemFields = [
  { name: matchKey, type: 'string', private: false, doc: 'the key that identifies a person' },
  { name: 'name', type: 'string', private: true, doc: 'the person’s name' },
  { name: 'email', type: 'email', private: true, doc: 'e-mail address', decides: 'says where e-mail goes' },
  { name: 'phone', type: 'phone', private: true, doc: 'phone number' },
  {
    name: 'telegram_id',
    type: 'string',
    private: true,
    doc: 'the person’s ID on Telegram',
    decides: 'says where Telegram messages go',
  },
  { name: 'telegram_username', type: 'string', private: true, doc: 'the person’s name on Telegram' },
  {
    name: 'whatsapp_id',
    type: 'string',
    private: true,
    doc: 'the person’s ID on WhatsApp',
    decides: 'says where WhatsApp messages go',
  },
  { name: 'web_id', type: 'string', private: true, doc: 'the person’s ID on the web' },
  {
    name: 'timezone',
    type: 'timezone',
    private: false,
    doc: 'where the person lives',
    decides: 'decides when windows open',
  },
  {
    name: 'locale',
    type: 'string',
    private: false,
    doc: 'how dates and numbers are printed',
    decides: 'decides how dates and numbers are printed',
  },
] as const satisfies readonly SystemField[];

/** Those that a record holds: the match key stands beside it and is never set. */
export const systemProfileFields: readonly FieldDefinition[] = systemFields
  .filter((field) => field.name !== matchKey)
  .map(({ name, type: kind, private: hidden }) => ({
    name,
    type: { kind },
    required: false,
    private: hidden,
    imported: true,
    default: null,
  }));
