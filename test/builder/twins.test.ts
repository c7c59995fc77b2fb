/** Text and builder say the same: same syntax before any check, same model, hashes and generated code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import { check } from '../../compiler/check.ts';
import { loadBuilders } from '../../compiler/cli/load-builder.ts';
import type { BuiltFile } from '../../dsl/builder/registry.ts';
import { parse } from '../../dsl/parser.ts';
import { repository } from '../cli/flowc.ts';
import { code, meaning } from './twin.ts';

/** Text, and the builder files that say the same. */
const twins = [
  ['examples/acme', 'examples/acme_builder'],
  ['test/fixtures/reference/language', 'test/fixtures/builder/language'],
] as const;

function paths(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** Shared communications and fields may stand in another order between other declarations: by kind, each in its order. */
function declarationsByKind(files: readonly BuiltFile[]): unknown {
  const all = files.flatMap(({ file }) => file.declarations.map((one) => ({ folder: folderOf(file.path), ...one })));
  return meaning(Object.groupBy(all, ({ folder, kind }) => `${folder} ${kind}`));
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

describe.each(twins)('%s and %s', (textFolder, builderFolder) => {
  const text = join(repository, textFolder);
  const builder = join(repository, builderFolder);
  const files = paths(text, '.flow').map((path) => ({ path, text: readFileSync(join(text, path), 'utf8') }));
  const exists = (path: string) => existsSync(join(text, path));
  const readText = (path: string) => (exists(path) ? readFileSync(join(text, path), 'utf8') : null);
  let built: readonly BuiltFile[];
  beforeAll(async () => {
    built = await loadBuilders({ folder: builder, paths: paths(builder, '.flow.ts'), refs: null });
  });

  test('make the same syntax', () => {
    expect(built.flatMap(({ problems }) => problems)).toEqual([]);
    const parsed = files.map((file) => parse(file.path, file.text));
    expect(declarationsByKind(built)).toEqual(declarationsByKind(parsed));
  });

  test('give the same model, hashes and generated code', () => {
    const [first, second] = [check({ files, exists, readText }), check({ files: [], built, exists, readText })];
    expect(second.diagnostics.map(({ code, message }) => [code, message]).sort()).toEqual(
      first.diagnostics.map(({ code, message }) => [code, message]).sort(),
    );
    expect(meaning(second.model)).toEqual(meaning(first.model));
    expect(first.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const [one, other] = [first, second].map(({ model }) => build({ model: model!, released: [] }).files);
    expect(other!.map(({ path }) => path)).toEqual(one!.map(({ path }) => path));
    for (const [index, file] of one!.entries()) expect(code(other![index]!.text), file.path).toBe(code(file.text));
  });
});

test('every example exists in both forms', () => {
  const examples = readdirSync(join(repository, 'examples'));
  const inTwins = twins.flat().filter((folder) => folder.startsWith('examples/'));
  expect(examples.map((name) => `examples/${name}`).sort()).toEqual(inTwins.sort());
});
