import { readConfig } from '../../runtime/config.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { WorkspaceModel } from '../model.ts';
import type { WorkspaceFiles } from './files.ts';
import type { GeneratedFile } from './generated.ts';
import { builtTemplates } from './mjml.ts';
import { releasedFiles } from './previous.ts';

export interface Checked {
  /** Null when an error leaves nothing to build. */
  readonly model: WorkspaceModel | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads flowc.json and checks every flow. */
export async function checkFiles(files: WorkspaceFiles): Promise<Checked> {
  const config = readConfig(files.folder);
  const { check } = await import('../check.ts');
  const { model, diagnostics } = check({ files: files.files, config, exists: files.exists, readText: files.readText });
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { model: failed ? null : model, diagnostics };
}

/** The files a build of this model writes, released versions included. */
export async function generate(
  files: WorkspaceFiles,
  model: WorkspaceModel,
  base: string | undefined,
): Promise<readonly GeneratedFile[]> {
  const [{ build }, { keepVersions }] = await Promise.all([import('../build.ts'), import('../versions.ts')]);
  const released = [...releasedFiles(files.folder, base)].map(([path, text]) => ({ path, text }));
  const templates = await builtTemplates(files, model);
  return [...build({ model, kept: keepVersions(released, model) }).files, ...templates];
}
