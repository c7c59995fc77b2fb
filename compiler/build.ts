/** Model → the files under `generated/`. Pure: the same model gives the same bytes. */

import {
  campaignDataModule,
  campaignWorkflowModule,
  dataIndexModule,
  workflowsModule,
} from './emit/campaign-modules.ts';
import { dataModule } from './emit/data-module.ts';
import { exportName, moduleName } from './emit/identifiers.ts';
import type { CompiledCampaign, KeptVersion, Module } from './emit/modules.ts';
import { workflowModule } from './emit/workflow-module.ts';
import { type GeneratedFile, printModules } from './emit.ts';
import { flowHash } from './hash.ts';
import { lowerFlow } from './lower.ts';
import type { CampaignModel, WorkspaceModel } from './model.ts';

export type { KeptVersion } from './emit/modules.ts';
export type { GeneratedFile } from './emit.ts';

export interface BuildInput {
  /** Without errors: `build` refuses nothing itself. */
  readonly model: WorkspaceModel;
  /** Older versions still in use (see `keepVersions`), newest first per flow. */
  readonly kept: readonly KeptVersion[];
}

/** Files by path relative to the workspace, sorted. Whatever else stands under `generated/` is stale. */
export function build({ model, kept }: BuildInput): { readonly files: readonly GeneratedFile[] } {
  const campaigns = model.campaigns.map((campaign) => compileCampaign(model, campaign, kept));
  const modules: Module[] = [
    workflowsModule(campaigns, 'generated/workflows.ts'),
    dataIndexModule(campaigns, 'generated/data.ts'),
    ...campaigns.flatMap(modulesOf),
  ];
  const versions = campaigns.flatMap((campaign) => campaign.kept.flatMap(versionFiles));
  const files = [...printModules(modules), ...versions];
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Hash of each flow, for `keepVersions` and reports. */
function compileCampaign(
  workspace: WorkspaceModel,
  model: CampaignModel,
  kept: readonly KeptVersion[],
): CompiledCampaign {
  const flows = model.flows.map((flow) => {
    const ir = lowerFlow(model, flow);
    const segments = ir.segments.map((segment) => segment.name);
    return { model: flow, ir, hash: flowHash(workspace, model, ir), exportName: exportName(flow.name, segments) };
  });
  const current = new Set(flows.map((flow) => `${flow.model.name}@${flow.hash}`));
  const older = kept.filter((each) => each.campaign === model.name && !current.has(`${each.flow}@${each.hash}`));
  return { workspace, model, flows, kept: older };
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
  const path = `generated/${campaign}/versions/${moduleName(flow)}@${hash}`;
  return [
    { path: `${path}.workflow.ts`, text: workflow },
    { path: `${path}.data.ts`, text: data },
  ];
}
