import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import { describe, expect, test } from 'vitest';
import { builderForms } from '../../compiler/diagnostics/builder-forms.ts';
import { forms } from '../../compiler/diagnostics/forms.ts';
import { diagnosticTable } from '../../compiler/diagnostics/table.ts';

/** Phrasings that are not plain English, or not the words of the field; each with a sentence that has it, and what to write. */
const banned: readonly (readonly [phrase: RegExp, planted: string, better: string])[] = [
  [/\bis no (?!longer\b)/i, '`soon` is no duration.', 'is not a'],
  [/\b(?:is|are) none\b/i, 'must be a constant, but `a + b` is none', 'is not'],
  [/\b(?:stands?|standing)\b/i, 'A flow stands in a folder.', 'is, belongs, goes'],
  [/\bmend(?:s|ed|ing)?\b/i, 'Mend this line.', 'fix'],
  [/\bholes?\b/i, 'The hole is never closed.', 'placeholder'],
  [/\bat hand\b/i, 'no server at hand', 'available'],
  [/\b(?:begins|closes|says) nothing\b/i, '`sned` begins nothing that may be in a flow.', 'is not a valid statement'],
  [/\bmeans nothing\b/i, '`;` means nothing here.', 'unexpected'],
  [/\blonger than nothing\b/i, '`wait` must be longer than nothing.', 'greater than zero'],
  [/\bwhat never comes\b/i, 'it awaits what never comes', 'a promise that never settles'],
  [/\bout of place\b/i, 'Clause out of place', 'misplaced, not allowed here'],
  [/\bundecided\b/i, 'Channel undecided', 'ambiguous, missing'],
  [/\bsame answer for everybody\b/i, 'has the same answer for everybody', 'is the same for everyone'],
  [/\bhas a meaning\b/i, 'the word has a meaning in expressions', 'is reserved'],
  [/\b(?:is|are) recognised\b/i, 'the key by which people are recognised', 'identifies'],
  [/\bof the calendar\b/i, '`2026-02-30` is not a date of the calendar.', 'a real date'],
  [/\bsecond time \(first\b/i, 'is here a second time (first on line 3)', 'duplicate'],
  [/\bbelongs to no\b/i, 'belongs to no tag', 'has no matching'],
  [/\blast words\b/i, 'Its last words are in the log.', 'see the log'],
  [/\bdo not chain\b/i, 'Comparisons do not chain.', 'cannot be chained'],
  [/\bsuperfluous\b/i, 'Superfluous comma', 'unnecessary'],
  [/\bIt is written `/, 'It is written `send NAME`.', 'Write'],
  [/\bthere is no such\b/i, 'there is no such setting', 'unknown'],
  [/\ba time that rolls\b/i, 'per a time that rolls', 'a rolling period'],
];

/** In messages types are called by their keyword. */
const bannedInMessages: typeof banned = [
  [/\b(?:a text|texts)\b/i, '`at` takes a text', '`string`'],
  [/\b(?:an )?instants?\b/i, 'a date or an instant', '`datetime`'],
  [/\benumerations?\b/i, 'an enumeration', 'enum'],
];

function found(text: string, phrases: typeof banned): readonly string[] {
  return phrases.flatMap(([phrase]) => phrase.exec(text)?.slice(0, 1) ?? []);
}

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');

describe('messages', () => {
  const sentences = Object.entries(diagnosticTable).flatMap(([code, { title, message, help }]) =>
    [title, ...textsOf(message), ...textsOf(help)].map((text) => `${code} ${text}`),
  );

  test.each([...sentences, ...Object.values(forms), ...Object.values(builderForms)])('%s', (text) => {
    expect(found(text, [...banned, ...bannedInMessages])).toEqual([]);
  });

  function textsOf(value: unknown): readonly string[] {
    return typeof value === 'string' ? [value] : Object.values(value as object).flatMap(textsOf);
  }
});

describe('pages', () => {
  const pages = tracked.filter((path) => /^(?:README|CONTRIBUTING)\.md$|^docs\/.*\.md$/.test(path));

  test.each(pages)('%s', (path) => {
    // Code is held by its own tests.
    const lines = read(path).replace(/```[\s\S]*?```/g, (block) => '\n'.repeat(block.split('\n').length - 1));
    expect(
      lines.split('\n').flatMap((line, index) => found(line, banned).map((one) => `${index + 1}: ${one}`)),
    ).toEqual([]);
  });
});

describe('what the command line and the running system say', () => {
  /** Sentences that are being rewritten together with the code that says them. */
  const later = /^runtime\/(?:workflow|activities|python|simulator)\/|^runtime\/store\/relay|^runtime\/service\/import/;
  const sources = tracked.filter(
    (path) => /^(?:compiler\/(?:cli|analysis)|runtime)\/.*\.ts$/.test(path) && !later.test(path),
  );

  test.each(sources)('%s', (path) => {
    expect(stringsIn(path).flatMap((text) => found(text, banned).map((one) => `${one}: ${text}`))).toEqual([]);
  });
});

function stringsIn(path: string): readonly string[] {
  const strings: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node))
      strings.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true));
  return strings;
}

test.each([...banned, ...bannedInMessages])('%s is found where it is planted', (phrase, planted, better) => {
  expect(found(planted, [[phrase, planted, better]])).toHaveLength(1);
  expect(found(better, [[phrase, planted, better]])).toEqual([]);
});
