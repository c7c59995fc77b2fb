import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import { generatedTsconfig } from '../../compiler/tsconfig-generated.ts';
import { cases } from './cases.ts';

const root = resolve(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures');
const update = process.env.UPDATE === '1';
const temporary = mkdtempSync(join(tmpdir(), 'flowc-golden-'));
afterAll(() => rmSync(temporary, { recursive: true }));

for (const [name, model] of Object.entries(cases)) {
  test(`generated files of ${name} are the committed ones`, () => {
    const folder = join(fixtures, name);
    const { files } = build({ model: model(), kept: [] });
    if (update) {
      rmSync(join(folder, 'generated'), { recursive: true, force: true });
      for (const { path, text } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    }
    const committed = filesUnder(join(folder, 'generated')).map((path) => relative(folder, path));
    expect(committed).toEqual(files.map((file) => file.path));
    for (const { path, text } of files) expect(text, path).toBe(readFileSync(join(folder, path), 'utf8'));
  });
}

test('all generated fixtures type-check strictly', () => {
  const config = join(temporary, 'tsconfig.json');
  const workspaces = readdirSync(fixtures).map((name) => join(fixtures, name));
  const checked = workspaces.filter((folder) => statSync(join(folder, 'generated'), { throwIfNoEntry: false }));
  expect(checked.length).toBeGreaterThanOrEqual(Object.keys(cases).length);
  const one = (workspaceFolder: string) =>
    generatedTsconfig({ packageFolder: root, workspaceFolder, from: 'source' }) as { include: readonly string[] };
  writeFileSync(
    config,
    JSON.stringify({ ...one(fixtures), include: checked.flatMap((folder) => one(folder).include) }),
  );
  const tsc = () => execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', config], { encoding: 'utf8' });
  expect(tsc).not.toThrow();
});

function filesUnder(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name)).sort();
}
