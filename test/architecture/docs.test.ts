import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };

describe('dependencies', () => {
  it('each have a line that says why', () => {
    const listed = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` +\| \S/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(Object.keys(dependencies).sort());
  });

  it('are pinned exactly', () => {
    const loose = Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(loose).toEqual([]);
  });

  it('stand in a lock file that npm ci accepts on every platform', async () => {
    const script = join(root, 'scripts', 'complete-lock.mjs');
    const { completeLock } = (await import(script)) as { completeLock: (lock: unknown) => { added: string[] } };
    expect(completeLock(JSON.parse(read('package-lock.json'))).added, 'run `npm run lock`').toEqual([]);
  });
});

it('docs/cli.md names every command', () => {
  const commands = [...read('compiler/cli/main.ts').matchAll(/^\s+name: '(\w+)',$/gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(8);
  const page = read('docs/cli.md');
  expect(commands.filter((name) => !page.includes(`\`flowc ${name}`))).toEqual([]);
});
