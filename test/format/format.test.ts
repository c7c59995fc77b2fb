import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueOrder, formatText } from '../../compiler/format.ts';
import type { FileNode, Setting, Span } from '../../dsl/ast.ts';
import { parse } from '../../dsl/parser.ts';
import { canonical } from '../../dsl/print/same.ts';
import { printFile } from '../../dsl/print.ts';
import { trials } from '../effort.ts';
import { readFolder } from '../language/workspace.ts';
import { changes, laidOut } from './layouts.ts';
import { program } from './programs.ts';

const runs = trials(1000);

describe('any tree', () => {
  test('printed and read again is the same tree', () => {
    fc.assert(
      fc.property(program, (file) => {
        const printed = printFile(file, null, catalogueOrder);
        const read = parse(file.path, printed);
        expect(read.problems, printed).toEqual([]);
        expect(canonical(read.file, catalogueOrder), printed).toBe(canonical(file, catalogueOrder));
      }),
      runs,
    );
  });

  test('printed is formatted', () => {
    fc.assert(
      fc.property(program, (file) => {
        const printed = printFile(file, null, catalogueOrder);
        expect(formatText(file.path, printed)).toEqual({ kind: 'formatted', text: printed });
      }),
      runs,
    );
  });

  test('laid out otherwise keeps its meaning and its comments, and is formatted after one pass', () => {
    fc.assert(
      fc.property(program, changes, (file, made) => {
        const text = laidOut(printFile(file, null, catalogueOrder), made);
        fc.pre(parse(file.path, text).problems.length === 0);
        const formatted = formatText(file.path, text);
        expect(formatted.kind, text).toBe('formatted');
        const once = formatted.kind === 'formatted' ? formatted.text : '';
        expect(formatText(file.path, once), `${text}\n---\n${once}`).toEqual({ kind: 'formatted', text: once });
      }),
      { ...trials(1000), maxSkipsPerRun: 100 },
    );
  });

  test('a changed setting is one changed line', () => {
    fc.assert(
      fc.property(program, changes, fc.nat(), (file, made, choice) => {
        const formatted = formatText(file.path, laidOut(printFile(file, null, catalogueOrder), made));
        const text = formatted.kind === 'formatted' ? formatted.text : '';
        const values = plainValues(parse(file.path, text).file);
        fc.pre(values.length > 0);
        const { start, end } = values[choice % values.length]!;
        const changed = `${text.slice(0, start)}changed_value${text.slice(end)}`;
        fc.pre(!text.slice(start, end).includes('\n') && parse(file.path, changed).problems.length === 0);
        expect(formatText(file.path, changed)).toEqual({ kind: 'formatted', text: changed });
      }),
      { ...trials(500), maxSkipsPerRun: 100 },
    );
  });
});

/** Where the values of settings stand that are expressions. */
function plainValues(file: FileNode): readonly Span[] {
  const found: Span[] = [];
  JSON.stringify(file.declarations, (_, node: Partial<Setting> | null) => {
    if (node?.kind === 'setting' && node.value?.kind === 'list') found.push(node.value.span);
    return node;
  });
  return found;
}

const root = join(import.meta.dirname, '../..');
const flowFilesIn = (folder: string) =>
  Object.entries(readFolder(join(root, folder))).flatMap(([path, text]) =>
    path.endsWith('.flow') ? [[`${folder}/${path}`, text] as const] : [],
  );

describe('the flows of this repository', () => {
  // Normative text stands there as it is in the reference, and mistakes as they were made.
  const asWritten = /^test\/fixtures\/(reference|diagnostics)\//;
  const written = ['examples', 'test/fixtures', 'test/bench/workspace']
    .flatMap(flowFilesIn)
    .filter(([path]) => !asWritten.test(path));
  test.each(written)('%s is formatted', (path, text) => {
    expect(formatText(path, text)).toEqual({ kind: 'formatted', text });
  });

  const everything = flowFilesIn('test/fixtures').filter(([path, text]) => parse(path, text).problems.length === 0);
  test.each(everything)('%s is formatted after one pass and says the same', (path, text) => {
    const formatted = formatText(path, text);
    expect(formatted.kind).toBe('formatted');
    const once = formatted.kind === 'formatted' ? formatted.text : '';
    expect(formatText(path, once)).toEqual({ kind: 'formatted', text: once });
  });
});

