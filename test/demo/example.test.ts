import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles, generate } from '../../compiler/cli/compile.ts';
import { openWorkspace } from '../../compiler/cli/files.ts';
import { flowc } from '../cli/flowc.ts';

const example = join(import.meta.dirname, '../../examples/acme');

describe('the example workspace', () => {
  it('checks without a single message', async () => {
    expect((await checkFiles(openWorkspace(example))).diagnostics).toEqual([]);
  });

  it('has committed what `flowc build` writes', async () => {
    const { code, stdout, stderr } = await flowc(example, ['build', '--check']);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: '' });
    expect(stderr).toContain('generated/ is current');
  });

  it('is built the same from any folder, byte for byte', async () => {
    const { model } = await checkFiles(openWorkspace(example));
    const [once, again] = [await generate(example, model!, undefined), await generate(example, model!, undefined)];
    expect(again).toEqual(once);
    expect(once.map(({ text }) => text).join()).not.toContain(example);
  });
});
