import { spawn } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowc, repository } from './flowc.ts';

const untidy = 'flow f {on participant created\n if paid   {stop} }\n';
const tidy = 'flow f {\n  on participant created\n\n  if paid { stop }\n}\n';
const broken = 'flow f {\n  on participant created\n  if { stop }\n}\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-fmt-'));
  mkdirSync(join(folder, 'hello'));
  writeFileSync(join(folder, 'workspace.flow'), 'workspace w { timezone: "UTC" }\n');
  writeFileSync(join(folder, 'hello', 'untidy.flow'), untidy);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

async function fmtStdin(input: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [join(repository, 'bin', 'flowc.js'), 'fmt', '-', ...args], { cwd: folder });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([readAll(child.stdout), readAll(child.stderr)]);
  return { stdout, stderr, code: child.exitCode ?? (await new Promise((resolve) => child.on('close', resolve))) };
}

describe('flowc fmt', () => {
  it('formats the whole workspace and names the files it changed', async () => {
    expect(await flowc(folder, ['fmt'])).toMatchObject({
      code: 0,
      stdout: 'hello/untidy.flow\n',
      stderr: '2 files: 1 formatted\n',
    });
    expect(read('hello/untidy.flow')).toBe(tidy);
    expect(await flowc(folder, ['fmt', '--check'])).toMatchObject({ code: 0, stdout: '' });
  });

  it('leaves TypeScript files of the workspace to their own formatter', async () => {
    writeFileSync(join(folder, 'hello', 'built.flow.ts'), "import {flow} from 'flowc'\n");
    expect(await flowc(folder, ['fmt', '--check', 'hello'])).toMatchObject({ stdout: 'hello/untidy.flow\n' });
    expect(await flowc(folder, ['fmt', 'hello/built.flow.ts'])).toMatchObject({ code: 2 });
  });

  it('--check writes nothing, lists what is not formatted and exits with 1', async () => {
    expect(await flowc(folder, ['fmt', '--check', 'hello'])).toMatchObject({ code: 1, stdout: 'hello/untidy.flow\n' });
    expect(read('hello/untidy.flow')).toBe(untidy);
  });

  it('--diff prints what would change', async () => {
    const { code, stdout } = await flowc(folder, ['fmt', '--diff', 'hello/untidy.flow']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      '--- hello/untidy.flow\n+++ hello/untidy.flow\n@@ -1,2 +1,5 @@\n-flow f {on participant created\n- if paid   {stop} }\n' +
        '+flow f {\n+  on participant created\n+\n+  if paid { stop }\n+}\n',
    );
    expect(read('hello/untidy.flow')).toBe(untidy);
  });

  it('leaves a file with syntax errors as it is, says why, and formats the others', async () => {
    writeFileSync(join(folder, 'hello', 'broken.flow'), broken);
    const { code, stdout, stderr } = await flowc(folder, ['fmt']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'hello/untidy.flow\n' });
    expect(stderr).toContain('hello/broken.flow:3:');
    expect(stderr).toContain('hello/broken.flow was left unchanged: it has syntax errors.');
    expect(read('hello/broken.flow')).toBe(broken);
  });

  it('leaves a file that is not UTF-8 as it is', async () => {
    writeFileSync(join(folder, 'hello', 'latin.flow'), Buffer.from([0x2f, 0x2f, 0xe9, 0x0a]));
    expect(await flowc(folder, ['fmt', 'hello'])).toEqual({
      code: 1,
      stdout: 'hello/untidy.flow\n',
      stderr:
        'hello/latin.flow is not UTF-8 text, so it was left unchanged: save it as UTF-8.\n2 files: 1 formatted, 1 not read\n',
    });
    expect(read('hello/untidy.flow')).toBe(tidy);
  });

  it('keeps the mode of a file, and a link a link, and leaves nothing beside them', async () => {
    chmodSync(join(folder, 'hello', 'untidy.flow'), 0o640);
    mkdirSync(join(folder, 'linked'));
    symlinkSync('../hello/untidy.flow', join(folder, 'linked', 'other.flow'));
    expect(await flowc(folder, ['fmt', 'linked/other.flow'])).toMatchObject({ code: 0, stdout: 'linked/other.flow\n' });
    expect(lstatSync(join(folder, 'linked', 'other.flow')).isSymbolicLink()).toBe(true);
    expect(read('hello/untidy.flow')).toBe(tidy);
    expect(statSync(join(folder, 'hello', 'untidy.flow')).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(folder, 'hello'))).toEqual(['untidy.flow']);
  });

  it('replaces a file whole: one that is open keeps what it held', async () => {
    const before = statSync(join(folder, 'hello', 'untidy.flow')).ino;
    await flowc(folder, ['fmt']);
    expect(statSync(join(folder, 'hello', 'untidy.flow')).ino).not.toBe(before);
  });

  it.each([
    [
      ['missing.flow'],
      'The file or folder missing.flow does not exist: name .flow files, or folders that contain some.\n',
    ],
    [['hello/notes.txt'], 'hello/notes.txt is not a .flow file: flowc fmt formats files whose name ends in .flow.\n'],
    [
      ['-', 'hello'],
      'With `-`, flowc fmt reads one text from stdin and takes no files: leave out the files or the `-`.\n',
    ],
  ])('exits with 2 when asked for %s', async (args, stderr) => {
    writeFileSync(join(folder, 'hello', 'notes.txt'), '');
    expect(await flowc(folder, ['fmt', ...args])).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('flowc fmt -', () => {
  it('formats stdin to stdout', async () => {
    expect(await fmtStdin(untidy)).toEqual({ code: 0, stdout: tidy, stderr: '' });
  });

  it('prints nothing but diagnostics for text with syntax errors', async () => {
    const { code, stdout, stderr } = await fmtStdin(broken);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('stdin.flow:3:');
  });

  it('--check tells by its exit code', async () => {
    expect(await fmtStdin(tidy, '--check')).toMatchObject({ code: 0, stdout: '' });
    expect(await fmtStdin(untidy, '--check')).toMatchObject({ code: 1 });
  });
});
