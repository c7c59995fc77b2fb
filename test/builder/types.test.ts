import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generatedTsconfig } from '../../compiler/tsconfig-generated.ts';
import { repository } from '../cli/flowc.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-types-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tsc(file: string, ...options: string[]): string {
  const config = join(folder, 'tsconfig.json');
  const { compilerOptions } = generatedTsconfig({ packageFolder: repository, workspaceFolder: folder, from: 'source' });
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  return spawnSync(join(repository, 'node_modules', '.bin', 'tsc'), ['-p', config, ...options], { encoding: 'utf8' })
    .stdout;
}

test('TypeScript refuses every misuse it can see', () => {
  expect(tsc(join(repository, 'test', 'builder', 'misuse.ts'))).toBe('');
});

/** A campaign whose one flow has so many steps of all sorts. */
function campaignOf(steps: number): string {
  const kinds = [
    (n: number) =>
      `when(and(paid, visits.gt(${n}), due.minus('3 days').lt('2026-03-07')), [set(visits.to(visits.plus(${n})))])`,
    (n: number) =>
      `email('MAIL_${n}', { agent: desk, at: due.plus('${n} days'), window: 'any time', duration: '24 hours' })`,
    (n: number) => `waitFor(paid, { upTo: '${n} days', else: [set(outcome.to('refused'))] })`,
    (n: number) => `match(desk.results.outcome, { promised: [wait('${n} hours')], refused: [stop()] })`,
  ];
  const body = Array.from({ length: steps }, (_, n) => `    ${kinds[n % kinds.length]!(n + 1)},`).join('\n');
  return `import { agent, and, boolean, campaign, date, email, flow, integer, match, on, oneOf, set, stop, wait, waitFor, when } from 'flowc';
const desk = agent('desk', { channels: ['billing'], results: { outcome: oneOf(['promised', 'refused']) } });
const big = campaign('big', {
  participant: { due: date(), paid: boolean(false), visits: integer(0), outcome: oneOf(['promised', 'refused']) },
});
const { due, paid, visits, outcome } = big.fields;
export const use = [and, email, match, set, stop, wait, waitFor, when, paid, visits, outcome, due];
flow(big, 'long', {
  on: on.participantCreated,
  do: [
${body}
  ],
});
`;
}

function cost(steps: number): { readonly instantiations: number; readonly types: number } {
  const file = join(folder, `steps-${steps}.flow.ts`);
  writeFileSync(file, campaignOf(steps));
  const output = tsc(file, '--extendedDiagnostics');
  expect(output).not.toContain('error TS');
  const counted = (what: string) => Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(output)![1]);
  return { instantiations: counted('Instantiations'), types: counted('Types') };
}

test('a campaign of 300 steps costs TypeScript a few types a step and hardly an instantiation', () => {
  const [small, large] = [cost(4), cost(300)];
  expect(large.types).toBeGreaterThan(small.types);
  expect((large.types - small.types) / 296).toBeLessThan(10);
  expect((large.instantiations - small.instantiations) / 296).toBeLessThan(5);
  expect(large.instantiations).toBeLessThan(30_000);
});
