import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles, generate } from '../../compiler/cli/compile.ts';
import { openWorkspace, readFolder } from '../../compiler/cli/files.ts';
import { flowc } from '../cli/flowc.ts';

const example = join(import.meta.dirname, '../../examples/acme');

describe('the example workspace', () => {
  it('checks without a single message', async () => {
    expect((await checkFiles(openWorkspace(example))).diagnostics).toEqual([]);
  });

  it('has committed what `flowc build` writes', async () => {
    // Versions it kept count as released when they are committed: nobody runs the example from another branch.
    const { code, stdout, stderr } = await flowc(example, ['build', '--check', '--base', 'HEAD']);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: '' });
    expect(stderr).toContain('generated/ is current');
  });

  it('is built the same in any folder, byte for byte', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'flowc-example-'));
    try {
      cpSync(example, elsewhere, { recursive: true });
      const files = openWorkspace(elsewhere);
      const { model } = await checkFiles(files);
      const built = await generate(files, model!, undefined);
      expect(new Map(built.map(({ path, text }) => [path, text]))).toEqual(readFolder(example, 'generated'));
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});
