import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { build, type GeneratedFile } from '../../compiler/build.ts';
import { check } from '../../compiler/check.ts';
import type { WorkspaceModel } from '../../compiler/model.ts';
import { generatedTsconfig } from '../../compiler/tsconfig-generated.ts';
import { cases } from './cases.ts';
import { campaign, flow, workspace } from './models.ts';
import { body, communications, participant } from './programs.ts';
import { stagesOf } from './stages.ts';

const root = resolve(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures');
const update = process.env.UPDATE === '1';
const temporary = mkdtempSync(join(tmpdir(), 'flowc-golden-'));
afterAll(() => rmSync(temporary, { recursive: true }));

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

test('the code of any flow type-checks strictly', () => {
  const flows = fc.sample(body, { numRuns: 150, seed: 7 }).map((statements, n) => flow(`flow_${n}`, statements));
  const { files } = build({ model: workspace([campaign(flows, { participant, communications })]), released: [] });
  write(temporary, files);
  expect(complaints([temporary])).toBe('');
});

test('the type check finds a mistake', () => {
  const folder = join(temporary, 'mistaken');
  const text = "import type { Program } from 'flowc/workflow';\nexport const p: Program = { hash: 1 };\n";
  write(folder, [{ path: 'generated/wrong.workflow.ts', text }]);
  expect(complaints([folder])).toContain('wrong.workflow.ts(2,29)');
});

/** What `tsc` says of the generated code of these workspaces; empty when it has nothing to say. */
function complaints(folders: readonly string[]): string {
  const config = join(temporary, 'tsconfig.json');
  const configs = folders.map((workspaceFolder) => {
    return generatedTsconfig({ packageFolder: root, workspaceFolder, from: 'source' });
  });
  writeFileSync(config, JSON.stringify({ ...configs[0], include: configs.flatMap((each) => each.include) }));
  const run = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', config], { encoding: 'utf8' });
  return run.status === 0 ? '' : run.stdout + run.stderr;
}

function write(folder: string, files: readonly GeneratedFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function filesUnder(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name)).sort();
}
