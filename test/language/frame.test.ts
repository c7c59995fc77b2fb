import { describe, expect, test } from 'vitest';
import { diagnose } from '../../compiler/diagnostics/diagnostic.ts';
import { diagnosticJson, renderDiagnostic } from '../../compiler/frame.ts';

const text = 'one\n\tset näme = 1\nthree\nfour 日本 x\n';
const at = (words: string) => ({
  file: 'a.flow',
  line: text.slice(0, text.indexOf(words)).split('\n').length,
  start: text.indexOf(words),
  end: text.indexOf(words) + words.length,
});
const textOf = (file: string) => (file === 'a.flow' ? text : null);

describe('a code frame', () => {
  test('underlines under tabs and wide signs', () => {
    const diagnostic = diagnose(
      'FLOW203',
      at('näme'),
      { name: 'näme', kind: 'field', line: 4, file: 'a.flow' },
      {
        labels: [{ span: at('x\n'), text: 'first here' }],
      },
    );
    expect(renderDiagnostic(diagnostic, textOf)).toMatchInlineSnapshot(`
      "error FLOW203 The name \`näme\` is already used by the field on line 4 of a.flow.
          ┌─ a.flow:2:6
        2 │   set näme = 1
          │       ^^^^
        …
        4 │ four 日本 x
          │           ^ first here
        = Rename one of them."
    `);
  });

  test('colours only through the paint it is given', () => {
    const diagnostic = diagnose('FLOW112', at('one'), {});
    expect(renderDiagnostic(diagnostic, textOf, (role, words) => `<${role}>${words}</${role}>`)).toMatchInlineSnapshot(`
      "<warning>warning FLOW112</warning> <message>Settings are not separated by commas.</message>
          <gutter>┌─</gutter> <place>a.flow:1:1</place>
      <gutter>  1 │</gutter> one
      <gutter>    │</gutter> <warning>^^^</warning>
      <help>  = </help>Remove the comma."
    `);
  });

  const marked = (line: string, words: string) => {
    const start = line.indexOf(words);
    const diagnostic = diagnose('FLOW112', { file: 'b.flow', line: 1, start, end: start + words.length }, {});
    return renderDiagnostic(diagnostic, () => line)
      .split('\n')
      .slice(2, 4);
  };

  test.each([
    ['an emoji', '✅ x'],
    ['an emoji of several parts', '👨‍👩‍👧 x'],
    ['a flag', '🇩🇪 x'],
    ['a sign made an emoji', '❤️ x'],
    ['a rare sign', '𠀀 x'],
  ])('counts %s as two places', (_what, line) => {
    expect(marked(line, 'x')[1]).toBe('    │    ^');
  });

  test('counts a letter with its marks as one place', () => {
    expect(marked('e\u0301\u0323 x', 'x')[1]).toBe('    │   ^');
  });

  test('what a file holds neither colours the terminal nor turns its direction', () => {
    const [line, carets] = marked('a\x1b[31m\u202e\x07\x9b x', 'x');
    expect(line).toBe('  1 │ a␛[31m\ufffd␇\ufffd x');
    expect(carets).toBe(`    │ ${' '.repeat(10)}^`);
    const diagnostic = diagnose('FLOW201', at('one'), { name: '\x1b]8;;', help: 'did you mean', meant: '\x1b[0m' });
    expect(renderDiagnostic(diagnostic, textOf)).not.toContain('\x1b');
  });

  test('of a long line it shows what is around the mark', () => {
    const [line, carets] = marked(`${'a'.repeat(5_000)}x${'b'.repeat(5_000)}`, 'x');
    expect(line!.length).toBeLessThan(260);
    expect(line).toMatch(/ …a+xb+…$/);
    expect(carets!.indexOf('^')).toBe(line!.indexOf('x'));
  });

  test('a byte order mark is no column', () => {
    const line = '\ufeffflow f';
    const diagnostic = diagnose('FLOW112', { file: 'b.flow', line: 1, start: 6, end: 7 }, {});
    expect(
      renderDiagnostic(diagnostic, () => line)
        .split('\n')
        .slice(1, 4),
    ).toEqual(['    ┌─ b.flow:1:6', '  1 │ flow f', '    │      ^']);
  });

  test('a file nobody has is named without a frame', () => {
    const diagnostic = diagnose('FLOW112', { ...at('one'), file: 'gone.flow' }, {});
    expect(renderDiagnostic(diagnostic, textOf)).toContain('  gone.flow');
  });

  test('as JSON it has line and column from 1', () => {
    expect(diagnosticJson(diagnose('FLOW112', at('näme'), {}), textOf)).toEqual({
      code: 'FLOW112',
      severity: 'warning',
      message: 'Settings are not separated by commas.',
      file: 'a.flow',
      line: 2,
      column: 6,
      endLine: 2,
      endColumn: 10,
      start: 9,
      end: 13,
      labels: [],
      help: 'Remove the comma.',
      edits: [{ file: 'a.flow', line: 2, column: 6, endLine: 2, endColumn: 10, start: 9, end: 13, text: '' }],
    });
  });
});
