import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flowc, repository, run } from './flowc.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-exit-'));
  expect((await flowc(folder, ['init'])).code).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

describe('exit codes', () => {
  it('0: nothing to complain about, warnings do not count; results on stdout, the count on stderr', async () => {
    write('welcome/more.flow', 'flow more {\n  on participant updated: order_id\n  wait 3 days\n}\n');
    const { code, stdout, stderr } = await flowc(folder, ['check']);
    expect(code).toBe(0);
    expect(stdout).toContain('warning FLOW227');
    expect(stderr).toBe('1 warning in 4 files\nMore about a code: flowc explain FLOW227\n');
  });

  it('1: an error in a flow, in every format, and one document on stdout', async () => {
    write('welcome/more.flow', 'flow more {\n  on participant created\n  if payd { stop }\n}\n');
    for (const format of ['pretty', 'json', 'github', 'sarif']) {
      expect((await flowc(folder, ['check', '--format', format])).code, format).toBe(1);
      expect((await flowc(folder, ['build', '--format', format])).code, format).toBe(1);
    }
    const json = await flowc(folder, ['check', '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 1,
      summary: { errors: 1 },
      diagnostics: [{ code: 'FLOW201' }],
    });
    expect(json.stderr).toBe('');
    const sarif = await flowc(folder, ['check', '--format', 'sarif']);
    expect(JSON.parse(sarif.stdout)).toMatchObject({ version: '2.1.0' });
  });

  it('1: build --check where generated/ is not current, 0 where it is', async () => {
    expect((await flowc(folder, ['build', '--check'])).code).toBe(1);
    expect((await flowc(folder, ['build'])).code).toBe(0);
    expect((await flowc(folder, ['build', '--check'])).code).toBe(0);
  });

  it('1: flowc.json that is no JSON', async () => {
    write('flowc.json', '{');
    expect((await flowc(folder, ['check'])).code).toBe(1);
  });

  it('2: an unknown option, format, code or campaign', async () => {
    for (const args of [
      ['check', '--fast'],
      ['check', '--format', 'xml'],
      ['explain', 'FLOW999'],
      ['graph', 'nobody'],
    ]) {
      const { code, stderr, stdout } = await flowc(folder, args);
      expect(code, args.join(' ')).toBe(2);
      expect(stderr).toMatch(/\S/);
      expect(stdout).toBe('');
    }
  });

  it('3: what is outside of flowc is missing', async () => {
    write('flowc.json', '{"environments":{"dev":{"database_env":"NOT_SET_ANYWHERE"}}}');
    expect((await flowc(folder, ['build'])).code).toBe(0);
    expect((await flowc(folder, ['start', 'welcome'])).code).toBe(3);
  });

  it('3: a file the system does not let it read or write, in one sentence', async () => {
    mkdirSync(join(folder, 'generated', 'data.ts'), { recursive: true });
    const written = await flowc(folder, ['build']);
    expect(written.code).toBe(3);
    expect(written.stderr).toMatch(/^.*generated\/data\.ts cannot be opened: it is a folder\. Rename or remove it\.$/m);
    writeFileSync(join(folder, '.flowc'), '');
    rmSync(join(folder, 'generated'), { recursive: true });
    const state = await flowc(folder, ['build']);
    expect(state.code).toBe(3);
    expect(state.stderr).toMatch(/\.flowc cannot be made: a file of that name is in the way\. Rename or remove it\.$/m);
  });

  it('stay what they are when the reader stops early', async () => {
    const bin = join(repository, 'bin', 'flowc.js');
    const line = `"${process.execPath}" "${bin}" explain | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run('bash', ['-c', line], folder);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
    expect(stderr).toBe('');
  });
});

it.runIf(existsSync('/dev/full'))('output that cannot be written is told in one line', async () => {
  const bin = join(repository, 'bin', 'flowc.js');
  const { code, stderr } = await run('sh', ['-c', `"${process.execPath}" "${bin}" explain > /dev/full`], folder);
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: expect.stringMatching(/^flowc cannot write its output \(ENOSPC.*\): make room, or write elsewhere\.\n$/),
  });
});

describe('in GitHub Actions', () => {
  it('check annotates without being asked', async () => {
    write('welcome/more.flow', 'flow more {\n  on participant created\n  if payd { stop }\n}\n');
    const environment = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: join(folder, '..') };
    const { code, stdout } = await flowc(folder, ['check'], environment);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error file=flowc-exit-\w+\/welcome\/more\.flow,line=3,endLine=3,col=6,endColumn=9,title=FLOW201::/,
    );
    expect((await flowc(folder, ['check', '--format', 'pretty'], environment)).stdout).toMatch(/^error FLOW201/);
  });
});

it('colour is written only where it is wanted', async () => {
  write('welcome/more.flow', 'flow more {\n  on participant created\n  if payd { stop }\n}\n');
  const red = `${String.fromCharCode(27)}[31m`;
  const bin = join(repository, 'bin', 'flowc.js');
  const piped = await run('env', ['-u', 'FORCE_COLOR', process.execPath, bin, 'check'], folder);
  expect(piped.stdout).toMatch(/^error FLOW201 Unknown/);
  expect((await flowc(folder, ['check'], { FORCE_COLOR: '1' })).stdout).toContain(red);
  expect((await flowc(folder, ['check'], { FORCE_COLOR: '0' })).stdout).toMatch(/^error FLOW201 Unknown/);
});

it('docs/cli.md documents every code', () => {
  const page = readFileSync(join(repository, 'docs', 'cli.md'), 'utf8');
  for (const code of [0, 1, 2, 3]) expect(page).toMatch(new RegExp(`^\\| +${code} +\\|`, 'm'));
});
