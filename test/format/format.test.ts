import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueOrder, formatText } from '../../compiler/format.ts';
import { parse } from '../../dsl/parser.ts';
import { canonical } from '../../dsl/print/same.ts';
import { printFile } from '../../dsl/print.ts';
import { changes, laidOut } from './layouts.ts';
import { program } from './programs.ts';

const runs = { numRuns: 1000 };

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
      { numRuns: 1000, maxSkipsPerRun: 100 },
    );
  });
});
