/** `result.x` means one thing in a campaign: its agents agree on the type of `x`. */
import { label } from '../diagnostics/labels.ts';
import type { AgentModel, CampaignModel } from '../model.ts';
import type { Report, WorkspaceScope } from '../resolve/context.ts';

/** Each pair of agents is reported once, however many campaigns use both: `said` remembers. */
export function checkResultTypes(
  report: Report,
  workspace: WorkspaceScope,
  campaign: CampaignModel,
  said: Set<string>,
): void {
  const agents = new Set(campaign.communications.map((communication) => communication.agent));
  const known = new Map<string, { readonly agent: AgentModel; readonly type: AgentModel['results'][number]['type'] }>();
  for (const agent of [...agents].flatMap((name) => workspace.agents.get(name) ?? [])) {
    for (const { name, type } of agent.results) {
      const before = known.get(name);
      if (before === undefined) known.set(name, { agent, type });
      const pair = `${name} ${before?.agent.name} ${agent.name}`;
      if (before === undefined || before.type.kind === type.kind || said.has(pair)) continue;
      said.add(pair);
      const parameters = {
        campaign: campaign.name,
        name,
        first: before.type,
        agent: before.agent.name,
        second: type,
        other: agent.name,
      };
      const labels = [label(before.agent.origin, 'other agent')];
      report('FLOW236', agent.origin, parameters, { labels });
    }
  }
}
