import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flowc, repository } from './flowc.ts';

const example = join(repository, 'examples', 'acme');

describe('flowc graph of the example', () => {
  it.each([
    ['mermaid', /^flowchart TD\n/],
    ['html', /^<!doctype html>\n/],
    ['svg', /^<\?xml[\s\S]*<svg [\s\S]*<title>cluster_c1_remind<\/title>[\s\S]*<\/svg>\s*$/],
    ['dot', /^digraph flows \{\n/],
  ])('is drawn as %s, on stdout and alone', async (format, shape) => {
    const { code, stdout, stderr } = await flowc(example, ['graph', 'payment_reminder', '--format', format]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(shape);
  });
});
