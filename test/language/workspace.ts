/** Helpers: checks workspaces from folders and from text, and shows what a user would see. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Checked, check } from '../../compiler/check.ts';
import { checkFiles as checkWorkspace } from '../../compiler/cli/compile.ts';
import { openWorkspace } from '../../compiler/cli/files.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
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

/** Checks files written to a folder of their own, as `flowc check` does: builder files run. */
export async function checkFolder(files: Files): Promise<{ readonly diagnostics: readonly Diagnostic[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'flowc-check-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await checkWorkspace(openWorkspace(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `flowc check` prints, without colour. */
export function shown(files: Files, config?: unknown): string {
  return shownDiagnostics(checkFiles(files, config).diagnostics, files);
}

export function shownDiagnostics(diagnostics: readonly Diagnostic[], files: Files): string {
  return diagnostics.map((one) => renderDiagnostic(one, (file) => files[file] ?? null)).join('\n\n');
}
