import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { flowc, repository } from './flowc.ts';

/** Packages are named by the folder after the last node_modules. */
async function packagesLoaded(args: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'flowc-loads-'));
  const hook = join(folder, 'hook.mjs');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
registerHooks?.({ load(url, context, next) { process.stderr.write('LOAD ' + url + '\\n'); return next(url, context); } });
`,
  );
  try {
    const environment = { NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` };
    const { code, stderr } = await flowc(join(repository, 'examples', 'acme'), args, environment);
    expect(code, stderr).toBe(0);
    const found = [...stderr.matchAll(/^LOAD .*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name!);
    return [...new Set(found)].filter((name) => !name.startsWith('@chevrotain/')).sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('a check loads nothing heavy: it starts as often as people save', async () => {
  expect(await packagesLoaded(['check'])).toEqual(['chevrotain', 'commander', 'decimal.js', 'luxon']);
});

it('explain loads nothing but the command line', async () => {
  expect(await packagesLoaded(['explain', 'FLOW201'])).toEqual(['commander']);
});
