import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { codeFolder, importedByGenerated, packageFile } from '../package-files.ts';
import { UserError } from '../user-error.ts';

export interface WorkflowBundle {
  readonly code: string;
  /** Of everything that went in. */
  readonly hash: string;
}

/**
 * Bundles `<workspace>/generated/workflows.ts` with the running package's kernel for Temporal's sandbox. The result is
 * kept in `.flowc/bundle-<hash>.js` and made again only when generated code, kernel or SDK changed.
 * @throws UserError when nothing was built yet or webpack refuses the generated code.
 */
export async function bundleWorkflows(workspace: string): Promise<WorkflowBundle> {
  const entry = join(workspace, 'generated', 'workflows.ts');
  if (!existsSync(entry)) {
    throw new UserError(
      'problem',
      `The workspace has no generated${sep}workflows.ts yet: run \`flowc build\` in ${workspace} first.`,
    );
  }
  const programs = workflowFiles(join(workspace, 'generated'));
  const hash = contentHash(workspace, programs);
  const state = join(workspace, '.flowc');
  const kept = join(state, `bundle-${hash}.js`);
  if (existsSync(kept)) return { code: readFileSync(kept, 'utf8'), hash };
  mkdirSync(state, { recursive: true });
  const code = await bundle(entry);
  for (const name of readdirSync(state)) if (/^bundle-[0-9a-f]+\.js$/.test(name)) rmSync(join(state, name));
  writeFileSync(kept, code);
  return { code, hash };
}

async function bundle(entry: string): Promise<string> {
  const complaints: string[] = [];
  const logger = new DefaultLogger('ERROR', ({ message }) => complaints.push(message));
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath: entry,
      // Once per thread, programs and kernel alike: 60 KB per cached workflow instead of 90, and instead of 1.5 MB with 200
      // flows. What is loaded so is frozen and shared by all workflows: none of it may keep state in its module.
      preloadModules: [entry],
      logger,
      webpackConfigHook: (config) => ({
        ...config,
        resolve: {
          ...config.resolve,
          conditionNames: [...(packageFile('').endsWith('.ts') ? ['flowc-source'] : []), '...'],
          // A workspace need not find the SDK upwards of itself, and must not find a second one.
          alias: {
            ...config.resolve?.alias,
            ...exact(importedByGenerated),
            '@temporalio/workflow': sdkFolder('workflow'),
          },
        },
      }),
    });
    return code;
  } catch (error) {
    const words = complaints.join('\n') || (error as Error).message;
    const lines = words.split('\n').map((line) => line.trim());
    const first = lines.find((line) => /^Module |Error:/.test(line)) ?? lines[0];
    throw new UserError(
      'problem',
      `The generated workflows cannot be bundled (${first}): run \`flowc build\` to write them again.`,
      { cause: error },
    );
  }
}

function exact(alias: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(alias).map(([name, file]) => [`${name}$`, file]));
}

function sdkFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`@temporalio/${name}/package.json`));
}

function workflowFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.workflow.ts'))
    .sort()
    .map((name) => join(folder, name));
}

function contentHash(workspace: string, programs: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (name: string, file: string) => hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
  for (const file of programs) add(relative(workspace, file), file);
  add('workflows', join(workspace, 'generated', 'workflows.ts'));
  for (const folder of ['runtime/workflow', 'runtime/model', 'runtime/rules']) {
    if (!existsSync(join(codeFolder, folder))) continue;
    const names = readdirSync(join(codeFolder, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((name) => /(?<!\.d)\.[jt]s$/.test(name)).sort())
      add(join(folder, name), join(codeFolder, folder, name));
  }
  add('sdk', join(sdkFolder('worker'), 'package.json'));
  add('bundler', import.meta.filename);
  return hash.digest('hex').slice(0, 16);
}
