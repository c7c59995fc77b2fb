import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowc, run } from './flowc.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-completion-'));
  writeFileSync(join(folder, 'workspace.flow'), 'workspace acme {}\n');
  for (const name of ['welcome', 'winback', 'notes']) mkdirSync(join(folder, name));
  for (const name of ['welcome', 'winback']) writeFileSync(join(folder, name, 'campaign.flow'), `campaign ${name}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash offers at the end of these words. */
async function offered(...words: string[]): Promise<string[]> {
  return offeredIn(join(folder, 'welcome'), ...words);
}

async function offeredIn(cwd: string, ...words: string[]): Promise<string[]> {
  const { stdout } = await flowc(folder, ['completion', 'bash']);
  const line = ['flowc', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${stdout}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _flowc; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const result = await run('bash', ['-c', script], cwd);
  expect(result.stderr).toBe('');
  return result.stdout.split('\n').filter(Boolean).sort();
}

describe('flowc completion bash', () => {
  it('offers commands', async () => expect(await offered('ch')).toEqual(['check']));
  it('offers options', async () => expect(await offered('build', '--b')).toEqual(['--base']));
  it('offers values', async () => {
    expect(await offered('check', '--format', '')).toEqual(['github', 'json', 'pretty', 'sarif']);
  });
  it('offers the campaigns of the workspace', async () => {
    expect(await offered('start', 'w')).toEqual(['welcome', 'winback']);
  });
  it('offers the campaigns of a workspace of builder files', async () => {
    const builder = join(folder, 'notes', 'builder');
    mkdirSync(join(builder, 'pay'), { recursive: true });
    writeFileSync(join(builder, 'workspace.flow.ts'), '');
    writeFileSync(join(builder, 'pay', 'campaign.flow.ts'), '');
    expect(await offeredIn(builder, 'start', '')).toEqual(['pay']);
  });
  it('offers no campaigns outside of workspaces', async () => {
    expect(await offeredIn('/', 'start', '')).toEqual([]);
  });
  it('offers values behind =, which bash takes for a word of its own', async () => {
    expect(await offered('check', '--format', '=')).toEqual(['github', 'json', 'pretty', 'sarif']);
    expect(await offered('check', '--format', '=', 's')).toEqual(['sarif']);
  });
  it('offers codes', async () => expect(await offered('explain', 'FLOW50')).toContain('FLOW501'));
});

describe.each(['zsh', 'fish'])('flowc completion %s', (shell) => {
  it('names every command with its summary', async () => {
    const { code, stdout } = await flowc(folder, ['completion', shell]);
    const help = await flowc(folder, ['--help']);
    const names = [...help.stdout.matchAll(/^ {2}([a-z]+) .*\S {2,}\S/gm)].map(([, name]) => name!);
    expect(code).toBe(0);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names.filter((one) => one !== 'help')) expect(stdout).toContain(name);
  });
});

it('refuses another shell and names those it knows', async () => {
  const { code, stderr } = await flowc(folder, ['completion', 'ksh']);
  expect(code).toBe(2);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
});
