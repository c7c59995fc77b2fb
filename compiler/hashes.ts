import { flowHash } from './hash.ts';
import { lowerFlow } from './lower.ts';
import type { WorkspaceModel } from './model.ts';

/** Hash of every flow: campaign → flow → hash. */
export function flowHashes(workspace: WorkspaceModel): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map(
    workspace.campaigns.map((campaign) => [
      campaign.name,
      new Map(campaign.flows.map((flow) => [flow.name, flowHash(workspace, campaign, lowerFlow(campaign, flow))])),
    ]),
  );
}
