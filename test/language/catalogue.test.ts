import { Liquid } from 'liquidjs';
import { expect, test } from 'vitest';
import { communicationKinds, liquidFilters, settingsOf, systemFields, valueForms } from '../../compiler/catalogue.ts';
import { fieldTypeNames } from '../../runtime/model/values.ts';

test('the filters of the table are those liquidjs has', () => {
  expect([...liquidFilters].sort()).toEqual(Object.keys(new Liquid().filters).sort());
});

test('every kind of communication needs agent, at, window and duration, and names each setting once', () => {
  for (const kind of Object.keys(communicationKinds) as (keyof typeof communicationKinds)[]) {
    const rows = settingsOf(kind);
    expect(rows.filter((row) => row.required).map((row) => row.name)).toEqual(
      expect.arrayContaining(['agent', 'at', 'window', 'duration']),
    );
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
    expect(rows.every((row) => row.takes in valueForms && !row.doc.endsWith('.'))).toBe(true);
  }
});

test('system fields have types of the language', () => {
  expect(systemFields.every((field) => fieldTypeNames.includes(field.type))).toBe(true);
});
