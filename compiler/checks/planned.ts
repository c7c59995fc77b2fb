/** A communication declared outside of flows is planned by some `send`. */
import type { CampaignModel } from '../model.ts';
import type { Report } from '../resolve/context.ts';
import { everyStatement } from '../statements.ts';

export function checkPlanned(report: Report, campaign: CampaignModel): void {
  const planned = new Set(
    campaign.flows
      .flatMap((flow) => everyStatement(flow.body))
      .flatMap((statement) => (statement.kind === 'plan' ? [statement.name] : [])),
  );
  for (const { shared, name, origin } of campaign.communications) {
    if (shared && !planned.has(name)) report('FLOW313', origin, { name });
  }
}
