import { join, relative, sep } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Severity } from '../../diagnostics/row.ts';
import { regionOf, renderDiagnostic } from '../../frame.ts';
import type { Findings, Generated } from './findings.ts';
import { generatedLine, plural } from './summary.ts';

/** GitHub shows at most so many annotations of a type per step and drops the rest without a word. */
const perType = 10;

type TextOf = (file: string) => string | null;

/**
 * Workflow commands that GitHub Actions shows beside the lines of a pull request, and code frames for what does not fit.
 * @param root the checkout: annotations name files from there.
 */
export function githubReport({ diagnostics, files, generated }: Findings, textOf: TextOf, root: string): string {
  const fileOf = (file: string) => relative(root, join(files.folder, file)).split(sep).join('/');
  const lines: string[] = [];
  const room: Record<Severity, number> = { error: perType, warning: perType };
  if (generated?.mode === 'compared' && generated.changes.length > 0) {
    room.error -= 1;
    lines.push(
      command('error', { file: fileOf(generated.changes[0]!.path), title: 'flowc build' }, staleText(generated)),
    );
  }
  const left: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const { severity, span } = diagnostic;
    if (room[severity] === 0) {
      left.push(diagnostic);
      continue;
    }
    room[severity] -= 1;
    const { line, column, endLine, endColumn } = regionOf(span, textOf(span.file));
    const place = { file: fileOf(span.file), line, endLine, ...columns(line, column, endLine, endColumn) };
    const text = [diagnostic.message, diagnostic.help].filter(Boolean).join('\n');
    lines.push(command(severity, { ...place, title: diagnostic.code }, text));
  }
  if (left.length > 0) {
    const count = (severity: Severity) => left.filter((one) => one.severity === severity).length;
    const parts = (['error', 'warning'] as const).filter((one) => count(one) > 0).map((one) => plural(count(one), one));
    const text = `GitHub shows ${perType} annotations of a type per step: ${parts.join(' and ')} more in this step's log.`;
    lines.push(command('notice', { title: 'flowc' }, text));
    for (const diagnostic of left) lines.push(inLog(renderDiagnostic(diagnostic, textOf)));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function staleText(generated: Generated): string {
  const files = generated.changes.map(({ path, kind }) => `${kind}: ${path}`);
  return [generatedLine(generated), ...files].join('\n');
}

/** GitHub takes columns only where an annotation covers one line; the last column counts. */
function columns(line: number, column: number, endLine: number, endColumn: number): Record<string, number> {
  return line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {};
}

function command(
  type: Severity | 'notice',
  properties: Readonly<Record<string, string | number>>,
  text: string,
): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${type} ${list.join(',')}::${data(text)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A line of a user's file that looks like a workflow command must not become one. */
function inLog(text: string): string {
  return text.replace(/^(\s*)::/gm, '$1: :').replaceAll('##[', '# #[');
}
