import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleWorkflows } from '../../runtime/temporal/bundle.ts';
import { repository } from './flowc.ts';

let workspace: string;
let code: string;

/** Two campaigns, and a second copy of flowc where the workspace's own imports would find it. */
beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'flowc-bundle-'));
  const other = join(workspace, 'node_modules', 'flowc');
  cpSync(join(repository, 'runtime'), join(other, 'runtime'), { recursive: true });
  writeFileSync(join(other, 'package.json'), '{"name":"flowc","exports":{"./workflow":"./runtime/workflow/index.ts"}}');
  for (const campaign of ['spring', 'autumn']) {
    const folder = join(workspace, 'generated', campaign);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'greet.workflow.ts'),
      `import type { Flow, Next, Program } from 'flowc/workflow';
async function start(flow: Flow): Promise<Next> { return flow.stop(); }
export const greet: Program = { hash: '${campaign}', again: 'restart', segments: { start } };
`,
    );
    writeFileSync(
      join(folder, 'campaign.workflow.ts'),
      `import { participantWorkflow } from 'flowc/workflow';
import { greet } from './greet.workflow.ts';
export const ${campaign} = participantWorkflow('${campaign}', { greet: [greet] });
`,
    );
  }
  writeFileSync(
    join(workspace, 'generated', 'workflows.ts'),
    `export * from './spring/campaign.workflow.ts';\nexport * from './autumn/campaign.workflow.ts';\n`,
  );
  code = (await bundleWorkflows(workspace)).code;
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

it('holds a single kernel, the running package’s', () => {
  expect(code.match(/^ {2}!\*\*\* .*\/participant-workflow\.ts \*\*\*!$/gm)).toHaveLength(1);
  expect(code.match(/^ {2}!\*\*\* .*\/kernel\.ts \*\*\*!$/gm)).toHaveLength(1);
  expect(code).not.toContain('node_modules/flowc/runtime');
});

it('loads programs and kernel once for all workflows of a thread', () => {
  const preload = code.split('preloadModules = function')[1]!.split('importWorkflows')[0]!;
  expect(preload).toContain('generated/workflows.ts');
});

it('holds no module of ours that keeps state, which all workflows would share', () => {
  const modules = [...code.matchAll(/^ {2}!\*\*\* .*\/(runtime\/\S+\.ts) \*\*\*!$/gm)].map(([, path]) => path!);
  expect(modules).toContain('runtime/workflow/kernel.ts');
  const state = /^(?:export )?(?:let |var |const \w+(?:: [^=]+)? = (?:new (?:Map|Set|Weak\w+)\b.*\(\)|\[\]|\{\}))/m;
  expect(modules.filter((path) => state.test(readFileSync(join(repository, path), 'utf8')))).toEqual([]);
});

it('is made again when a program changes', async () => {
  const first = await bundleWorkflows(workspace);
  const file = join(workspace, 'generated', 'spring', 'greet.workflow.ts');
  writeFileSync(file, `export const greet = { hash: 'changed', again: 'restart', segments: {} };\n`);
  const second = await bundleWorkflows(workspace);
  expect(second.hash).not.toBe(first.hash);
  expect(second.code).toContain('changed');
});

it('says what is wrong in one sentence when the generated code is broken', async () => {
  writeFileSync(join(workspace, 'generated', 'workflows.ts'), `export * from './winter/campaign.workflow.ts';\n`);
  await expect(bundleWorkflows(workspace)).rejects.toThrow(
    /^The generated workflows cannot be bundled \(.*winter.*\): run `flowc build` to write them again\.$/,
  );
});
