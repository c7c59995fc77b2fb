/** The code blocks of a page, each with the HTML comment above it that says what it is part of. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');

/**
 * What the comment above a block says:
 * `<!-- file: PATH -->` it is (part of) this file of the page's workspace; blocks of one path are joined in their order;
 * `<!-- file: PATH, alone -->` the same in a workspace without the page's other blocks;
 * `<!-- excerpt: PATH -->` its lines stand in this file of the repository;
 * `<!-- generated: PATH -->` its lines stand in what `flowc build` writes for the page; `…` stands for what is left out;
 * `<!-- run -->`, `<!-- run in FOLDER -->` its command prints exactly what follows it;
 * `<!-- mistake in PATH: OLD → NEW -->` what `flowc check` prints once OLD is written NEW.
 */
export type Note =
  | { readonly kind: 'file'; readonly path: string; readonly alone: boolean }
  | { readonly kind: 'excerpt' | 'generated'; readonly path: string }
  | { readonly kind: 'run'; readonly folder: string | null }
  | { readonly kind: 'mistake'; readonly path: string; readonly old: string; readonly wrong: string };

export interface Block {
  /** Where it begins: `docs/time.md:12`. */
  readonly place: string;
  readonly language: string;
  /** The line above. */
  readonly comment: string;
  readonly note: Note | null;
  readonly text: string;
  /** The `> **Not run yet.** …` that follows it. */
  readonly notRunYet: string | null;
}

export interface Page {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Writes what a block should show into its page. */
export function rewrite(block: Block, text: string): void {
  const file = join(repository, block.place.replace(/:\d+$/, ''));
  const fence = (inner: string) => `${block.comment}\n\`\`\`${block.language}\n${inner}\`\`\`\n`;
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(fence(block.text), () => fence(text)),
  );
}

/** Pages whose blocks have tests of their own: they are written from tables and fixtures. */
const generated = /^docs\/(errors|reference)\/|^docs\/grammar\.md$/;

export function pages(): readonly Page[] {
  const inDocs = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => `docs/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.md') && !generated.test(path))
    .sort();
  return ['README.md', 'CONTRIBUTING.md', ...inDocs].map((path) => {
    const text = readFileSync(join(repository, path), 'utf8');
    return { path, text, blocks: blocksOf(path, text) };
  });
}

export function blocksOf(path: string, text: string): readonly Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(`{3,})(\S*)/.exec(lines[at]!);
    if (fence === null) continue;
    const end = lines.indexOf(fence[1]!, at + 1);
    if (end < 0) throw new Error(`${path}:${at + 1}: this code block is never closed`);
    const place = `${path}:${at + 1}`;
    blocks.push({
      place,
      language: fence[2]!,
      comment: lines[at - 1] ?? '',
      note: noteOf(place, lines[at - 1] ?? ''),
      text: lines
        .slice(at + 1, end)
        .map((line) => `${line}\n`)
        .join(''),
      notRunYet: noteAfter(lines.slice(end + 1)),
    });
    at = end;
  }
  return blocks;
}

function noteOf(place: string, line: string): Note | null {
  const comment = /^<!-- (.*) -->$/.exec(line)?.[1];
  if (comment === undefined) return null;
  const file = /^file: (\S+?)(, alone)?$/.exec(comment);
  if (file) return { kind: 'file', path: file[1]!, alone: file[2] !== undefined };
  const quoted = /^(excerpt|generated): (\S+)$/.exec(comment);
  if (quoted) return { kind: quoted[1] as 'excerpt' | 'generated', path: quoted[2]! };
  const run = /^run(?: in (\S+))?$/.exec(comment);
  if (run) return { kind: 'run', folder: run[1] ?? null };
  const mistake = /^mistake in (\S+): (.+) → (.+)$/.exec(comment);
  if (mistake) return { kind: 'mistake', path: mistake[1]!, old: mistake[2]!, wrong: mistake[3]! };
  throw new Error(`${place}: \`${comment}\` above a code block is none of the comments that test/docs/blocks.ts knows`);
}

function noteAfter(lines: readonly string[]): string | null {
  const next = lines.find((line) => line !== '') ?? '';
  return next.startsWith('> **Not run yet.**') ? next : null;
}
