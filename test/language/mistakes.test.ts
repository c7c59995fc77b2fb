/** One mistake, one message: tokens of the fixtures are deleted and doubled, one at a time. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lex } from '../../dsl/lexer.ts';
import { checkFiles, type Files, fixtures, readFolder } from './workspace.ts';

/** Every so manieth token; 1 tries all of them (some 15 seconds per kind of mistake). */
const step = Number(process.env.EVERY ?? 11);
const names = [...readdirSync(fixtures), 'reference/language'].filter((name) =>
  existsSync(join(fixtures, name, 'workspace.flow')),
);

const mistakes = {
  deleted: (text: string, start: number, end: number) => text.slice(0, start) + text.slice(end),
  doubled: (text: string, start: number, end: number) => `${text.slice(0, end)} ${text.slice(start)}`,
} as const;

test.each([
  ['deleted', 0.9],
  ['doubled', 0.95],
] as const)('a %s token gives one message in at least %d of the cases that give any', (kind, share) => {
  const counts = names.flatMap((name) => {
    const files = readFolder(join(fixtures, name));
    return Object.keys(files)
      .filter((path) => path.endsWith('.flow'))
      .flatMap((path) => messagesOf(files, path, mistakes[kind]));
  });
  const said = counts.filter((count) => count > 0);
  expect(said.length).toBeGreaterThan(100);
  expect(said.filter((count) => count === 1).length / said.length).toBeGreaterThanOrEqual(share);
});

/** How many diagnostics each mistake in the file gives. */
function messagesOf(files: Files, path: string, mistake: (typeof mistakes)['deleted']): readonly number[] {
  const text = files[path]!;
  return lex(path, text)
    .tokens.filter((_, index) => index % step === 0)
    .map(({ startOffset, image }) => {
      const mistaken = mistake(text, startOffset, startOffset + image.length);
      return checkFiles({ ...files, [path]: mistaken }).diagnostics.length;
    });
}
