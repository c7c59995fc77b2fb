import { checkFiles } from '../compile.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace } from '../files.ts';
import { type ReportFormat, refuseWatch, report, reportFormat } from '../report.ts';

interface Options {
  readonly workspace?: string;
  readonly format?: ReportFormat;
  readonly watch?: true;
  readonly fix?: true;
}

/** `flowc check`: everything that can be said of the workspace without running it. */
export async function checkCommand(_args: readonly string[], options: Options): Promise<number> {
  if (options.fix) await fix(options.workspace);
  if (!options.watch) return checkOnce(options.workspace, reportFormat(options.format));
  refuseWatch(options.format);
  const { watchWorkspace } = await import('../watch.ts');
  return watchWorkspace(options.workspace, () => checkOnce(options.workspace, 'pretty'));
}

async function checkOnce(workspace: string | undefined, format: ReportFormat): Promise<number> {
  const files = openWorkspace(workspace);
  const { model, diagnostics } = await checkFiles(files);
  await report(diagnostics, files, format);
  return model ? exitCodes.ok : exitCodes.problem;
}

/** On stderr: stdout holds what is left to report. */
async function fix(workspace: string | undefined): Promise<void> {
  const { fixedLines, fixFiles } = await import('../fix.ts');
  const { folder } = openWorkspace(workspace);
  const fixed = await fixFiles(folder, async () => (await checkFiles(openWorkspace(workspace))).diagnostics);
  for (const line of fixedLines(fixed)) process.stderr.write(`${line}\n`);
}
