/** Model → the files under `generated/`. Pure: the same model gives the same bytes. */

import {
  campaignDataModule,
  campaignWorkflowModule,
  dataIndexModule,
  workflowsModule,
} from './emit/campaign-modules.ts';
import { dataModule } from './emit/data-module.ts';
import { exportName, moduleName } from './emit/identifiers.ts';
import type { CompiledCampaign, CompiledFlow, KeptVersion, Module } from './emit/modules.ts';
import { workflowModule } from './emit/workflow-module.ts';
import { type GeneratedFile, printModules } from './emit.ts';
import { flowHash } from './hash.ts';
import { lowerFlow } from './lower.ts';
import type { CampaignModel, WorkspaceModel } from './model.ts';
import { keepVersions } from './versions.ts';

export type { GeneratedFile } from './emit.ts';

export interface BuildInput {
  /** Without errors: `build` refuses nothing itself. */
  readonly model: WorkspaceModel;
  /** What stood under `generated/` when it was last released: its versions of flows are kept. */
  readonly released: readonly GeneratedFile[];
}

/** Files by path relative to the workspace, sorted. Whatever else stands under `generated/` is stale. */
export function build({ model, released }: BuildInput): { readonly files: readonly GeneratedFile[] } {
  const compiled = model.campaigns.map((campaign) => compileFlows(model, campaign));
  const kept = keepVersions(released, new Map(model.campaigns.map(({ name }, at) => [name, hashesOf(compiled[at]!)])));
  const campaigns = model.campaigns.map((campaign, at) => ({
    workspace: model,
    model: campaign,
    flows: compiled[at]!,
    kept: kept.filter((version) => version.campaign === campaign.name),
  }));
  const modules: Module[] = [
    workflowsModule(campaigns, 'generated/workflows.ts'),
    dataIndexModule(campaigns, 'generated/data.ts'),
    ...campaigns.flatMap(modulesOf),
  ];
  const versions = campaigns.flatMap((campaign) => campaign.kept.flatMap(versionFiles));
  const files = [...printModules(modules), ...versions];
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function compileFlows(workspace: WorkspaceModel, campaign: CampaignModel): readonly CompiledFlow[] {
  return campaign.flows.map((flow) => {
    const ir = lowerFlow(campaign, flow);
    const segments = ir.segments.map((segment) => segment.name);
    return { model: flow, ir, hash: flowHash(workspace, campaign, ir), exportName: exportName(flow.name, segments) };
  });
}

function hashesOf(flows: readonly CompiledFlow[]): ReadonlyMap<string, string> {
  return new Map(flows.map(({ model, hash }) => [model.name, hash]));
}

function modulesOf(campaign: CompiledCampaign): readonly Module[] {
  const folder = `generated/${campaign.model.name}`;
  return [
    campaignWorkflowModule(campaign, `${folder}/campaign.workflow.ts`),
    campaignDataModule(campaign, `${folder}/campaign.data.ts`),
    ...campaign.flows.flatMap((flow) => {
      const name = moduleName(flow.model.name);
      return [
        workflowModule(campaign, flow, `${folder}/${name}.workflow.ts`),
        dataModule(campaign, flow, `${folder}/${name}.data.ts`),
      ];
    }),
  ];
}

function versionFiles({ campaign, flow, hash, workflow, data }: KeptVersion): readonly GeneratedFile[] {
  const name = `${moduleName(flow)}@${hash}`;
  const path = `generated/${campaign}/versions/${name}`;
  return [
    { path: `${path}.workflow.ts`, text: workflow },
    // Its program is the one beside it.
    { path: `${path}.data.ts`, text: data.replace(`'./${moduleName(flow)}.workflow.ts'`, `'./${name}.workflow.ts'`) },
  ];
}
