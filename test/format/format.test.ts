import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueOrder, formatText } from '../../compiler/format.ts';
import { parse } from '../../dsl/parser.ts';
import { canonical } from '../../dsl/print/same.ts';
import { printFile } from '../../dsl/print.ts';
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
});
