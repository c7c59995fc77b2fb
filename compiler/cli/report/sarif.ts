import { pathToFileURL } from 'node:url';
import type { Diagnostic, Edit } from '../../diagnostics/diagnostic.ts';
import { type Code, diagnosticTable } from '../../diagnostics/table.ts';
import { regionOf } from '../../frame.ts';
import type { Findings } from './findings.ts';
import { generatedLine } from './summary.ts';

type TextOf = (file: string) => string | null;

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Rule of `build --check`; no diagnostic of the compiler, so it has no code. */
const notCurrent = 'generated-not-current';

/** One SARIF 2.1.0 log: a run whose rules are the codes that occur in it. Columns are UTF-16 units. */
export function sarifReport({ diagnostics, files, generated }: Findings, textOf: TextOf, version: string): string {
  const stale = generated?.mode === 'compared' ? generated.changes : [];
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const rules = [...codes.map(rule), ...(stale.length > 0 ? [staleRule] : [])];
  const results = [
    ...diagnostics.map((diagnostic) => result(diagnostic, codes.indexOf(diagnostic.code), textOf)),
    ...stale.map(({ path, kind }) => ({
      ruleId: notCurrent,
      ruleIndex: rules.length - 1,
      level: 'error',
      message: { text: `${path} is ${kind}. ${generatedLine(generated!)}` },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: 'WORKSPACE' } } }],
    })),
  ];
  const failed = results.some(({ level }) => level === 'error');
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'flowc', semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { WORKSPACE: { uri: `${pathToFileURL(files.folder).href}/` } },
        invocations: [{ executionSuccessful: true, exitCode: failed ? 1 : 0 }],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function rule(code: Code) {
  const { severity, title } = diagnosticTable[code];
  return {
    id: code,
    shortDescription: { text: title },
    help: { text: `flowc explain ${code}` },
    defaultConfiguration: { level: severity },
  };
}

const staleRule = {
  id: notCurrent,
  shortDescription: { text: 'Generated code is not current' },
  help: { text: 'Run `flowc build` and commit what it writes.' },
  defaultConfiguration: { level: 'error' },
};

function result(
  { code, severity, message, help, edits = [], span, labels = [] }: Diagnostic,
  ruleIndex: number,
  textOf: TextOf,
) {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: [message, help].filter(Boolean).join('\n') },
    locations: [location(span, textOf)],
    ...(labels.length > 0 && {
      relatedLocations: labels.map((label, id) => ({
        id,
        ...location(label.span, textOf),
        message: { text: label.text },
      })),
    }),
    ...(edits.length > 0 && help !== undefined && { fixes: [fixOf(help, edits, textOf)] }),
  };
}

function fixOf(help: string, edits: readonly Edit[], textOf: TextOf) {
  const byFile = Map.groupBy(edits, ({ span }) => span.file);
  const artifactChanges = [...byFile].map(([file, own]) => ({
    artifactLocation: { uri: uriOf(file), uriBaseId: 'WORKSPACE' },
    replacements: own.map(({ span, text }) => ({
      deletedRegion: location(span, textOf).physicalLocation.region,
      insertedContent: { text },
    })),
  }));
  return { description: { text: help }, artifactChanges };
}

function location(span: Diagnostic['span'], textOf: TextOf) {
  const { line, column, endLine, endColumn } = regionOf(span, textOf(span.file));
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(span.file), uriBaseId: 'WORKSPACE' },
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  };
}

function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
