import { UserError } from '../../runtime/user-error.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { WorkspaceFiles } from './files.ts';
import type { Findings, Generated } from './report/findings.ts';

export const reportFormats = ['pretty', 'json', 'github', 'sarif'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The format asked for; without one, annotations in GitHub Actions and code frames elsewhere. */
export function reportFormat(asked: ReportFormat | undefined): ReportFormat {
  return asked ?? (process.env.GITHUB_ACTIONS === 'true' ? 'github' : 'pretty');
}

/** Prints findings: results on stdout (one document in the formats for programs), the count on stderr. */
export async function report(
  diagnostics: readonly Diagnostic[],
  files: WorkspaceFiles,
  format: ReportFormat,
  generated: Generated | null = null,
): Promise<void> {
  const findings = { diagnostics, files, generated };
  const texts = new Map(files.files.map(({ path, text }) => [path, text]));
  const textOf = (file: string) => texts.get(file) ?? files.readText(file);
  process.stdout.write(await written(findings, format, textOf));
  if (format !== 'pretty' && format !== 'github') return;
  const { summary } = await import('./report/summary.ts');
  process.stderr.write(`${summary(findings)}\n`);
}

async function written(
  findings: Findings,
  format: ReportFormat,
  textOf: (file: string) => string | null,
): Promise<string> {
  switch (format) {
    case 'pretty': {
      const [{ prettyReport }, { penFor }] = await Promise.all([
        import('./report/pretty.ts'),
        import('./report/terminal.ts'),
      ]);
      return prettyReport(findings, textOf, penFor(process.stdout, findings.files.folder));
    }
    case 'json':
      return (await import('./report/json.ts')).jsonReport(findings, textOf);
    case 'github': {
      const root = process.env.GITHUB_WORKSPACE || process.cwd();
      return (await import('./report/github.ts')).githubReport(findings, textOf, root);
    }
    case 'sarif':
      return (await import('./report/sarif.ts')).sarifReport(findings, textOf, await version());
    default:
      return format satisfies never;
  }
}

async function version(): Promise<string> {
  return (await import('./version.ts')).packageVersion();
}

/** A run that goes on prints for people only: the other formats are one document. */
export function refuseWatch(format: ReportFormat | undefined): void {
  if (format === undefined || format === 'pretty') return;
  throw new UserError('usage', `--watch prints code frames only; remove --format ${format}, or --watch.`);
}
