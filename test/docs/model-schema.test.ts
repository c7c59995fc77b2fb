import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { checkFiles, readFolder } from '../language/workspace.ts';

const root = join(import.meta.dirname, '../..');
const schema = JSON.parse(readFileSync(join(root, 'docs/model.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
const workspaces = ['examples', 'test/fixtures', 'test/fixtures/reference']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((folder) => existsSync(join(root, folder, 'workspace.flow')));

function modelOf(folder: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(checkFiles(readFolder(join(root, folder))).model)) as Record<string, unknown>;
}

describe('the JSON Schema of the model', () => {
  it.each(workspaces)('holds for %s', (folder) => {
    validate(modelOf(folder));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('refuses a model that lacks a part, has one too many, or a value of another type', () => {
    const model = modelOf(workspaces[0]!);
    const { campaigns: _, ...without } = model;
    expect(validate(without)).toBe(false);
    expect(validate({ ...model, extra: 1 })).toBe(false);
    expect(validate({ ...model, timezone: 2 })).toBe(false);
  });
});