describe('layout', () => {
  const cases: readonly (readonly [rule: string, written: string, formatted: string])[] = [
    [
      'settings stand in the order of the catalogue, with their comments, one per line when more than two',
      'email HELLO { template: "x", duration: 24 hours // long\n at: now // soon\n agent: a }',
      'email HELLO {\n  agent: a\n  at: now  // soon\n  duration: 24 hours  // long\n  template: "x"\n}\n',
    ],
    [
      'two settings stay on one line if they were written on one',
      'campaign c { on_edit: follow   timezone: "UTC" }',
      'campaign c { timezone: "UTC"  on_edit: follow }\n',
    ],
    [
      'triggers come first, then an empty line and the statements',
      'flow f { again: restart\n stop\n on participant created }',
      'flow f {\n  on participant created\n  again: restart\n\n  stop\n}\n',
    ],
    [
      'a branch of one plain statement stays on one line, others are opened',
      'flow f { on another flow\nif a { stop } else { to b }\nif a { set x = 1 stop } }',
      'flow f {\n  on another flow\n\n  if a { stop } else { to b }\n  if a {\n    set x = 1\n    stop\n  }\n}\n',
    ],
    [
      'a comment before `else` moves into its block',
      'flow f { on another flow\nif a {\nstop\n}\n// or not\nelse {\nto b } }',
      'flow f {\n  on another flow\n\n  if a {\n    stop\n  } else {\n    // or not\n    to b\n  }\n}\n',
    ],
    [
      'parentheses stand only where they are needed',
      'flow f { on another flow\nwait until ((due + 14 days)) at 10:00\nset x = (a * b) + (c - (d - e)) }',
      'flow f {\n  on another flow\n\n  wait until (due + 14 days) at 10:00\n  set x = a * b + (c - (d - e))\n}\n',
    ],
    [
      'a calendar over several lines has one date per line, each with its comment',
      'calendar c: 2026-12-25, // Christmas\n  2026-12-26, 2027-01-01 // New Year',
      'calendar c:\n  2026-12-25,  // Christmas\n  2026-12-26,\n  2027-01-01  // New Year\n',
    ],
    [
      'what describes an enumeration stands behind its name, once',
      'enum e: a | /// what came of it\n b /// not this\n',
      'enum e:  /// what came of it\n  a |\n  b  /// not this\n',
    ],
    [
      'what describes a calendar stands behind its name, also under a line of its own',
      '/// days off\ncalendar c: 2026-12-25, /// in Berlin\n 2026-12-26',
      '/// days off\ncalendar c:  /// in Berlin\n  2026-12-25,\n  2026-12-26\n',
    ],
    [
      'raw text is indented with its setting',
      'agent a { channels: b\ntask: """\n      Be brief.\n        Never shout.\n""" }',
      'agent a {\n  channels: b\n  task: """\n    Be brief.\n      Never shout.\n    """\n}\n',
    ],
    [
      'what is described on its line still is when the line is opened',
      'participant { a: string /// one\n b: date }',
      '/// one\nparticipant {\n  a: string  /// one\n  b: date\n}\n',
    ],
    [
      'empty lines between statements are kept, one at most',
      'flow f { on another flow\nstop\n\n\n\nstop\nstop }',
      'flow f {\n  on another flow\n\n  stop\n\n  stop\n  stop\n}\n',
    ],
    [
      'the mark at the start of a file and line ends of any kind go',
      '\uFEFFenum e: a\r\n  | b\r\n',
      'enum e:\n  a |\n  b\n',
    ],
    [
      'escapes stay as written',
      'flow f "\\u{1F600}" { on another flow }',
      'flow f "\\u{1F600}" {\n  on another flow\n}\n',
    ],
  ];
  test.each(cases)('%s', (_, written, formatted) => {
    expect(formatText('a.flow', written)).toEqual({ kind: 'formatted', text: formatted });
  });

  test('a file with a syntax error is refused with its diagnostics', () => {
    const refused = formatText('a.flow', 'flow f { on another flow\n  if { stop }\n}');
    expect(refused).toMatchObject({ kind: 'refused', diagnostics: [{ code: 'FLOW101', span: { line: 2 } }] });
  });
});
