import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Import {
  readonly file: string;
  /** A path from the repository's root, or a package's name. */
  readonly target: string;
  readonly typeOnly: boolean;
}

const root = join(import.meta.dirname, '..', '..');

/** `import … from`, `export … from`, `import('…')`, `import '…'`, outside comments. */
const importPattern =
  /(?:^|[\s;{(=])(?:(import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?|import\s*\(\s*)(['"])([^'"]+)\3/g;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  return [...text.matchAll(importPattern)].map(([, , type, , specifier]) => ({
    file,
    target: specifier!.startsWith('.') ? relative(root, join(root, dirname(file), specifier!)) : specifier!,
    typeOnly: type !== undefined,
  }));
}

function filesIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const all = ['dsl', 'compiler', 'runtime'].flatMap(filesIn).flatMap(importsOf);
const from = (...folders: string[]) =>
  all.filter(({ file }) => folders.some((folder) => file.startsWith(`${folder}/`)));
const isOurs = ({ target }: Import) => /^(dsl|compiler|runtime)\//.test(target);
const isIn = (target: string, ...folders: string[]) =>
  folders.some((folder) => target === folder || target.startsWith(`${folder}/`));
const isBuiltin = ({ target }: Import) => target.startsWith('node:') || builtinModules.includes(target);
const shell = ({ file }: Import) => isIn(file, 'compiler/cli', 'compiler/lsp');
const words = (imports: readonly Import[]) => imports.map(({ file, target }) => `${file} imports ${target}`);

describe('imports point one way', () => {
  it('reads the imports of the code', () => {
    expect(words(importsOf('compiler/cli/main.ts'))).toEqual(
      expect.arrayContaining([
        'compiler/cli/main.ts imports commander',
        'compiler/cli/main.ts imports compiler/cli/exit.ts',
        'compiler/cli/main.ts imports compiler/cli/commands/check.ts',
      ]),
    );
    expect(words(importsOf('compiler/cli/version.ts'))).toContain('compiler/cli/version.ts imports node:fs');
  });

  it('dsl knows nothing of ours but runtime/model', () => {
    expect(
      words(
        from('dsl')
          .filter(isOurs)
          .filter(({ target }) => !isIn(target, 'dsl', 'runtime/model')),
      ),
    ).toEqual([]);
  });

  it('compiler knows dsl, the model, the time and what generated code is written against', () => {
    const allowed = [
      'dsl',
      'compiler',
      'runtime/model',
      'runtime/time',
      'runtime/workflow/abi.ts',
      'runtime/data/types.ts',
    ];
    const found = from('compiler').filter((one) => !shell(one) && isOurs(one) && !isIn(one.target, ...allowed));
    expect(words(found)).toEqual([]);
  });

  it('nothing imports the command line or the language server', () => {
    const found = all.filter((one) => isIn(one.target, 'compiler/cli', 'compiler/lsp') && !shell(one));
    expect(words(found)).toEqual([]);
  });

  it('runtime knows neither compiler nor its libraries', () => {
    expect(
      words(from('runtime').filter(({ target }) => isIn(target, 'compiler', 'dsl', 'chevrotain', 'ts-morph'))),
    ).toEqual([]);
  });

  it('the kernel runs in Temporal’s sandbox: no Node built-in, no activity code but the types of its port', () => {
    const found = from('runtime/workflow').filter(
      (one) =>
        isBuiltin(one) ||
        (isOurs(one) &&
          !one.typeOnly &&
          !isIn(one.target, 'runtime/workflow', 'runtime/model', 'runtime/rules', 'runtime/activities/port.ts')),
    );
    expect(words(found)).toEqual([]);
  });

  it('only the kernel’s host and entry know Temporal’s workflow library', () => {
    const knows = new Set(
      all.filter(({ target }) => target.startsWith('@temporalio/workflow')).map(({ file }) => file),
    );
    expect(
      [...knows].filter(
        (file) => !['runtime/workflow/temporal-host.ts', 'runtime/workflow/participant-workflow.ts'].includes(file),
      ),
    ).toEqual([]);
  });

  it('only emit knows ts-morph', () => {
    const found = all.filter(({ file, target }) => target === 'ts-morph' && !/^compiler\/emit(\.ts$|\/)/.test(file));
    expect(words(found)).toEqual([]);
  });
});

describe('what is pure does no IO', () => {
  it.each(['dsl', 'compiler', 'runtime/model', 'runtime/rules', 'runtime/time', 'runtime/data'])('%s', (folder) => {
    const found = from(folder).filter((one) => !shell(one) && isBuiltin(one) && one.target !== 'node:crypto');
    expect(words(found)).toEqual([]);
  });
});
