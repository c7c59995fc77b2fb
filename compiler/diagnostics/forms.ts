/** What a value must look like, as messages say it: settings by the form the catalogue gives them, and some values of their own. */
import { type ValueForm, valueForms } from '../catalogue.ts';

const ownForms = {
  'template name': 'the name of a file in templates/, without its extension',
  'approved template': 'the name of an approved template: lowercase letters, digits and `_`',
  'WhatsApp language': 'a WhatsApp language code',
  'SIP server': 'a host name, optionally with a port',
  'template variable': 'a field, a string or a number',
  'phone number': 'a phone number with its country code',
  'language tag': 'a language tag',
  'Python values': 'values',
  'Python parameters': 'values, lists and objects',
  'date or datetime': 'a date, optionally with a time',
  constant: 'a constant',
  'long duration': 'a duration in whole units, at most 100 years',
} as const;

export type FormName = ValueForm | keyof typeof ownForms;

export const forms: Readonly<Record<FormName, string>> = {
  ...(Object.fromEntries(Object.entries(valueForms).map(([name, { expected }]) => [name, expected])) as Record<
    ValueForm,
    string
  >),
  ...ownForms,
};
