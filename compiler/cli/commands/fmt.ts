import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { UserError } from '../../../runtime/user-error.ts';
import type { Formatted } from '../../format.ts';
import { exitCodes } from '../exit.ts';
import { findWorkspace, flowFiles } from '../files.ts';
import { readSourceText, writeSource } from '../write-source.ts';
import { say } from './options.ts';

interface Options {
  readonly workspace?: string;
  readonly check?: true;
  readonly diff?: true;
}

interface Source {
  /** As users see it: from the current folder. */
  readonly path: string;
  readonly text: string;
}

/** `flowc fmt [paths] [--check] [--diff] [-]`. Without paths: the whole workspace. */
export async function fmt(paths: readonly string[], options: Options): Promise<number> {
  if (paths.includes('-')) return formatStdin(paths, options);
  const { formatText } = await import('../../format.ts');
  const found = filesIn(paths, options.workspace);
  let changed = 0;
  let refused = 0;
  let unread = 0;
  for (const path of found) {
    const source = readSource(path);
    if (source === null) {
      unread++;
      continue;
    }
    const formatted = formatText(source.path, source.text);
    if (formatted.kind !== 'formatted') {
      await explain(formatted, source);
      refused++;
    } else if (formatted.text !== source.text) {
      await deliver(source, formatted.text, options);
      changed++;
    }
  }
  say(summary(found.length, { changed, refused, unread }, options));
  return refused + unread > 0 || (options.check && changed > 0) ? exitCodes.problem : exitCodes.ok;
}

async function deliver(source: Source, text: string, options: Options): Promise<void> {
  if (options.diff) {
    const { unifiedDiff } = await import('../diff.ts');
    process.stdout.write(unifiedDiff(source.path, source.text, text));
    return;
  }
  if (!options.check) writeSource(source.path, text);
  process.stdout.write(`${source.path}\n`);
}

async function formatStdin(paths: readonly string[], options: Options): Promise<number> {
  if (paths.length > 1)
    throw new UserError(
      'usage',
      'With `-`, flowc fmt reads one text from stdin and takes no files: leave out the files or the `-`.',
    );
  const { formatText } = await import('../../format.ts');
  const source = { path: 'stdin.flow', text: await readAll(process.stdin) };
  const formatted = formatText(source.path, source.text);
  if (formatted.kind !== 'formatted') {
    await explain(formatted, source);
    return exitCodes.problem;
  }
  if (!options.check && !options.diff) {
    process.stdout.write(formatted.text);
    return exitCodes.ok;
  }
  if (formatted.text === source.text) return exitCodes.ok;
  await deliver(source, formatted.text, options);
  return options.check ? exitCodes.problem : exitCodes.ok;
}

/** On stderr: stdout holds what was formatted. */
async function explain(formatted: Exclude<Formatted, { kind: 'formatted' }>, { path, text }: Source): Promise<void> {
  if (formatted.kind === 'unsafe') {
    say(
      `${path} was left unchanged: formatting would change its meaning. This is a bug in flowc; please report it with the file.`,
    );
    return;
  }
  const { renderDiagnostic } = await import('../../frame.ts');
  for (const diagnostic of formatted.diagnostics)
    process.stderr.write(`${renderDiagnostic(diagnostic, () => text)}\n\n`);
  say(`${path} was left unchanged: it has syntax errors.`);
}

function filesIn(paths: readonly string[], workspace: string | undefined): readonly string[] {
  const folders = paths.length > 0 ? paths : [findWorkspace(workspace)];
  return [...new Set(folders.flatMap(flowFilesAt))];
}

function flowFilesAt(path: string): readonly string[] {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (!kind)
    throw new UserError(
      'usage',
      `The file or folder ${path} does not exist: name .flow files, or folders that contain some.`,
    );
  // `*.flow.ts` is TypeScript: its own formatter's.
  const isText = (name: string) => name.endsWith('.flow');
  if (kind.isDirectory())
    return flowFiles(path)
      .filter(isText)
      .map((found) => shown(join(path, found)));
  if (isText(path)) return [shown(path)];
  throw new UserError('usage', `${path} is not a .flow file: flowc fmt formats files whose name ends in .flow.`);
}

function shown(path: string): string {
  return relative('.', resolve(path)).split(sep).join('/');
}

/** Null for a file that cannot be read, which was told: the others are formatted all the same. */
function readSource(path: string): Source | null {
  try {
    return { path, text: readSourceText(path) };
  } catch (error) {
    say(
      error instanceof TypeError
        ? `${path} is not UTF-8 text, so it was left unchanged: save it as UTF-8.`
        : `${path} cannot be read: ${(error as Error).message}. Check its permissions.`,
    );
    return null;
  }
}

interface Counts {
  readonly changed: number;
  readonly refused: number;
  readonly unread: number;
}

function summary(files: number, { changed, refused, unread }: Counts, options: Options): string {
  const done = options.check || options.diff ? 'would change' : 'formatted';
  const words = changed === 0 ? 'nothing to change' : `${changed} ${done}`;
  const left = [
    refused > 0 ? `, ${refused} with syntax errors left unchanged` : '',
    unread > 0 ? `, ${unread} not read` : '',
  ];
  return `${files} ${files === 1 ? 'file' : 'files'}: ${words}${left.join('')}`;
}
