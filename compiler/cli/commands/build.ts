import { checkFiles, generate, type RefsOnDisk } from '../compile.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace, type WorkspaceFiles } from '../files.ts';
import { type Difference, differences, type GeneratedFile, writeGenerated } from '../generated.ts';
import { report } from '../report.ts';
import { typecheckGenerated } from '../typecheck.ts';
import { type Format, say } from './options.ts';

interface Options {
  readonly workspace?: string;
  readonly format: Format;
  readonly check?: true;
  readonly base?: string;
}

/** `flowc build [--check]`. */
export async function buildCommand(_args: readonly string[], options: Options): Promise<number> {
  const files = openWorkspace(options.workspace);
  const made = await makeGenerated(files, options.format, options.base, options.check ? 'keep' : 'write');
  if (!made) return exitCodes.problem;
  if (options.check) return compare(files, made, options.format);
  const changes = writeGenerated(files.folder, made);
  await typecheckGenerated(files.folder);
  print(changes, options.format);
  say(
    changes.length === 0 ? 'generated/ is current' : `generated/: ${count(changes.length, 'file')} written or removed`,
  );
  return exitCodes.ok;
}

/** Checks the workspace, reports, and gives the files of a build; null when an error stands in the way. */
export async function makeGenerated(
  files: WorkspaceFiles,
  format: Format,
  base: string | undefined,
  onDisk: RefsOnDisk = 'write',
): Promise<readonly GeneratedFile[] | null> {
  const { model, diagnostics, refs } = await checkFiles(files, onDisk);
  // Machine-readable output is one document: a build's is its list of files, unless it fails.
  if (format === 'pretty' || !model) await report(diagnostics, files, format);
  if (!model) return null;
  const made = await generate(files.folder, model, base);
  return refs === null ? made : [...made, refs].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function compare(files: WorkspaceFiles, made: readonly GeneratedFile[], format: Format): number {
  const found = differences(files.folder, made);
  print(found, format);
  if (found.length === 0) {
    say('generated/ is current');
    return exitCodes.ok;
  }
  say(
    `generated/ is not current: ${count(found.length, 'file')} differ. Run \`flowc build\` and commit what it writes.`,
  );
  return exitCodes.problem;
}

function print(changes: readonly Difference[], format: Format): void {
  if (format === 'json') process.stdout.write(`${JSON.stringify({ version: 1, files: changes }, null, 2)}\n`);
  else for (const { path, kind } of changes) process.stdout.write(`${kind.padEnd(7)}  ${path}\n`);
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
