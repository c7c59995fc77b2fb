/** `build --check` fails as `build` does: with the same messages and the same exit code. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { flowc } from './flowc.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-build-check-'));
  expect((await flowc(folder, ['init'])).code).toBe(0);
  expect((await flowc(folder, ['build'])).code).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (path: string) => join(folder, path);
const generated = () =>
  readdirSync(at('generated'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'utf8')]);

it('where generated code that is current does not type-check', async () => {
  writeFileSync(at('generated/mine.ts'), "export const mine: number = 'mine';\n");
  const checked = await flowc(folder, ['build', '--check']);
  expect(checked.stderr).toContain('generated/mine.ts(1,14): error TS2322');
  expect(checked.code).toBe(1);
  expect(checked).toEqual(await flowc(folder, ['build']));
});

it('where generated code that is not written yet does not type-check', async () => {
  writeFileSync(
    at('generated/mine.ts'),
    "import { greet } from './welcome/greet.data.ts';\ngreet.name satisfies 'hi';\n",
  );
  appendFileSync(at('welcome/campaign.flow'), '\n/// One more field.\n');
  writeFileSync(at('welcome/more.flow'), 'flow more {\n  on participant created\n  stop\n}\n');
  const before = generated();
  const checked = await flowc(folder, ['build', '--check']);
  expect(checked.stderr).toContain('generated/mine.ts(2,12): error TS1360');
  expect(checked.code).toBe(1);
  expect(generated()).toEqual(before);
  expect(checked).toEqual(await flowc(folder, ['build']));
});
