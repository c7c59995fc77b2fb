import { setFlagsFromString } from 'node:v8';
import type { GeneratedFile } from '../../emit.ts';
import { checkFiles, generate } from '../compile.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace, type WorkspaceFiles } from '../files.ts';
import { differences, writeGenerated } from '../generated.ts';
import { type ReportFormat, refuseWatch, report, reportFormat } from '../report.ts';
import { inScratchWorkspace } from '../scratch-workspace.ts';
import { typecheckGenerated } from '../typecheck.ts';

interface Options {
  readonly workspace?: string;
  readonly format?: ReportFormat;
  readonly check?: true;
  readonly base?: string;
  readonly watch?: true;
}

/** `flowc build [--check] [--watch]`. */
export async function buildCommand(_args: readonly string[], options: Options): Promise<number> {
  // All of a workspace lives until the end: room for what dies young costs 100 MB for 2,000 flows, which tsc needs.
  setFlagsFromString('--semi-space-growth-factor=1');
  if (!options.watch) return buildOnce(options, reportFormat(options.format));
  refuseWatch(options.format);
  const { watchWorkspace } = await import('../watch.ts');
  return watchWorkspace(options.workspace, () => buildOnce(options, 'pretty'));
}

async function buildOnce(options: Options, format: ReportFormat): Promise<number> {
  const files = openWorkspace(options.workspace);
  const { model, diagnostics, refs } = await checkFiles(files, options.check ? 'keep' : 'write');
  if (!model) {
    await report(diagnostics, files, format);
    return exitCodes.problem;
  }
  const made = await generate(files, model, options.base, refs);
  if (options.check) {
    const changes = differences(files.folder, made);
    if (changes.length === 0) await typecheckGenerated(files.folder);
    else await inScratchWorkspace(files.folder, made, typecheckGenerated);
    await report(diagnostics, files, format, { changes, mode: 'compared' });
    return changes.length === 0 ? exitCodes.ok : exitCodes.problem;
  }
  const changes = writeGenerated(files.folder, made);
  await typecheckGenerated(files.folder);
  await report(diagnostics, files, format, { changes, mode: 'written' });
  return exitCodes.ok;
}

/** Checks the workspace, prints what it finds for people, and gives the files of a build; null when an error stands in the way. */
export async function makeGenerated(files: WorkspaceFiles): Promise<readonly GeneratedFile[] | null> {
  const { model, diagnostics, refs } = await checkFiles(files);
  await report(diagnostics, files, 'pretty');
  return model && generate(files, model, undefined, refs);
}
