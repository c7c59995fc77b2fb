import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { UserError } from '../../../runtime/user-error.ts';
import { type Code, diagnosticTable } from '../../diagnostics/table.ts';
import { pageOf } from '../error-page.ts';
import { exitCodes } from '../exit.ts';

/** `flowc explain [CODE]`: the page of a code, or the list of all codes. */
export async function explain(args: readonly string[]): Promise<number> {
  const asked = args[0];
  process.stdout.write(asked === undefined ? listOfCodes() : forTerminal(readFileSync(pageOf(codeOf(asked)), 'utf8')));
  return exitCodes.ok;
}

/** `FLOW201`, `flow201` or `201`. */
function codeOf(asked: string): Code {
  const code = asked.toUpperCase().replace(/^(?=\d)/, 'FLOW');
  if (Object.hasOwn(diagnosticTable, code)) return code as Code;
  throw new UserError(
    'usage',
    `Unknown code \`${asked}\`. A code looks like FLOW201; \`flowc explain\` without a code lists all.`,
  );
}

function listOfCodes(): string {
  const rows = Object.entries(diagnosticTable).map(
    ([code, { severity, title }]) => `${code}  ${severity.padEnd(7)}  ${title}\n`,
  );
  return rows.join('');
}

/** Headings, code and file names stand out where the terminal has colours; the text is Markdown either way. */
function forTerminal(page: string): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    styleText(style, text, { stream: process.stdout });
  let inCode = false;
  const lines = page.split('\n').map((line) => {
    if (line.startsWith('```')) {
      inCode = !inCode;
      return paint('dim', line);
    }
    if (inCode) return paint('cyan', line);
    return /^#+ /.test(line) ? paint('bold', line) : line;
  });
  return lines.join('\n');
}
