/** Every code block of the pages is what it says: it checks, is what a build writes, is what a command prints. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { build } from '../../compiler/build.ts';
import { communicationKinds, communicationSettings, pythonSettings } from '../../compiler/catalogue.ts';
import { constructsOf } from '../../compiler/emit/constructs.ts';
import { formatText } from '../../compiler/format.ts';
import { parseConfig } from '../../runtime/config.ts';
import { type Construct, constructs } from '../../runtime/model/runnable.ts';
import { readCsv } from '../../runtime/service/csv.ts';
import { flowc } from '../cli/flowc.ts';
import { checkFiles, type Files, readFolder, shown } from '../language/workspace.ts';
import { type Block, pages, repository, rewrite } from './blocks.ts';
import { helpOf, mistakesInCommands } from './commands.ts';
import { brokenLinks } from './links.ts';

/** What pages take for granted: a block with the path of one of these files replaces it. */
const base = readFolder(join(import.meta.dirname, 'workspace'));
const temporary = mkdtempSync(join(tmpdir(), 'flowc-docs-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** Languages a block may have, and whether it needs a comment that says what it belongs to. */
const languages: Readonly<Record<string, 'commented' | 'free'>> = {
  flow: 'commented',
  ts: 'commented',
  python: 'commented',
  json: 'commented',
  csv: 'commented',
  liquid: 'commented',
  console: 'commented',
  sh: 'free',
  text: 'free',
};

describe.each(pages())('$path', ({ path, blocks, text }) => {
  const whole = workspaceOf(blocks.filter((block) => block.note?.kind === 'file' && !block.note.alone));

  it('says of every code block what it belongs to', () => {
    const unknown = blocks.filter(({ language, note }) => {
      const needs = languages[language];
      return needs === undefined || (needs === 'commented' && note === null);
    });
    expect(unknown.map(({ place, language }) => `${place} (${language || 'no language'})`)).toEqual([]);
  });

  it('links only to files and headings that exist', () => {
    expect(brokenLinks(path, text)).toEqual([]);
  });

  const parts = blocks.filter((block) => block.note?.kind === 'file');
  for (const block of parts.filter(({ language }) => language === 'flow'))
    it(`${block.place} is written as \`flowc fmt\` writes it`, () => {
      const formatted = formatText(block.place, block.text);
      if (formatted.kind === 'formatted') expectShown(block, formatted.text);
      else expect(formatted).toEqual([]);
    });

  if (parts.length > 0)
    it('shows flows, templates and settings that check without a problem', () => {
      expectChecked(whole, parts);
      for (const block of parts) if (isAlone(block)) expectChecked(workspaceOf([block]), [block]);
    });

  for (const block of blocks.filter(({ language }) => language === 'sh'))
    it(`${block.place} names commands and options that exist`, async () => {
      expect(mistakesInCommands(block.text, await helpOf(block.text))).toEqual([]);
    });

  for (const block of blocks) {
    const { note } = block;
    switch (note?.kind) {
      case 'excerpt':
        it(`${block.place} is an excerpt of ${note.path}`, () => {
          expectExcerpt(block.text, readFileSync(join(repository, note.path), 'utf8'));
        });
        break;
      case 'generated':
        it(`${block.place} is what a build writes`, () => {
          const { model } = checkFiles(whole);
          const file = build({ model: model!, released: [] }).files.find((each) => each.path === note.path);
          expectExcerpt(block.text, file?.text ?? '');
        });
        break;
      case 'run':
        it(`${block.place} shows what the command prints`, async () => {
          const command = block.text.split('\n')[0]!;
          expect(mistakesInCommands(command, await helpOf(command))).toEqual([]);
          const folder = note.folder === null ? written(whole) : join(repository, note.folder);
          const { stdout } = await flowc(folder, wordsOf(command).slice(1));
          expectShown(block, `${command}\n${stdout.trimEnd()}\n`);
        });
        break;
      case 'mistake':
        it(`${block.place} shows what the checker says`, () => {
          const example = /^(examples\/[^/]+)\/(.+)$/.exec(note.path);
          const files = example ? readFolder(join(repository, example[1]!)) : whole;
          const file = example ? example[2]! : note.path;
          expect(files[file], file).toContain(note.old);
          const mutated = { ...files, [file]: files[file]!.replace(note.old, note.wrong) };
          expectShown(block, `$ flowc check\n${shown(mutated, configOf(mutated))}\n`);
        });
        break;
      default:
    }
  }

  for (const block of parts.filter(({ language }) => language === 'csv'))
    it(`${block.place} has columns that an import knows`, async () => {
      const { columns } = await readCsv(Readable.from([Buffer.from(block.text)]), block.place);
      const { model } = checkFiles(whole);
      const known = model!.campaigns.flatMap((campaign) => [...campaign.participant, ...model!.profile]);
      expect(columns.filter((column) => !known.some(({ name }) => name === column))).toEqual([]);
    });

  for (const block of parts.filter(({ language }) => language === 'python'))
    it(`${block.place} is Python with a function run`, () => {
      const program =
        'import ast, sys; print([f.name for f in ast.parse(sys.stdin.read()).body if hasattr(f, "name")])';
      const { stdout, stderr } = spawnSync('python3', ['-c', program], { input: block.text, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(stdout).toContain("'run'");
    });
});

it('docs/coming-from-editors.md has every word that the catalogue knows from editors', () => {
  const rows = [...Object.values(communicationKinds), ...communicationSettings, ...pythonSettings];
  const words = rows.flatMap((row) => ('editor' in row && row.editor !== undefined ? row.editor : []));
  expect(words.length).toBeGreaterThan(15);
  const page = readFileSync(join(repository, 'docs/coming-from-editors.md'), 'utf8');
  expect(words.filter((word) => !page.includes(`| **${word}**`))).toEqual([]);
});

it('docs/README.md leads to every page of its folder and of the language', () => {
  const index = readFileSync(join(repository, 'docs/README.md'), 'utf8');
  const paths = pages().flatMap(({ path }) => /^docs\/(?!README)(.+)$/.exec(path)?.[1] ?? []);
  expect(paths.filter((path) => !index.includes(`](${path})`))).toEqual([]);
});

describe('what does not run yet', () => {
  const flows = pages().flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'flow'));

  it('is marked below the flow that uses it', () => {
    const silent = flows.flatMap((block) => {
      const named = constructsNamed(block.notRunYet ?? '');
      return notRunning(block).flatMap((use) => (named.includes(use) ? [] : `${block.place} uses ${use}`));
    });
    expect(silent).toEqual([]);
  });

  it('is not said of what runs', () => {
    const stale = flows.flatMap((block) =>
      constructsNamed(block.notRunYet ?? '').flatMap((use) =>
        constructs[use].runs ? `${block.place}: ${use} runs` : [],
      ),
    );
    expect(stale).toEqual([]);
  });
});

/** The base with these blocks in it: its workspace, and its campaigns of which the blocks show something. */
function workspaceOf(blocks: readonly Block[]): Files {
  const files: Record<string, string> = {};
  for (const { note, text } of blocks) {
    if (note?.kind !== 'file') continue;
    files[note.path] = files[note.path] === undefined ? text : `${files[note.path]}\n${text}`;
  }
  const folders = new Set(Object.keys(files).map(folderOf));
  const needed = Object.entries(base).filter(([path]) => folderOf(path) === '' || folders.has(folderOf(path)));
  return { ...Object.fromEntries(needed), ...files };
}

function folderOf(path: string): string {
  return path.includes('/') ? path.split('/')[0]! : '';
}

function isAlone({ note }: Block): boolean {
  return note?.kind === 'file' && note.alone;
}

/** Nothing is wrong with the files of these blocks, nor is anything else made wrong by them. */
function expectChecked(files: Files, blocks: readonly Block[]): void {
  const own = new Set(blocks.flatMap(({ note }) => (note?.kind === 'file' ? [note.path] : [])));
  const { diagnostics } = checkFiles(files, configOf(files));
  const wrong = diagnostics.filter(({ severity, file }) => severity === 'error' || own.has(file));
  expect(wrong.map(({ file, span, message }) => `${file}:${span.line} ${message}`)).toEqual([]);
}

/** Constructs in a block for which `flowc start` would refuse its campaign. */
function notRunning(block: Block): readonly Construct[] {
  const { model } = checkFiles(workspaceOf([block]));
  const used = new Set(model?.campaigns.flatMap((campaign) => constructsOf(model, campaign)));
  return [...used].filter((use) => !constructs[use].runs);
}

/** Those that a note names in backquotes. */
function constructsNamed(note: string): readonly Construct[] {
  const words = [...note.matchAll(/`(?:on )?([^`]+)`/g)].map(([, word]) => word!);
  return words.filter((word): word is Construct => Object.hasOwn(constructs, word));
}

function configOf(files: Files): unknown {
  return parseConfig(files['flowc.json'] ?? '{}');
}

/** The files on disk, for commands. */
function written(files: Files): string {
  const folder = mkdtempSync(join(temporary, 'workspace-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Its text; `UPDATE=1` writes it. */
function expectShown(block: Block, text: string): void {
  if (process.env.UPDATE === '1') rewrite(block, text);
  else expect(block.text).toBe(text);
}

/** Each stretch between two `…` stands in the file, in this order. */
function expectExcerpt(excerpt: string, file: string): void {
  let from = 0;
  for (const stretch of excerpt.split(/^\s*…\n|…/m)) {
    const at = file.indexOf(stretch, from);
    expect(at >= 0 ? stretch : file.slice(from), 'an excerpt of the file').toBe(stretch);
    from = at + stretch.length;
  }
}

/** The words of a shell line; quotes hold words together. */
function wordsOf(line: string): string[] {
  return [...line.replace(/^\$ /, '').matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
