import type { Severity } from '../../diagnostics/row.ts';
import type { Findings, Generated } from './findings.ts';

/** The lines on stderr after the results: how much was found, and where to read on. */
export function summary({ diagnostics, files, generated }: Findings): string {
  const count = (severity: Severity) => diagnostics.filter((one) => one.severity === severity).length;
  const parts = [plural(count('error'), 'error'), plural(count('warning'), 'warning')].filter(
    (part) => !part.startsWith('0 '),
  );
  const checked = plural(files.files.length + files.builders.length, 'file');
  const lines = [parts.length === 0 ? `${checked} checked, no problems` : `${parts.join(', ')} in ${checked}`];
  const first = diagnostics[0];
  if (first) lines.push(`More about a code: flowc explain ${first.code}`);
  if (generated) lines.push(generatedLine(generated));
  return lines.join('\n');
}

export function generatedLine({ changes, mode }: Generated): string {
  if (changes.length === 0) return 'generated/ is current';
  return mode === 'written'
    ? `generated/: ${plural(changes.length, 'file')} written or removed`
    : `generated/ is not current: ${plural(changes.length, 'file')} differ${changes.length === 1 ? 's' : ''}. Run \`flowc build\` and commit what it writes.`;
}

export function plural(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
