import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import { expect, test } from 'vitest';
import { diagnose } from '../../compiler/diagnostics/diagnostic.ts';

const root = join(import.meta.dirname, '..', '..');

/** What reports diagnostics. Their sentences are in `compiler/diagnostics`, so none is here. */
const reporting = [
  ...filesIn('compiler/resolve'),
  ...filesIn('compiler/checks'),
  ...filesIn('dsl').filter((path) => !/^dsl\/(?:print|words)/.test(path)),
  'compiler/check.ts',
  'compiler/format.ts',
  'compiler/diagnostics/from-builder.ts',
  'compiler/diagnostics/from-syntax.ts',
  'compiler/cli/builder-failure.ts',
  'compiler/cli/load-builder.ts',
];

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

/** A sentence, or six words in a row. */
const sentence = /^[A-Z`].*\s.*[.?!]$|(?:[A-Za-z]{2,} ){5,}/s;
/** In a parameter two words are enough. */
const phrase = /^(?!(?:up to|wait until|wait for)$).*[A-Za-z] [A-Za-z]|[A-Za-z]\.$/;
/** Keys of the table, whose types allow what it has by name, and source text of the language. */
const byName = ['message', 'help', 'kind', 'form', 'is', 'expected', 'example', 'other'];

/** Strings of the code that read like sentences or phrases of a message; what is thrown is for engineers. */
function sentencesIn(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const written = ts.isTemplateExpression(node) ? templateText(node) : node.text;
      if ((isParameter(node) ? phrase : sentence).test(written) && !isWordList(node)) found.push(written);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function templateText(node: ts.TemplateExpression): string {
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

/** `'if match set'.split(' ')` */
function isWordList({ parent }: ts.Node): boolean {
  return ts.isPropertyAccessExpression(parent) && parent.name.text === 'split';
}

/** A value of the object handed to `report` or `diagnose`. */
function isParameter(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isConditionalExpression(parent)) return isParameter(parent);
  if (!ts.isPropertyAssignment(parent) || byName.includes(parent.name.getText())) return false;
  const call = parent.parent.parent;
  return ts.isCallExpression(call) && /(?:^|\.)(?:report|diagnose)$/.test(call.expression.getText());
}

test.each(reporting)('%s holds no sentence: they are in compiler/diagnostics', (path) => {
  expect(sentencesIn(path, readFileSync(join(root, path), 'utf8'))).toEqual([]);
});

test.each([
  "report('FLOW201', span, { name: 'a field that is missing' })",
  ['report("FLOW201", span, { name: `the field $', '{name} of the participant` })'].join(''),
  "const help = 'Declare the field first.'; report('FLOW201', span, { name, help })",
  "report('FLOW304', span, { found: isWrong ? 'not a number' : found })",
])('a sentence is found: %s', (text) => {
  expect(sentencesIn('planted.ts', text)).toHaveLength(1);
});

test('a sentence, a kind or a parameter that the table does not have does not compile', () => {
  const span = { file: 'a.flow', line: 1, start: 0, end: 1 };
  const misuses = [
    // @ts-expect-error the help is not one of the code's
    () => diagnose('FLOW201', span, { name: 'paid', help: 'Declare it in the campaign.' }),
    // @ts-expect-error the help needs what was meant
    () => diagnose('FLOW201', span, { name: 'paid', help: 'did you mean' }),
    // @ts-expect-error not a kind of name
    () => diagnose('FLOW203', span, { name: 'paid', kind: 'a field of the campaign', line: 1, file: 'a.flow' }),
    // @ts-expect-error not a type
    () => diagnose('FLOW233', span, { text: '9', type: 'a whole number', help: 'integer' }),
  ];
  expect(misuses).toHaveLength(4);
});
