/**
 * Brings docs/errors/ up to date: the example of each page is the fixture of its code in test/fixtures/diagnostics, the
 * title and the severity are those of the table. Texts and fixed examples are written by hand and stay. A code without
 * a page gets one whose text and fixed example are still to be written; test/report/explain.test.ts says what lacks.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pageOf } from '../compiler/cli/error-page.ts';
import { type Code, diagnosticTable } from '../compiler/diagnostics/table.ts';

const fixtures = join(dirname(import.meta.dirname), 'test', 'fixtures', 'diagnostics');
const languages: Readonly<Record<string, string>> = {
  flow: 'flow',
  json: 'json',
  liquid: 'liquid',
  py: 'python',
  ts: 'ts',
};

/** The page of a code, its hand-written parts taken over from `present`. */
export function errorPage(code: Code, present: string | null): string {
  const { severity, title } = diagnosticTable[code];
  const [, text = '\nTODO: what it means, and why.\n'] =
    /^# .*\n\n.*\n([\s\S]*?)\n## Example\n/.exec(present ?? '') ?? [];
  const [, fixed = `\n${example(code)}`] = /\n## Fixed\n([\s\S]*)$/.exec(present ?? '') ?? [];
  const weight =
    severity === 'error'
      ? 'An error: nothing is built.'
      : `A warning. \`"checks": { "${code}": "off" }\` in flowc.json turns it off.`;
  const shown = readFileSync(join(fixtures, code, 'expected.txt'), 'utf8').trimEnd();
  const parts = [`# ${code} · ${title}\n\n${weight}\n${text}`, `## Example\n\n${example(code)}`];
  return `${parts.join('\n')}\n\`\`\`text\n${shown}\n\`\`\`\n\n## Fixed\n${fixed}`;
}

/** The files of a code's fixture, as they are laid over its base workspace. */
function example(code: Code): string {
  const folder = join(fixtures, code);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'expected.txt')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => block(relative(folder, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')))
    .join('\n');
}

function block(path: string, text: string): string {
  const language = languages[path.slice(path.lastIndexOf('.') + 1)] ?? 'text';
  return `\`${path}\`\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}

if (import.meta.main) {
  for (const code of Object.keys(diagnosticTable) as Code[]) {
    const file = pageOf(code);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, errorPage(code, existsSync(file) ? readFileSync(file, 'utf8') : null));
  }
}
