import { styleText } from 'node:util';
import type { Diagnostic, Severity } from '../diagnostics.ts';
import type { Paint, Role } from '../frame.ts';
import type { Format } from './commands/options.ts';
import type { WorkspaceFiles } from './files.ts';

/** Prints diagnostics on stdout: for people with code frames and a count on stderr, for programs as one JSON document. */
export async function report(diagnostics: readonly Diagnostic[], files: WorkspaceFiles, format: Format): Promise<void> {
  const { diagnosticJson, renderDiagnostic } = await import('../frame.ts');
  const texts = new Map(files.files.map(({ path, text }) => [path, text]));
  const textOf = (file: string) => texts.get(file) ?? files.readText(file);
  switch (format) {
    case 'json': {
      const list = diagnostics.map((diagnostic) => diagnosticJson(diagnostic, textOf));
      process.stdout.write(`${JSON.stringify({ version: 1, diagnostics: list }, null, 2)}\n`);
      return;
    }
    case 'pretty':
      for (const diagnostic of diagnostics) process.stdout.write(`${renderDiagnostic(diagnostic, textOf, paint)}\n\n`);
      process.stderr.write(`${summary(diagnostics, files.files.length + files.builders.length)}\n`);
      return;
    default:
      format satisfies never;
  }
}

const styles: Readonly<Record<Role, Parameters<typeof styleText>[0]>> = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  message: 'bold',
  gutter: 'blue',
  place: 'cyan',
  label: 'cyan',
  help: 'green',
};

/** Colour only where stdout is a terminal that wants it (`NO_COLOR`, `FORCE_COLOR`). */
const paint: Paint = (role, text) => styleText(styles[role], text, { stream: process.stdout });

function summary(diagnostics: readonly Diagnostic[], files: number): string {
  const count = (severity: Severity) => diagnostics.filter((one) => one.severity === severity).length;
  const parts = [plural(count('error'), 'error'), plural(count('warning'), 'warning')].filter(
    (part) => !part.startsWith('0 '),
  );
  const checked = plural(files, 'file');
  return parts.length === 0 ? `${checked} checked, no problems` : `${parts.join(', ')} in ${checked}`;
}

function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
