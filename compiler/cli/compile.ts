import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuilderProblem } from '../../dsl/builder/problems.ts';
import type { BuiltFile } from '../../dsl/builder/registry.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../emit.ts';
import type { WorkspaceModel } from '../model.ts';
import type { WorkspaceFiles } from './files.ts';
import { quickConfig } from './quick-config.ts';
import { inScratchWorkspace } from './scratch-workspace.ts';

export interface Checked {
  /** Null when an error leaves nothing to build. */
  readonly model: WorkspaceModel | null;
  readonly diagnostics: readonly Diagnostic[];
  /** generated/refs.ts of a workspace with builder files and text. */
  readonly refs: GeneratedFile | null;
}

/** Whether generated/refs.ts may be written before builder files load: they import it. */
export type RefsOnDisk = 'write' | 'keep';

/** Reads flowc.json, loads builder files and checks every flow. */
export async function checkFiles(files: WorkspaceFiles, onDisk: RefsOnDisk = 'write'): Promise<Checked> {
  const config = quickConfig(files.folder) ?? (await import('../../runtime/config.ts')).readConfig(files.folder);
  const { check } = await import('../check.ts');
  const { built, refs } = await readBuilders(files, onDisk);
  const { exists, readText } = files;
  const { model, diagnostics: found } = check({ files: files.files, built, config, exists, readText });
  const diagnostics = withoutEchoes(onceEach(found));
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { model: failed ? null : model, diagnostics, refs };
}

/** What builder files declare, type errors included, and the references to text they may import. */
export async function readBuilders(
  files: WorkspaceFiles,
  onDisk: RefsOnDisk,
): Promise<{ readonly built: readonly BuiltFile[]; readonly refs: GeneratedFile | null }> {
  if (files.builders.length === 0) return { built: [], refs: null };
  const [{ loadBuilders }, { typecheckBuilders }, { refsModule }] = await Promise.all([
    import('./load-builder.ts'),
    import('./typecheck-builder.ts'),
    import('../refs.ts'),
  ]);
  const refs = refsModule(files.files);
  if (refs !== null && onDisk === 'write' && files.readText(refs.path) !== refs.text) {
    mkdirSync(join(files.folder, 'generated'), { recursive: true });
    writeFileSync(join(files.folder, refs.path), refs.text);
  }
  const isOld = refs !== null && files.readText(refs.path) !== refs.text;
  const typecheck = (folder: string) => typecheckBuilders(folder, files.builders);
  const [built, mistyped] = await Promise.all([
    loadBuilders({ folder: files.folder, paths: files.builders, refs: refs?.text ?? null }),
    isOld ? inScratchWorkspace(files.folder, [refs], typecheck) : typecheck(files.folder),
  ]);
  return { built: withTypeErrors(built, mistyped), refs };
}

/** Type errors stand with the file they are in. */
function withTypeErrors(built: readonly BuiltFile[], mistyped: readonly BuilderProblem[]): readonly BuiltFile[] {
  const paths = new Set(built.map(({ file }) => file.path));
  return built.map((one, index) => {
    const own = mistyped.filter(({ span: { file } }) => file === one.file.path || (index === 0 && !paths.has(file)));
    if (own.length === 0) return one;
    const told = one.problems.filter((problem) => !own.some((typed) => explains(typed, problem)));
    return { ...one, problems: [...told, ...own] };
  });
}

/** `fields.payed` is nothing at run time; TypeScript knows that it was meant to be `fields.paid`. */
function explains(typed: BuilderProblem, problem: BuiltFile['problems'][number]): boolean {
  return (
    typed.kind === 'typescript' &&
    typed.message.startsWith("Property '") &&
    problem.kind === 'builder value' &&
    problem.found === 'nothing' &&
    typed.span.file === problem.span.file &&
    typed.span.start >= problem.span.start &&
    typed.span.end <= problem.span.end
  );
}

/** A helper called several times may say the same of the same place each time. */
function onceEach(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const told = new Set<string>();
  return diagnostics.filter(({ code, message, file, span }) => {
    const key = JSON.stringify([code, message, file, span.start, span.end]);
    return !told.has(key) && told.add(key);
  });
}

/** A line that has an error of its own is not reported for its types as well: one cause, one error. */
function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const place = ({ file, span }: Diagnostic) => `${file}:${span.line}`;
  const told = new Set(
    diagnostics.filter(({ code, severity }) => code !== 'FLOW608' && severity === 'error').map(place),
  );
  return diagnostics.filter((one) => one.code !== 'FLOW608' || !told.has(place(one)));
}

/** The files a build of this model writes, references for builder files and released versions included. */
export async function generate(
  files: WorkspaceFiles,
  model: WorkspaceModel,
  base: string | undefined,
  refs: GeneratedFile | null = null,
): Promise<readonly GeneratedFile[]> {
  const [{ build }, { releasedFiles }, { builtTemplates }] = await Promise.all([
    import('../build.ts'),
    import('./previous.ts'),
    import('./mjml.ts'),
  ]);
  const released = [...releasedFiles(files.folder, base)].map(([path, text]) => ({ path, text }));
  const { files: code } = build({ model, released });
  const made = [...code, ...(await builtTemplates(files, model)), ...(refs ? [refs] : [])];
  return made.sort((a, b) => (a.path < b.path ? -1 : 1));
}
