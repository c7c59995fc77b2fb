import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { typecheckGenerated } from '../../compiler/cli/typecheck.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'flowc-typecheck-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(workspace, 'generated', path, '..'), { recursive: true });
  writeFileSync(join(workspace, 'generated', path), text);
}
const messageOf = () =>
  typecheckGenerated(workspace).then(
    () => 'fine',
    (error: Error) => error.message,
  );

it('a mistake is found once, until it is fixed', async () => {
  write('one/flow.data.ts', "export const one: number = 'one';\n");
  expect(await messageOf()).toContain('generated/one/flow.data.ts(1,14): error TS2322');
  expect(await messageOf()).toContain('generated/one/flow.data.ts(1,14): error TS2322');
  write('one/flow.data.ts', 'export const one: number = 1;\n');
  expect(await messageOf()).toBe('fine');
});

it('a campaign that looks at another one is checked again when that one changes', async () => {
  write('one/flow.data.ts', 'export const one: number = 1;\n');
  write('two/flow.data.ts', "import { one } from '../one/flow.data.ts';\nexport const two: number = one;\n");
  expect(await messageOf()).toBe('fine');
  write('one/flow.data.ts', "export const one: string = 'one';\n");
  expect(await messageOf()).toContain('generated/two/flow.data.ts(2,14): error TS2322');
});

it('a mistake is found in each part of a large workspace', async () => {
  for (const campaign of ['one', 'two', 'three']) {
    for (let n = 0; n < 500; n++) write(`${campaign}/flow_${n}.data.ts`, 'export {};\n');
  }
  expect(await messageOf()).toBe('fine');
  for (const campaign of ['one', 'two', 'three']) {
    write(`${campaign}/versions/old.data.ts`, "export const old: number = 'old';\n");
    expect(await messageOf()).toContain(`generated/${campaign}/versions/old.data.ts(1,14): error TS2322`);
    write(`${campaign}/versions/old.data.ts`, 'export const old: number = 1;\n');
  }
});
