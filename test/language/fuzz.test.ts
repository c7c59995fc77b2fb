import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderDiagnostic } from '../../compiler/frame.ts';
import { lex } from '../../dsl/lexer.ts';
import { full, trials } from '../effort.ts';
import { quickly } from './quick.ts';
import { checkFiles, fixtures, readFolder } from './workspace.ts';

const example = readFolder(`${fixtures}/reference/language`);
const sources = Object.keys(example).filter((path) => path.endsWith('.flow'));
const signs = ['{', '}', '(', ')', '"', '"""', "'", ':', ',', '->', '//', '\n', '\r', '\r\n', '\t', '=', '1', '09:00'];
const oddities = [
  '\u0000',
  '\ufeff',
  '\u202e',
  '\u200b',
  '\u2028',
  '\ud800',
  '\\u{110000}',
  '{{',
  '{%',
  '=',
  'é',
  '😀',
];

/** What a user would read; a crash fails the test, and so does a message that shows code of flowc. */
function read(path: string, text: string): void {
  const seen = quickly(() => {
    const { diagnostics } = checkFiles({ ...example, [path]: text });
    return diagnostics
      .slice(0, 100)
      .map((one) => renderDiagnostic(one, (file) => (file === path ? text : (example[file] ?? null))));
  });
  for (const line of seen) expect(line).not.toMatch(/^\s+at .*\.[jt]s:\d+/m);
}

const timeBoxed = {
  ...trials(1_000_000),
  interruptAfterTimeLimit: full ? 100_000 : 5000,
  markInterruptAsFailure: false,
};

describe('text nobody meant gives diagnostics, never a crash', () => {
  test('bytes of all kinds', () => {
    const bytes = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array).toString('utf8'));
    fc.assert(
      fc.property(fc.constantFrom(...sources), bytes, (path, text) => read(path, text)),
      timeBoxed,
    );
  });

  test('words and signs of the language in any order', () => {
    const words = [...new Set(sources.flatMap((path) => lex(path, example[path]!).tokens.map(({ image }) => image)))];
    const piece = fc.constantFrom(...words, ...signs, ...oddities);
    const text = fc.array(piece, { maxLength: 300 }).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(fc.constantFrom(...sources), text, (path, made) => read(path, made)),
      timeBoxed,
    );
  });

  test('an example with up to ten places cut, repeated or written over', () => {
    const edit = fc.record({
      at: fc.nat(10_000),
      length: fc.nat(40),
      what: fc.oneof(fc.constant(''), fc.constantFrom(...signs, ...oddities), fc.string({ maxLength: 8 })),
      repeat: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 10 }), (path, edits) => {
        let text = example[path]!;
        for (const { at, length, what, repeat } of edits) {
          const start = at % (text.length + 1);
          const cut = text.slice(start, start + length);
          text = text.slice(0, start) + (repeat ? cut + what + cut : what) + text.slice(start + length);
        }
        read(path, text);
      }),
      timeBoxed,
    );
  });
});

describe('what is large is read or refused soon', () => {
  const whole = example[sources.find((path) => path.endsWith('payment_reminder/campaign.flow'))!]!;
  test.each([
    ['many declarations in just under a million characters', whole.repeat(Math.floor(990_000 / whole.length))],
    ['mixed line ends', whole.replaceAll('\n', () => '\r\n').replaceAll('}\r\n', '}\r')],
    ['a line of 900,000 characters', `campaign c "${'x'.repeat(900_000)}"\n`],
    ['300,000 comments', '// x\n'.repeat(190_000)],
    ['descriptions above each other', `${'/// x\n'.repeat(100_000)}participant { a: string }\n`],
    ['900,000 opening braces', '{'.repeat(900_000)],
    ['900,000 closing braces', '}'.repeat(900_000)],
    ['closing braces on lines of their own', '}\n'.repeat(400_000)],
    ['unclosed blocks', 'flow a {\n'.repeat(50_000)],
    ['quotes without end', '"\n'.repeat(200_000)],
    ['raw texts without end', `campaign c """${'x\n'.repeat(200_000)}`],
    ['unknown characters', '\u0000'.repeat(200_000)],
    ['lines that begin with nothing known', 'sned HELLO\n'.repeat(60_000)],
    ['commas', ','.repeat(300_000)],
  ])('%s', (_, text) => read('welcome/campaign.flow', text));
});
