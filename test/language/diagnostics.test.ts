import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnosticTable } from '../../compiler/diagnostics/table.ts';
import { checkFiles, checkFolder, fixtures, readFolder, shown, shownDiagnostics } from './workspace.ts';

/** Each folder is laid over `base`; `UPDATE=1` writes `expected.txt` anew. */
const root = join(fixtures, 'diagnostics');
const base = readFolder(join(root, 'base'));
const cases = readdirSync(root).filter((name) => name !== 'base');

function filesOf(name: string) {
  const { 'expected.txt': expected, ...own } = readFolder(join(root, name));
  const config = own['flowc.json'];
  return { files: { ...base, ...own }, expected, config: config === undefined ? undefined : JSON.parse(config) };
}

test('the base workspace of the cases is without fault', () => {
  expect(shown(base)).toBe('');
});

test('every code has a case', () => {
  expect(Object.keys(diagnosticTable).filter((code) => !cases.includes(code))).toEqual([]);
});

describe.each(cases)('%s', (name) => {
  const { files, expected, config } = filesOf(name);
  const code = /^FLOW\d+/.exec(name)![0];
  const checked = Object.keys(files).some((path) => path.endsWith('.flow.ts'))
    ? checkFolder(files)
    : Promise.resolve(checkFiles(files, config));

  test('shows its message', async () => {
    const text = `${shownDiagnostics((await checked).diagnostics, files)}\n`;
    if (process.env.UPDATE === '1') writeFileSync(join(root, name, 'expected.txt'), text);
    else expect(text).toBe(expected);
  });

  test('is the one thing reported, with a help that says how to fix it', async () => {
    const { diagnostics } = await checked;
    const codes = diagnostics.map((diagnostic) => diagnostic.code);
    expect(codes).toEqual([code]);
    expect(diagnostics[0]!.help).toMatch(/\S/);
    expect(diagnostics[0]!.message + diagnostics[0]!.help).not.toMatch(
      /\{(expected|found|name|help|kind|text|what)\}|undefined/,
    );
  });
});
