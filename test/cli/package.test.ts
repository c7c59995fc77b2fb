import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../patience.ts';
import { type Outcome, repository, run } from './flowc.ts';

let folder: string;
let workspace: string;

const npx = (...args: string[]): Promise<Outcome> => run('npx', ['--no-install', 'flowc', ...args], workspace);

/** The package as users get it: packed, then installed in a folder of its own. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-package-'));
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], repository);
  expect(packed.code, packed.stderr).toBe(0);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  workspace = join(folder, 'acme');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'package.json'), '{"private":true}');
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const installed = await run('npm', ['install', join(folder, tarball), ...quiet], workspace);
  expect(installed.code, installed.stderr).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the installed package', () => {
  it('ships compiled code and no sources', () => {
    const files = readdirSync(join(workspace, 'node_modules', 'flowc'), { recursive: true, encoding: 'utf8' });
    expect(files).toContain(join('dist', 'compiler', 'cli', 'main.js'));
    expect(files).toContain(join('dist', 'runtime', 'python', 'harness.py'));
    expect(files.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  });

  it('writes a workspace that checks and builds', async () => {
    expect((await npx('init')).code).toBe(0);
    const checked = await npx('check');
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    const built = await npx('build');
    expect(built.code, built.stdout + built.stderr).toBe(0);
    expect(existsSync(join(workspace, 'generated', 'workflows.ts'))).toBe(true);
    expect(await npx('build', '--check')).toMatchObject({ code: 0, stdout: '' });
  });

  it('checks flows written in TypeScript', async () => {
    const flow = join(workspace, 'welcome', 'more.flow.ts');
    const text = `import { flow, on, stop } from 'flowc';\n\nflow('welcome', 'more', { on: on.anotherFlow, do: [stop()] });\n`;
    writeFileSync(flow, text);
    const checked = await npx('check');
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    writeFileSync(flow, `${text}console.log(on.nothing);\n`);
    const { stdout } = await npx('check');
    expect(stdout).toContain('welcome/more.flow.ts:4:16');
    rmSync(flow);
  });

  it('runs it, delivers a mail, and ends on Ctrl-C', async () => {
    const dev = spawn(join(workspace, 'node_modules', '.bin', 'flowc'), ['dev', '--start-all', '--catch-mail'], {
      cwd: workspace,
      detached: true,
    });
    let output = '';
    for (const stream of [dev.stdout, dev.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    const ended = new Promise<number | null>((resolve) => dev.on('exit', resolve));
    try {
      await eventually(
        () => output.includes('Running'),
        () => output,
      );
      const inbox = /^Inbox\s+(\S+)$/m.exec(output)![1]!;
      const imported = await npx('import', 'welcome', 'people.csv');
      expect(imported.code, imported.stdout + imported.stderr).toBe(0);
      const mails = async () =>
        (await (await fetch(new URL('/api/messages', inbox))).json()) as { to: string[]; subject: string }[];
      await eventually(
        async () => (await mails()).length === 2,
        () => output,
      );
      expect((await mails()).map(({ to, subject }) => [to[0], subject]).sort()).toEqual([
        ['ada@example.com', 'Welcome, Ada'],
        ['lin@example.com', 'Welcome, Lin'],
      ]);
    } finally {
      // As the terminal does: to the whole group.
      process.kill(-dev.pid!, 'SIGINT');
    }
    expect(await ended, output).toBe(0);
    expect(existsSync(join(workspace, '.flowc', 'temporal-address'))).toBe(false);
    expect(existsSync(join(workspace, '.flowc', 'database-url'))).toBe(false);
  });
});
