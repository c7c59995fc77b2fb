/** Text of a workspace → model and diagnostics. Pure: files are handed in as text, existence by a port. */
import type { FileNode } from '../dsl/ast.ts';
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
import { type CascadeFilter, cascadeFilter } from './diagnostics/cascade-filter.ts';
import { type Diagnostic, diagnoseGiven } from './diagnostics/diagnostic.ts';
import { builderDiagnostic, leavesDeclarations } from './diagnostics/from-builder.ts';
import { syntaxDiagnostic } from './diagnostics/from-syntax.ts';
import { withoutRepeats } from './diagnostics/merge-duplicates.ts';
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
  const filter = cascadeFilter();
  const parsed = parseAll(input);
  const diagnostics: Diagnostic[] = parsed.flatMap((one) => problemsOf(one, filter));
  const report = reportThrough((code, span, given, pointers) => {
    if (filter.passes(code, span, given)) diagnostics.push(diagnoseGiven(code, span, given, pointers));
  });
  const { workspace, campaigns } = resolveAll(report, parsed, input);
  checkAll(report, workspace, campaigns, { ...input, doubted: filter.unparsedFolders });
  const model = workspace.name === '' ? null : modelOf(workspace, campaigns);
  const config = { json: input.config, text: input.readText?.('flowc.json') ?? null };
  const kept = checkConfig(report, config, workspace, diagnostics);
  return { model, diagnostics: withoutRepeats(sorted(kept)) };
}

function parseAll(input: CheckInput): readonly BuiltFile[] {
  const written: readonly BuiltFile[] = input.files.map(({ path, text }) => parse(path, text));
  return [...written, ...(input.built ?? [])].sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
}

/** What is wrong with the text of a file; the filter learns what that hides. */
function problemsOf({ file, problems, lost }: BuiltFile, filter: CascadeFilter): readonly Diagnostic[] {
  const hiding = problems.filter(hidesDeclarations);
  for (const { span } of hiding) filter.addBrokenLine(span);
  if (lost || hiding.length > 0) filter.addUnparsed(folderOf(file.path));
  return problems.map(problemDiagnostic);
}

interface Resolved {
  readonly workspace: WorkspaceScope;
  readonly campaigns: readonly CampaignModel[];
}

function resolveAll(report: Report, parsed: readonly BuiltFile[], input: CheckInput): Resolved {
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
  return { workspace, campaigns };
}

function checkAll(
  report: Report,
  workspace: WorkspaceScope,
  campaigns: readonly CampaignModel[],
  input: CheckInput & { readonly doubted: ReadonlySet<string> },
): void {
  const said = new Set<string>();
  const sources = new Map(input.files.map(({ path, text }) => [path, text]));
  const texts = { ...input, sources, said };
  for (const campaign of campaigns) {
    checkResultTypes(report, workspace, campaign, said);
    checkPlanned(report, campaign);
    checkMissingValues(report, campaign);
    checkTexts(report, workspace, campaign, texts);
  }
  checkIdleAgents(report, workspace, campaigns, texts);
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

function isTest(file: FileNode): boolean {
  return /\.test\.flow(\.ts)?$/.test(file.path);
}

function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => (a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1));
}
