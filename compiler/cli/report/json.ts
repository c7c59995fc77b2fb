import { diagnosticJson } from '../../frame.ts';
import type { Findings } from './findings.ts';

/** One JSON document; within `version` 1 fields are only added. docs/cli.md lists them. */
export function jsonReport(
  { diagnostics, files, generated }: Findings,
  textOf: (file: string) => string | null,
): string {
  const count = (severity: string) => diagnostics.filter((one) => one.severity === severity).length;
  const document = {
    version: 1,
    summary: { files: files.files.length + files.builders.length, errors: count('error'), warnings: count('warning') },
    diagnostics: diagnostics.map((diagnostic) => diagnosticJson(diagnostic, textOf)),
    ...(generated && { files: generated.changes }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
