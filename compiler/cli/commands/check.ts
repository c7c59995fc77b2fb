import { checkFiles } from '../compile.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace } from '../files.ts';
import { report } from '../report.ts';
import type { Format } from './options.ts';

/** `flowc check`: everything that can be said of the workspace without running it. */
export async function checkCommand(
  _args: readonly string[],
  options: { workspace?: string; format: Format },
): Promise<number> {
  const files = openWorkspace(options.workspace);
  const { model, diagnostics } = await checkFiles(files);
  await report(diagnostics, files, options.format);
  return model ? exitCodes.ok : exitCodes.problem;
}
