/** Helpers: checks workspaces from folders and from text, and shows what a user would see. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Checked, check } from '../../compiler/check.ts';
import { renderDiagnostic } from '../../compiler/frame.ts';

export type Files = Readonly<Record<string, string>>;

export const fixtures = join(import.meta.dirname, '../fixtures');

/** All files of a folder, by path relative to it. */
export function readFolder(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
    }),
  );
}

/** Checks files handed in as text; what is not among them does not exist. */
export function checkFiles(files: Files, config?: unknown): Checked {
  return check({
    files: Object.entries(files).flatMap(([path, text]) => (path.endsWith('.flow') ? [{ path, text }] : [])),
    config,
    exists: (path) => Object.hasOwn(files, path),
    readText: (path) => files[path] ?? null,
  });
}

/** What `flowc check` prints, without colour. */
export function shown(files: Files, config?: unknown): string {
  return checkFiles(files, config)
    .diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, (file) => files[file] ?? null))
    .join('\n\n');
}
