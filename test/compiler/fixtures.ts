/** Workspaces under `test/fixtures`, checked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { check } from '../../compiler/check.ts';
import type { WorkspaceModel } from '../../compiler/model.ts';

export const fixtures = join(import.meta.dirname, '../fixtures');

/** The model of a fixture that has no error, and its `.flow` files. */
export function checkedFixture(name: string): {
  readonly model: WorkspaceModel;
  readonly sources: readonly { readonly path: string; readonly text: string }[];
} {
  const folder = join(fixtures, name);
  const sources = filesUnder(folder)
    .filter((path) => path.endsWith('.flow'))
    .map((path) => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') }));
  const { model, diagnostics } = check({
    files: sources,
    exists: (path) => existsSync(join(folder, path)),
    readText: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null),
  });
  expect(diagnostics.filter((each) => each.severity === 'error')).toEqual([]);
  return { model: model!, sources };
}

export function filesUnder(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name)).sort();
}
