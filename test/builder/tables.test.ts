/** The builder has what the catalogue has. */
import { expect, test } from 'vitest';
import {
  agentSettings,
  campaignSettings,
  channelSettings,
  communicationSettings,
  flowSettings,
  pythonSettings,
  triggerRows,
  type ValueForm,
  workspaceSettings,
} from '../../compiler/catalogue.ts';
import { system } from '../../dsl/builder/declarations.ts';
import { on } from '../../dsl/builder/flow.ts';
import { type Form, languageName, settingForms } from '../../dsl/builder/settings.ts';
import { systemProfileFields } from '../../runtime/model/system-fields.ts';

const rows = [
  ...communicationSettings,
  ...workspaceSettings,
  ...campaignSettings,
  ...channelSettings,
  ...agentSettings,
  ...pythonSettings,
  ...flowSettings,
];

/** How a form of the language is given in an object literal. */
const forms: Readonly<Record<ValueForm, Form>> = {
  'agent name': 'name',
  'channel name': 'name',
  'channel names': 'names',
  instant: 'instant',
  window: 'window',
  duration: 'duration',
  'field names': 'names',
  text: 'literal',
  zone: 'literal',
  truth: 'literal',
  'send or skip': 'name',
  'again choice': 'name',
  'on_edit choice': 'name',
  'whole number': 'literal',
  'text or field': 'literal',
  object: 'object',
  rate: 'rate',
};

test('every setting of the catalogue can be given, in its form, and no other', () => {
  const given = Object.fromEntries(Object.entries(settingForms).map(([key, form]) => [languageName(key), form]));
  expect(given).toEqual(Object.fromEntries(rows.map(({ name, takes }) => [name, forms[takes]])));
});

test('every trigger of the catalogue can be given', () => {
  const words = Object.keys(on).map((key) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  expect(words.sort()).toEqual(Object.keys(triggerRows).sort());
});

test('every system field can be referred to', () => {
  expect(Object.keys(system).sort()).toEqual(['external_id', ...systemProfileFields.map(({ name }) => name)].sort());
});
