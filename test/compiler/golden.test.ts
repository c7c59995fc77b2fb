import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import { checkedFixture, filesUnder, fixtures } from './fixtures.ts';
import { stagesOf } from './stages.ts';
import { complaints, write } from './type-check.ts';

const update = process.env.UPDATE === '1';

const names = [...readdirSync(fixtures), 'reference/language'].filter((name) =>
  existsSync(join(fixtures, name, 'workspace.flow')),
);
for (const name of names) {
  test(`what ${name} becomes, stage by stage, is what is committed`, () => {
    const folder = join(fixtures, name);
    const { model, sources } = checkedFixture(name);
    const files = [...build({ model, released: [] }).files, ...stagesOf(model, sources)];
    if (update) {
      for (const part of ['generated', 'stages']) rmSync(join(folder, part), { recursive: true, force: true });
      write(folder, files);
    }
    const committed = [...filesUnder(join(folder, 'generated')), ...filesUnder(join(folder, 'stages'))];
    expect(committed.map((path) => relative(folder, path))).toEqual(files.map((file) => file.path));
    for (const { path, text } of files) expect(text, path).toBe(readFileSync(join(folder, path), 'utf8'));
  });
}

test.each(names)('%s builds to the same bytes twice', (name) => {
  const bytes = () => build({ model: checkedFixture(name).model, released: [] });
  expect(bytes()).toEqual(bytes());
});

test('all generated fixtures type-check strictly', () => {
  expect(names.length).toBeGreaterThan(15);
  expect(complaints(names.map((name) => join(fixtures, name)))).toBe('');
});
