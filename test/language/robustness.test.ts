import { describe, expect, test } from 'vitest';
import { quickly } from './quick.ts';
import { checkFiles } from './workspace.ts';

const workspace = 'workspace acme { timezone: "Europe/Berlin" }\n';
const flow = (body: string): string =>
  `campaign c\nparticipant { x: integer = 0 }\nflow a {\n  on participant created\n${body}\n}\n`;
const codes = (text: string): readonly string[] =>
  checkFiles({ 'workspace.flow': workspace, 'c/a.flow': text }).diagnostics.map((diagnostic) => diagnostic.code);

describe('what is no flow gives diagnostics, never a crash', () => {
  test.each([
    ['a byte order mark', `\ufeff${flow('  stop')}`, []],
    ['Windows line ends', flow('  stop').replaceAll('\n', '\r\n'), []],
    ['a zero byte', flow('  \u0000stop'), ['FLOW109']],
    ['a right-to-left mark', flow('  \u202estop'), ['FLOW109']],
    ['a text never closed', 'campaign c "abc', ['FLOW106']],
    ['a raw text never closed', 'campaign c """abc', ['FLOW106']],
    ['10,000 nested blocks', flow('if x > 0 {\n'.repeat(10_000)), ['FLOW115']],
    ['10,000 parentheses', flow(`if ${'('.repeat(10_000)}x > 0 { stop }`), ['FLOW115']],
    ['10,000 times `not`', flow(`if ${'not '.repeat(10_000)}x > 0 { stop }`), ['FLOW115']],
    ['20,000 sums', flow(`if ${'x + '.repeat(20_000)}x > 0 { stop }`), ['FLOW115']],
    ['10 MB', 'stop '.repeat(2_000_000), ['FLOW115']],
    ['an empty file', '', ['FLOW502']],
  ])('%s', (_, text, expected) => {
    expect(quickly(() => codes(text))).toEqual(expected);
  });

  test('of a file with a mistake in each line the first thousand are told, and how many more there are', () => {
    const text = flow('  sned HELLO\n'.repeat(3000));
    const { diagnostics } = checkFiles({ 'workspace.flow': workspace, 'c/a.flow': text });
    expect(diagnostics.map(({ code }) => code)).toEqual([...Array(1000).fill('FLOW102'), 'FLOW115']);
    expect(diagnostics.at(-1)!.message).toBe('Too many errors: showing the first 1,000 and hiding 2,000.');
  });

  test('bytes of all kinds', () => {
    const bytes = Array.from({ length: 5000 }, (_, index) => String.fromCharCode((index * 7919) % 256)).join('');
    expect(codes(bytes).length).toBeGreaterThan(0);
  });

  test('a long list of sums in as many statements is no long expression', () => {
    expect(codes(flow('  set x = x + 1\n'.repeat(1000)))).toEqual([]);
  });
});

describe('what stands in other places', () => {
  test('a setting below half a trigger stays a setting', () => {
    const { diagnostics } = checkFiles({
      'workspace.flow': workspace,
      'c/a.flow': 'campaign c\nflow a {\n  on another\n  again: sometimes\n  stop\n}\n',
    });
    expect(diagnostics.map(({ code, span }) => `${code}:${span.line}`)).toEqual(['FLOW222:3', 'FLOW304:4']);
  });

  test('`defaults` knows only settings of communications', () => {
    expect(codes('campaign c { defaults { agnet: a } }\n')).toEqual(['FLOW301']);
  });

  test('two folders cannot hold the same campaign', () => {
    const { diagnostics } = checkFiles({
      'workspace.flow': workspace,
      'a/a.flow': 'campaign c\n',
      'b/b.flow': 'campaign c\n',
    });
    expect(diagnostics.map(({ code, file }) => [code, file])).toEqual([['FLOW203', 'b/b.flow']]);
  });

  test('scenarios are read, and belong in files of their own', () => {
    const scenario = 'scenario "x" in c {\n  start at 2026-03-06 20:00\n}\n';
    const files = { 'workspace.flow': workspace, 'c/a.flow': 'campaign c\n' };
    expect(checkFiles({ ...files, 'c/a.test.flow': scenario }).diagnostics).toEqual([]);
    expect(checkFiles({ ...files, 'c/b.flow': scenario }).diagnostics.map(({ code }) => code)).toEqual(['FLOW503']);
  });
});
