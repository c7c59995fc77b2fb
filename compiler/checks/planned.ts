/** A communication declared outside of flows is planned by some `send`. */
import type { CampaignModel, Statement } from '../model.ts';
import type { Report } from '../resolve/context.ts';

export function checkPlanned(report: Report, campaign: CampaignModel): void {
  const planned = new Set(
    campaign.flows
      .flatMap((flow) => statementsIn(flow.body))
      .flatMap((statement) => (statement.kind === 'plan' ? [statement.name] : [])),
  );
  for (const { shared, name, origin } of campaign.communications) {
    if (shared && !planned.has(name)) report('FLOW313', origin, { name });
  }
}

/** The statements and all inside of them. */
export function statementsIn(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement) => [statement, ...blocksOf(statement).flatMap(statementsIn)]);
}

/** The blocks a statement holds. */
export function blocksOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.then, statement.else];
    case 'match':
    case 'split':
      return [...statement.arms.map((arm) => arm.body), statement.else ?? []];
    case 'wait for communication':
    case 'wait for condition':
      return [statement.else];
    default:
      return [];
  }
}
