/** `flowc fmt` for one file. Pure. */
import { parse } from '../dsl/parser.ts';
import type { SettingOrder } from '../dsl/print/printer.ts';
import { difference } from '../dsl/print/same.ts';
import { printFile } from '../dsl/print.ts';
import {
  agentSettings,
  campaignSettings,
  channelSettings,
  communicationSettings,
  flowSettings,
  pythonSettings,
  workspaceSettings,
} from './catalogue.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { syntaxDiagnostic } from './diagnostics/from-syntax.ts';

const rows = {
  workspace: workspaceSettings,
  campaign: campaignSettings,
  channel: channelSettings,
  agent: agentSettings,
  communication: communicationSettings,
  defaults: communicationSettings,
  python: pythonSettings,
  flow: flowSettings,
} as const;

/** Settings are printed in the catalogue's order. */
export const catalogueOrder: SettingOrder = (holder) => rows[holder].map((row) => row.name);

export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  /** It has syntax errors: these. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  /** Printing would have changed more than the layout: a fault of the printer. */
  | { readonly kind: 'unsafe' };

export function formatText(path: string, text: string): Formatted {
  const { file, problems } = parse(path, text);
  const diagnostics = problems.map(syntaxDiagnostic);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { kind: 'refused', diagnostics };
  const printed = printFile(file, text, catalogueOrder);
  const again = parse(path, printed);
  const isSafe = again.problems.length === 0 && difference(file, again.file, catalogueOrder) === null;
  return isSafe ? { kind: 'formatted', text: printed } : { kind: 'unsafe' };
}
