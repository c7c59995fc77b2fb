import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowc, repository, run } from './flowc.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the command line', () => {
  it('lists its commands', async () => {
    const { code, stdout } = await flowc(folder, ['--help']);
    expect(code).toBe(0);
    for (const name of [
      'init',
      'check',
      'build',
      'preview',
      'dev',
      'worker',
      'start',
      'stop',
      'import',
      'publish',
      'status',
    ]) {
      expect(stdout).toContain(`  ${name} `);
    }
  });

  it('exits with 2 on an unknown command and names one that is meant', async () => {
    const { code, stderr } = await flowc(folder, ['chekc']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean check?');
  });

  it('exits with 2 on a missing argument', async () => {
    const { code, stderr } = await flowc(folder, ['start']);
    expect(code).toBe(2);
    expect(stderr).toContain("missing required argument 'campaign'");
  });

  it('exits with 2 outside a workspace and says how to get one', async () => {
    const { code, stderr } = await flowc(folder, ['check']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `No workspace.flow found in ${folder} or above it: go to a workspace, name one with --workspace, or write a new one with \`flowc init\`.\n`,
    );
  });
});

it('a misspelt --workspace is not the workspace around it', async () => {
  await flowc(folder, ['init']);
  const { code, stderr } = await flowc(folder, ['check', '--workspace', 'acne']);
  expect(code).toBe(2);
  expect(stderr).toBe(`The folder ${join(folder, 'acne')} does not exist: name another with --workspace.\n`);
});

describe('flowc init', () => {
  it('writes a workspace and lists its files on stdout', async () => {
    const { code, stdout } = await flowc(folder, ['init', 'acme']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain('acme/welcome/greet.flow');
    expect(readFileSync(join(folder, 'acme', 'workspace.flow'), 'utf8')).toMatch(/^workspace acme \{/);
  });

  it('says how to go on, in a shell, from a folder of any name', async () => {
    const { stderr } = await flowc(folder, ['init', "Ada's Büro"]);
    expect(stderr).toContain("\nNext:\n  cd 'Ada'\\''s Büro'\n  flowc dev ");
    expect(readFileSync(join(folder, "Ada's Büro", 'workspace.flow'), 'utf8')).toMatch(/^workspace ada_s_buro \{/);
  });

  it('overwrites nothing', async () => {
    writeFileSync(join(folder, 'workspace.flow'), 'workspace mine {}\n');
    const { code, stderr } = await flowc(folder, ['init']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${folder} already holds workspace.flow: flowc init overwrites nothing.`);
    expect(readdirSync(folder)).toEqual(['workspace.flow']);
  });
});

describe('an old Node', () => {
  /** A `node` that says it is 20, so that the test needs none. */
  function oldNode(): string {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const file = join(bin, 'old.mjs');
    writeFileSync(
      file,
      `Object.defineProperty(process.versions, 'node', { value: '20.20.2' });
process.argv.splice(1, 1);
await import(process.argv[1]);
`,
    );
    return file;
  }

  it('hands over to the node package beside flowc', async () => {
    const { code, stdout } = await run(
      process.execPath,
      [oldNode(), join(repository, 'bin', 'flowc.js'), '--version'],
      folder,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('says in one sentence how to get a newer one when there is none', async () => {
    const lonely = join(folder, 'flowc', 'bin');
    mkdirSync(lonely, { recursive: true });
    const bin = join(lonely, 'flowc.js');
    writeFileSync(bin, readFileSync(join(repository, 'bin', 'flowc.js')));
    chmodSync(bin, 0o755);
    writeFileSync(join(folder, 'flowc', 'package.json'), '{"type":"module"}');
    const { code, stderr } = await run(process.execPath, [oldNode(), bin, '--version'], folder, { PATH: '' });
    expect(code).toBe(3);
    expect(stderr).toBe(
      'flowc needs Node 22.18 or newer and found only 20.20.2: run `npm install node@24` in this folder, or install Node 24 from https://nodejs.org.\n',
    );
  });
});
