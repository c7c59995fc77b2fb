import type { Diagnostic } from '../diagnostics.ts';
import type { WorkspaceModel } from '../model.ts';
import type { WorkspaceFiles } from './files.ts';
import type { GeneratedFile } from './generated.ts';
import { quickConfig } from './quick-config.ts';

export interface Checked {
  /** Null when an error leaves nothing to build. */
  readonly model: WorkspaceModel | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads flowc.json and checks every flow. */
export async function checkFiles(files: WorkspaceFiles): Promise<Checked> {
  const config = quickConfig(files.folder) ?? (await import('../../runtime/config.ts')).readConfig(files.folder);
  const { check } = await import('../check.ts');
  const { model, diagnostics } = check({ files: files.files, config, exists: files.exists, readText: files.readText });
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { model: failed ? null : model, diagnostics };
}

/** The files a build of this model writes, released versions included. */
export async function generate(
  workspace: string,
  model: WorkspaceModel,
  base: string | undefined,
): Promise<readonly GeneratedFile[]> {
  const [{ build }, { keepVersions }, { releasedFiles }] = await Promise.all([
    import('../build.ts'),
    import('../versions.ts'),
    import('./previous.ts'),
  ]);
  const released = [...releasedFiles(workspace, base)].map(([path, text]) => ({ path, text }));
  return build({ model, kept: keepVersions(released, model) }).files;
}
