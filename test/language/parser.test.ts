import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from '../../dsl/parser.ts';
import { fixtures, readFolder } from './workspace.ts';

const examples = ['reference/language', 'payment_reminder'].flatMap((workspace) =>
  Object.entries(readFolder(join(fixtures, workspace))).flatMap(([path, text]) =>
    path.endsWith('.flow') ? [[`${workspace}/${path}`, text] as const] : [],
  ),
);

const broken = `
flow first {
  on participant created
  if paid = { stop }
  set visits 5
  sned HELLO
  wait
}

flow second {
  on participant created
  if paid {
    stop

  set visits = 1
}

participant {
  due_date date
  paid: boolean
}
`;

describe('parsing', () => {
  test.each(examples)('reads %s without a problem', (path, text) => {
    expect(parse(path, text).problems).toEqual([]);
  });

  test('reports each of several mistakes once, on its line, and loses no declaration', () => {
    const { file, problems } = parse('broken.flow', broken);
    expect(problems.map((problem) => [problem.span.line, problem.kind])).toEqual([
      [4, 'assignment in condition'],
      [5, 'expected'],
      [6, 'unknown line'],
      [7, 'unknown line'],
      [12, 'unclosed'],
      [19, 'unknown line'],
    ]);
    expect(file.declarations.map((declaration) => declaration.kind)).toEqual(['flow', 'flow', 'participant']);
  });

  test('every word but the ten reserved ones can name a field, also words of the grammar', () => {
    const words = [
      'workspace',
      'flow',
      'on',
      'set',
      'window',
      'at',
      'to',
      'wait',
      'days',
      'email',
      'python',
      'result',
      'stop',
      'match',
      'split',
      'up',
      'for',
      'results',
      'defaults',
      'exit',
      'per',
    ];
    const fields = words.map((word) => `  ${word}: string`).join('\n');
    const uses = words.map((word) => `  if ${word} == "x" { set ${word} = ${word} }`).join('\n');
    const { file, problems } = parse(
      'words.flow',
      `participant {\n${fields}\n}\nflow a {\n  on participant created\n${uses}\n}\n`,
    );
    expect(problems).toEqual([]);
    expect(file.declarations.map((declaration) => declaration.kind)).toEqual(['participant', 'flow']);
  });

  test('a name before a colon is the next key, never a value', () => {
    const { problems } = parse('a.flow', 'email HELLO {\n  at:\n  window: office\n}\n');
    expect(problems).toMatchObject([{ kind: 'missing value', span: { line: 2 } }]);
  });

  test('texts keep escapes, raw texts lose their common indentation', () => {
    const { file } = parse(
      'a.flow',
      'agent a {\n  task: "one\\ttwo \\u{e9}"\n  instructions: """\n    Be brief.\n      Indented.\n    """\n}\n',
    );
    const [agent] = file.declarations;
    const values =
      agent?.kind === 'agent'
        ? agent.items.map((item) =>
            item.kind === 'setting' && item.value.kind === 'list' ? item.value.items[0] : null,
          )
        : [];
    expect(values.map((value) => (value?.kind === 'text' ? value.text.value : null))).toEqual([
      'one\ttwo é',
      'Be brief.\n  Indented.',
    ]);
  });

  test('`///` describes the declaration or field it stands beside or above', () => {
    const { file } = parse('a.flow', '/// Who is asked.\nparticipant {\n  a: date  /// when\n  b: date\n}\n');
    const [record] = file.declarations;
    expect(record?.description).toBe('Who is asked.');
    expect(record?.kind === 'participant' ? record.fields.map((field) => field.description) : null).toEqual([
      'when',
      null,
    ]);
  });
});
