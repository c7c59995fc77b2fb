import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../../runtime/user-error.ts';

/** A workspace on disk. Paths inside it are relative and use `/`. */
export interface WorkspaceFiles {
  /** Absolute path of the folder that holds workspace.flow or workspace.flow.ts. */
  readonly folder: string;
  /** Its `.flowc` folder: databases, logs, addresses of what runs. Not committed. */
  readonly state: string;
  /** Every `.flow` file, sorted by path. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Every `.flow.ts` file, sorted by path. */
  readonly builders: readonly string[];
  exists(path: string): boolean;
  readText(path: string): string | null;
}

/**
 * Finds the workspace: the nearest folder upwards that holds workspace.flow or workspace.flow.ts.
 * @throws UserError (usage) naming where it looked.
 */
export function findWorkspace(from: string | undefined): string {
  const start = resolve(from ?? '.');
  // Else a misspelt folder inside a workspace would silently mean that workspace.
  if (!existsSync(start)) {
    throw new UserError('usage', `The folder ${start} does not exist: name another with --workspace.`);
  }
  for (let folder = start; ; folder = dirname(folder)) {
    if (['workspace.flow', 'workspace.flow.ts'].some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw new UserError(
    'usage',
    `No workspace.flow found in ${start} or above it: go to a workspace, name one with --workspace, or write a new one with \`flowc init\`.`,
  );
}

/** Reads all `.flow` files of the workspace around `from`. */
export function openWorkspace(from: string | undefined): WorkspaceFiles {
  const folder = findWorkspace(from);
  const at = (path: string) => join(folder, path);
  const found = flowFiles(folder);
  return {
    folder,
    state: at('.flowc'),
    builders: found.filter((path) => path.endsWith('.ts')),
    files: found
      .filter((path) => path.endsWith('.flow'))
      .map((path) => ({ path, text: readFileSync(at(path), 'utf8') })),
    exists: (path) => existsSync(at(path)),
    readText: (path) => {
      try {
        return readFileSync(at(path), 'utf8');
      } catch {
        return null;
      }
    },
  };
}

/** Paths of the `.flow` files in a folder and below, sorted; nothing generated, hidden or installed. */
export function flowFiles(folder: string): string[] {
  const found: string[] = [];
  const visit = (inside: string): void => {
    for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
      const path = inside ? `${inside}/${entry.name}` : entry.name;
      if (entry.name.startsWith('.') || entry.name === 'node_modules' || path === 'generated') continue;
      const kind = entry.isSymbolicLink() ? statSync(join(folder, path), { throwIfNoEntry: false }) : entry;
      if (kind?.isDirectory() && !entry.isSymbolicLink()) visit(path);
      else if (kind?.isFile() && /\.flow(\.ts)?$/.test(entry.name)) found.push(path);
    }
  };
  visit('');
  return found.sort();
}

/** All files under a folder of the workspace, as `path → text`; empty if there is no such folder. */
export function readFolder(workspace: string, folder: string): Map<string, string> {
  if (!existsSync(join(workspace, folder))) return new Map();
  const paths = readdirSync(join(workspace, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(workspace, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(workspace, path), 'utf8')]));
}
