import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { full } from '../effort.ts';
import { type Mistake, mistakes, type Outcome, outcomesOf } from './mistakes.ts';
import { checkFiles, type Files, fixtures, readFolder } from './workspace.ts';

const folders = ['../../examples', '../fixtures', '../fixtures/reference'].map((path) =>
  join(import.meta.dirname, path),
);
const workspaces: readonly Files[] = folders
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((folder) => existsSync(join(folder, 'workspace.flow')) && folder !== fixtures)
  .map(readFolder)
  .filter((files) => checkFiles(files).diagnostics.length === 0);

/** Every so manieth token; with FLOWC_FULL all of them. */
const step = full ? 1 : 5;
const outcomes = new Map<Mistake, readonly Outcome[]>();
const shown: string[] = [];

function share(all: readonly Outcome[], holds: (outcome: Outcome) => boolean): number {
  return (100 * all.filter(holds).length) / all.length;
}

describe('one-token mistakes in every example', () => {
  test('there are examples of every kind', () => expect(workspaces.length).toBeGreaterThan(10));

  test.each(mistakes)('%s: nothing is thrown', (mistake) => {
    const all = workspaces.flatMap((workspace) => outcomesOf(mistake, workspace, step));
    outcomes.set(mistake, all);
    const percent = (holds: (outcome: Outcome) => boolean) => `${share(all, holds).toFixed(1)} %`;
    shown.push(
      `| ${[
        mistake,
        all.length,
        percent(({ messages }) => messages.length === 1),
        percent(({ messages }) => messages.length === 0),
        percent(({ isNear }) => isNear),
        percent(({ lost }) => lost.length === 0),
      ].join(' | ')} |`,
    );
    expect(all.length).toBeGreaterThan(300);
  });

  test('the table', () => {
    console.log(
      ['| mistake | tokens | one message | none | near | nothing lost |', '|---|--:|--:|--:|--:|--:|', ...shown].join(
        '\n',
      ),
    );
    expect(shown).toHaveLength(mistakes.length);
  });

  test.each([
    ['deleted', 90],
    ['doubled', 95],
  ] as const)('%s: exactly one message in %i %% of cases', (mistake, atLeast) => {
    expect(share(outcomes.get(mistake)!, ({ messages }) => messages.length === 1)).toBeGreaterThanOrEqual(atLeast);
  });

  test.each(mistakes)('%s: the first message stands at the mistake, and no other declaration is lost', (mistake) => {
    const all = outcomes.get(mistake)!;
    expect(share(all, ({ isNear }) => isNear)).toBeGreaterThanOrEqual(99);
    expect(share(all, ({ lost }) => lost.length === 0)).toBeGreaterThanOrEqual(99);
  });
});
