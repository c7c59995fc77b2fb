import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import { check } from '../../compiler/check.ts';
import type { WorkspaceModel } from '../../compiler/model.ts';
import { cases } from './cases.ts';
import { stagesOf } from './stages.ts';
import { complaints, write } from './type-check.ts';

const root = resolve(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures');
const update = process.env.UPDATE === '1';

const written = [...readdirSync(fixtures), 'reference/language'].filter((name) =>
  existsSync(join(fixtures, name, 'workspace.flow')),
);
const models = [
  ...Object.entries(cases),
  ...written.map((name) => [name, () => checkedModel(join(fixtures, name))] as const),
];
for (const [name, model] of models) {
  test(`what ${name} becomes, stage by stage, is what is committed`, () => {
    const folder = join(fixtures, name);
    const resolved = model();
    const files = [...build({ model: resolved, released: [] }).files, ...stagesOf(resolved)];
    if (update) {
      for (const part of ['generated', 'stages']) rmSync(join(folder, part), { recursive: true, force: true });
      write(folder, files);
    }
    const committed = [...filesUnder(join(folder, 'generated')), ...filesUnder(join(folder, 'stages'))];
    expect(committed.map((path) => relative(folder, path))).toEqual(files.map((file) => file.path));
    for (const { path, text } of files) expect(text, path).toBe(readFileSync(join(folder, path), 'utf8'));
  });
}

function checkedModel(folder: string): WorkspaceModel {
  const sources = filesUnder(folder).filter((path) => path.endsWith('.flow'));
  const { model, diagnostics } = check({
    files: sources.map((path) => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') })),
    exists: (path) => existsSync(join(folder, path)),
    readText: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null),
  });
  expect(diagnostics.filter((each) => each.severity === 'error')).toEqual([]);
  return model!;
}

test('all generated fixtures type-check strictly', () => {
  const workspaces = [...Object.keys(cases), ...written].map((name) => join(fixtures, name));
  const checked = workspaces.filter((folder) => statSync(join(folder, 'generated'), { throwIfNoEntry: false }));
  expect(checked.length).toBe(workspaces.length);
  expect(complaints(checked)).toBe('');
});

function filesUnder(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name)).sort();
}
