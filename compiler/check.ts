/** Text of a workspace → model and diagnostics. Pure: files are handed in as text, existence by a port. */
import type { FileNode, Span } from '../dsl/ast.ts';
import { type BuilderProblem, isBuilderProblem } from '../dsl/builder/problems.ts';
import type { BuiltFile } from '../dsl/builder/registry.ts';
import { folderOf } from '../dsl/folder.ts';
import { parse } from '../dsl/parser.ts';
import type { Problem } from '../dsl/problems.ts';
import { checkConfig } from './checks/config.ts';
import { checkMissingValues } from './checks/missing-values.ts';
import { checkPlanned } from './checks/planned.ts';
import { checkResultTypes } from './checks/result-types.ts';
import { checkIdleAgents, checkTexts } from './checks/texts.ts';
import { cascades, type Diagnostic, diagnoseGiven, lostName } from './diagnostics/diagnostic.ts';
import { builderDiagnostic, leavesDeclarations } from './diagnostics/from-builder.ts';
import { syntaxDiagnostic } from './diagnostics/from-syntax.ts';
import { withoutRepeats } from './diagnostics/merge-duplicates.ts';
import { diagnosticTable } from './diagnostics/table.ts';
import type { CampaignModel, WorkspaceModel } from './model.ts';
import { resolveCampaign } from './resolve/campaign.ts';
import {
  type DeclaredNames,
  declare,
  type OtherFiles,
  type Report,
  reportThrough,
  type WorkspaceScope,
} from './resolve/context.ts';
import { withScenarios } from './resolve/scenarios.ts';
import { resolveWorkspace } from './resolve/workspace.ts';

export interface CheckInput extends OtherFiles {
  /** All `.flow` files, paths relative to the workspace, `/` between folders. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What builder files declare, as `parse` gives it for text. */
  readonly built?: readonly BuiltFile[];
  /** What flowc.json holds. */
  readonly config?: unknown;
}

export interface Checked {
  /** Null only if there is no workspace to speak of. With errors it lacks what is wrong: build from it only without errors. */
  readonly model: WorkspaceModel | null;
  /** By file and place. */
  readonly diagnostics: readonly Diagnostic[];
}

export function check(input: CheckInput): Checked {
  const diagnostics: Diagnostic[] = [];
  const written: readonly BuiltFile[] = input.files.map(({ path, text }) => parse(path, text));
  const parsed = [...written, ...(input.built ?? [])].sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  const doubted = new Set<string>();
  const brokenLines = new Set<string>();
  for (const { file, problems, lost } of parsed) {
    for (const problem of problems) {
      diagnostics.push(problemDiagnostic(problem));
      if (hidesDeclarations(problem)) brokenLines.add(lineOf(problem.span));
    }
    if (lost || problems.some(hidesDeclarations)) doubted.add(folderOf(file.path));
  }
  /** Names whose declaration is wrong, and the folders that read it. */
  const lost = new Map<string, readonly string[]>();
  // What a broken line would have declared is missed elsewhere, and what it says is half of what was meant: only that it is
  // broken is reported. Warnings of its campaign wait until the text can be read.
  const report = reportThrough((code, span, given, pointers) => {
    const isDoubted = [...doubted].some((folder) => isIn(folder, span.file));
    const isLost = lost.get(nameIn(given))?.some((folder) => isIn(folder, span.file)) ?? false;
    const follows =
      (isDoubted && diagnosticTable[code].severity === 'warning') || ((isDoubted || isLost) && cascades(code));
    const losing = lostName(code, given);
    if (losing !== null) lost.set(losing, [...(lost.get(losing) ?? []), folderOf(span.file)]);
    if (!follows && !brokenLines.has(lineOf(span))) diagnostics.push(diagnoseGiven(code, span, given, pointers));
  });
  const all = parsed.map(({ file }) => file);
  const files = all.filter((file) => !isTest(file));
  const workspace = resolveWorkspace(
    report,
    files.filter((file) => folderOf(file.path) === ''),
    input,
  );
  const resolved = campaignFolders(files).flatMap(
    ([folder, own]) => resolveCampaign(workspace, folder, own, input.exists) ?? [],
  );
  const campaigns = withScenarios(report, resolved, all.filter(isTest));
  refuseSameNames(report, campaigns);
  const model = workspace.name === '' ? null : modelOf(workspace, campaigns);
  const said = new Set<string>();
  const sources = new Map(input.files.map(({ path, text }) => [path, text]));
  const texts = { ...input, sources, said, doubted };
  for (const campaign of campaigns) {
    checkResultTypes(report, workspace, campaign, said);
    checkPlanned(report, campaign);
    checkMissingValues(report, campaign);
    checkTexts(report, workspace, campaign, texts);
  }
  checkIdleAgents(report, workspace, campaigns, texts);
  const config = { json: input.config, text: input.readText?.('flowc.json') ?? null };
  const kept = checkConfig(report, config, workspace, diagnostics);
  return { model, diagnostics: withoutRepeats(sorted(kept)) };
}

/** The workspace's folder, '', holds every file. */
function isIn(folder: string, file: string): boolean {
  return folder === '' || file.startsWith(`${folder}/`);
}

/** What the message is about, without `participant.` before it. */
function nameIn(parameters: Readonly<Record<string, unknown>>): string {
  return String(parameters.name ?? '').replace(/^\w+\./, '');
}

function problemDiagnostic(problem: Problem | BuilderProblem): Diagnostic {
  return isBuilderProblem(problem) ? builderDiagnostic(problem) : syntaxDiagnostic(problem);
}

function hidesDeclarations(problem: Problem | BuilderProblem): boolean {
  return isBuilderProblem(problem) ? !leavesDeclarations(problem) : problem.kind !== 'comma';
}

/** Campaigns are told apart by name, not by folder. */
function refuseSameNames(report: Report, campaigns: readonly CampaignModel[]): void {
  const declared: DeclaredNames = new Map();
  for (const { name, origin } of campaigns)
    declare(report, new Map(), { text: name, span: origin }, 'campaign', name, declared);
}

function modelOf(workspace: WorkspaceScope, campaigns: readonly CampaignModel[]): WorkspaceModel {
  return {
    name: workspace.name,
    timezone: workspace.timezone,
    locale: workspace.locale,
    contactHours: workspace.contactHours,
    skipWhen: workspace.skipWhen,
    limits: workspace.limits,
    profile: [...workspace.profile.values()],
    enums: [...workspace.enums].map(([name, members]) => ({ name, members })),
    channels: [...workspace.channels.values()],
    agents: [...workspace.agents.values()],
    campaigns,
  };
}

/** Each folder that holds flow files, with them. */
function campaignFolders(files: readonly FileNode[]): readonly (readonly [string, readonly FileNode[]])[] {
  const folders = new Map<string, FileNode[]>();
  for (const file of files) {
    const folder = folderOf(file.path);
    if (folder !== '') folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return [...folders];
}

function lineOf({ file, line }: Span): string {
  return `${file}:${line}`;
}

function isTest(file: FileNode): boolean {
  return /\.test\.flow(\.ts)?$/.test(file.path);
}

function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => (a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1));
}
