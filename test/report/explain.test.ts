import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pageOf } from '../../compiler/cli/error-page.ts';
import { type Code, diagnosticTable } from '../../compiler/diagnostics/table.ts';
import { errorPage } from '../../scripts/write-error-pages.ts';
import { checkFiles, checkFolder, type Files, fixtures, readFolder } from '../language/workspace.ts';

const codes = Object.keys(diagnosticTable) as Code[];
const root = join(fixtures, 'diagnostics');
const base = readFolder(join(root, 'base'));

/** The files shown under a heading: a path in backticks, then its block. */
function filesUnder(page: string, heading: string): Files {
  const part = page.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const blocks = part.matchAll(/^`([^`\n]+)`\n```\w+\n([\s\S]*?\n)```$/gm);
  return Object.fromEntries([...blocks].map(([, path, text]) => [path!, text!]));
}

test('there is a page for every code and for nothing else', () => {
  const pages = readdirSync(dirname(pageOf('FLOW101'))).sort();
  expect(pages).toEqual(codes.map((code) => `${code}.md`).sort());
});

describe.each(codes.filter((code) => existsSync(pageOf(code))))('the page of %s', (code) => {
  const page = readFileSync(pageOf(code), 'utf8');

  test('shows the fixture and its message (npm run docs brings it up to date)', () => {
    expect(errorPage(code, page)).toBe(page);
  });

  test('says what it means in whole sentences', () => {
    const text = /^# .*\n\n.*\n\n([\s\S]*?)\n## Example\n/.exec(page)?.[1] ?? '';
    expect(text.length).toBeGreaterThan(60);
    expect(text).toMatch(/[.:`]\n$/);
    expect(page).not.toContain('TODO');
  });

  test('ends with a fixed example', async () => {
    const fixed = filesUnder(page, 'Fixed');
    expect(Object.keys(fixed).length).toBeGreaterThan(0);
    const { 'expected.txt': _, 'flowc.json': before, ...failing } = readFolder(join(root, code));
    const config = fixed['flowc.json'] ?? before;
    const files = { ...base, ...failing, ...fixed };
    const hasBuilder = Object.keys(files).some((path) => path.endsWith('.flow.ts'));
    const { diagnostics } = hasBuilder ? await checkFolder(files) : checkFiles(files, config && JSON.parse(config));
    expect(diagnostics.map((one) => `${one.code} ${one.message}`)).toEqual([]);
  });
});
