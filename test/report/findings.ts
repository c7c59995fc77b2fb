/** Findings of a workspace given as text, as the command line has them. */
import type { Findings, Generated } from '../../compiler/cli/report/findings.ts';
import { checkFiles, type Files } from '../language/workspace.ts';

export const workspaceFolder = '/srv/repo/acme';

export function findingsOf(files: Files, generated: Generated | null = null): Findings {
  const { diagnostics } = checkFiles(files);
  return {
    diagnostics,
    files: {
      folder: workspaceFolder,
      builders: [],
      state: `${workspaceFolder}/.flowc`,
      files: Object.entries(files).flatMap(([path, text]) => (path.endsWith('.flow') ? [{ path, text }] : [])),
      exists: (path) => Object.hasOwn(files, path),
      readText: (path) => files[path] ?? null,
    },
    generated,
  };
}

export const textOf = (files: Files) => (file: string) => files[file] ?? null;

export const workspaceText = 'workspace acme {\n  timezone: "Europe/Berlin"\n}\n';

/** One error with a second place, one warning. */
export const two: Files = {
  'workspace.flow': workspaceText,
  'hello/campaign.flow': 'campaign hello\n\nparticipant {\n  paid: boolean\n}\n',
  'hello/flows.flow':
    'flow greet {\n  on participant created\n  if not paid { stop }\n}\n\nflow greet {\n  on participant updated: paid\n  stop\n}\n',
};

/** `errors` unknown fields and as many warnings. */
export function many(errors: number): Files {
  const lines = Array.from({ length: errors }, (_, n) => `  if payd_${n} { stop }\n  if not paid { stop }\n`);
  return {
    'workspace.flow': workspaceText,
    'hello/campaign.flow': two['hello/campaign.flow']!,
    'hello/flows.flow': `flow greet {\n  on participant created\n${lines.join('')}}\n`,
  };
}
