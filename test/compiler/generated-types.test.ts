/** What the checker accepts builds to code that type-checks as strictly as the repository itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { build } from '../../compiler/build.ts';
import { full } from '../effort.ts';
import { checkFiles } from '../language/workspace.ts';
import { campaign, flow, workspace } from './models.ts';
import { body, communications, participant } from './programs.ts';
import { complaints, write } from './type-check.ts';
import { campaignText, workspaceText } from './written-flows.ts';

const temporary = mkdtempSync(join(tmpdir(), 'flowc-generated-types-'));
afterAll(() => rmSync(temporary, { recursive: true }));

test('the code of any flow that is accepted', () => {
  const tried = fc.sample(campaignText, full ? 2000 : { numRuns: 150, seed: 7 });
  const named = tried.map((text, n) => [`c_${n}`, text.replace('NAME', `c_${n}`)] as const);
  const accepted = named.filter(([name, text]) => errorsOf([[name, text]]).length === 0);
  // So that what follows could fail.
  expect(accepted.length).toBeGreaterThan(tried.length / 3);
  const { model } = checkFiles(filesOf(accepted));
  const folder = join(temporary, 'accepted');
  write(folder, build({ model: model!, released: [] }).files);
  const found = complaints([folder]);
  const [, culprit] = /generated\/(c_\d+)\//.exec(found) ?? [];
  const source = accepted.find(([name]) => name === culprit)?.[1] ?? '';
  expect(found, source).toBe('');
});

test('a flow that TypeScript could not say is refused', () => {
  const codesOf = (campaignName: string, statement: string) => {
    const text = `campaign ${campaignName}\nparticipant { r: boolean }\nflow f {\n  on participant created\n  ${statement}\n}\n`;
    return errorsOf([['c', text]]).map(({ code }) => code);
  };
  expect(codesOf('c', 'set r = true')).toEqual([]);
  expect(codesOf('default', 'set r = true')).toEqual(['FLOW208']);
  expect(codesOf('c', 'set r = true, profile.r = true')).toEqual(['FLOW239']);
  const python = (settings: string) => `python P { code: "def run(): pass"  ${settings} }`;
  expect(codesOf('c', python('writes: r, r'))).toEqual(['FLOW303']);
  expect(codesOf('c', python('params: { a: 1, a: 2 }'))).toEqual(['FLOW303']);
});

test('the code of any model of branches, writes and waits', () => {
  const flows = fc.sample(body, { numRuns: 150, seed: 7 }).map((statements, n) => flow(`flow_${n}`, statements));
  const { files } = build({ model: workspace([campaign(flows, { participant, communications })]), released: [] });
  const folder = join(temporary, 'models');
  write(folder, files);
  expect(complaints([folder])).toBe('');
});

test('the type check finds a mistake', () => {
  const folder = join(temporary, 'mistaken');
  const text = "import type { Program } from 'flowc/workflow';\nexport const p: Program = { hash: 1 };\n";
  write(folder, [{ path: 'generated/wrong.workflow.ts', text }]);
  expect(complaints([folder])).toContain('wrong.workflow.ts(2,29)');
});

type Campaigns = readonly (readonly [name: string, text: string])[];

function filesOf(campaigns: Campaigns): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ['workspace.flow', workspaceText],
    ...campaigns.flatMap(([name, text]) => [
      [`${name}/campaign.flow`, text],
      [`${name}/templates/t.txt`, ''],
    ]),
  ]);
}

function errorsOf(campaigns: Campaigns) {
  return checkFiles(filesOf(campaigns)).diagnostics.filter(({ severity }) => severity === 'error');
}
