/** What a run of a flow may be about: the communications and sessions of the triggers that lead to it, also through `to`. */
import type { DeclarationOf } from '../../dsl/ast.ts';
import { everyStatement, statementsOf } from '../../dsl/statements.ts';
import { triggerRow } from '../../runtime/model/triggers.ts';
import type { CampaignScope } from './context.ts';

/** Where `result.x` and `session.x` come from. */
export interface Provenance {
  /** Agents whose results `result.x` may read. */
  readonly resultAgents: readonly string[];
  /** Null: no session leads here. */
  readonly session: SessionOrigin | null;
}

export interface SessionOrigin {
  readonly channels: readonly string[];
  readonly agents: readonly string[];
}

/** Of each flow by name. */
export function provenances(
  scope: CampaignScope,
  flows: readonly DeclarationOf<'flow'>[],
): ReadonlyMap<string, Provenance> {
  const agents = new Map(flows.map((flow) => [flow.name.text, new Set(agentsOfTriggers(scope, flow))]));
  const channels = new Map(flows.map((flow) => [flow.name.text, new Set(channelsOfTriggers(scope, flow))]));
  const targets = new Map(flows.map((flow) => [flow.name.text, targetsOf(flow)]));
  const open = [...targets.keys()];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const to of targets.get(from)!) {
      const grown = [addAll(agents.get(to), agents.get(from)!), addAll(channels.get(to), channels.get(from)!)];
      if (grown.includes(true)) open.push(to);
    }
  }
  const everyAgent = agentsOf(scope, [...scope.communications.keys()]);
  return new Map(
    flows.map(({ name: { text } }) => {
      // In the order of the campaign, so that an edge more or less changes no hash that it does not concern.
      const own = everyAgent.filter((agent) => agents.get(text)!.has(agent));
      return [
        text,
        {
          // A flow that nothing leads to yet is not wrong in what it reads.
          resultAgents: own.length > 0 ? own : everyAgent,
          session: channels.get(text)!.size > 0 ? sessionOn(scope, [...channels.get(text)!]) : null,
        },
      ];
    }),
  );
}

/** Runs that no communication started read the one that ended last: any of the campaign's. */
function agentsOfTriggers(scope: CampaignScope, flow: DeclarationOf<'flow'>): readonly string[] {
  return flow.items.flatMap((item) => {
    const row = item.kind === 'trigger' ? triggerRow(item.words) : null;
    if (item.kind !== 'trigger' || row?.startsFrom === 'to') return [];
    const names = row?.filter === 'communication' ? item.filters.map((filter) => filter.name.text) : [];
    return agentsOf(scope, names.length > 0 ? names : [...scope.communications.keys()]);
  });
}

function channelsOfTriggers(scope: CampaignScope, flow: DeclarationOf<'flow'>): readonly string[] {
  return flow.items.flatMap((item) => {
    if (item.kind !== 'trigger' || triggerRow(item.words)?.filter !== 'channel') return [];
    return item.filters.length > 0
      ? item.filters.map((filter) => filter.name.text)
      : [...scope.workspace.channels.keys()];
  });
}

/** A session is led by the agent that answers on its channel. */
function sessionOn(scope: CampaignScope, channels: readonly string[]): SessionOrigin {
  const agents = [...scope.workspace.agents.values()].filter((agent) =>
    agent.inbound.some((channel) => channels.includes(channel)),
  );
  return { channels, agents: agents.map((agent) => agent.name) };
}

function agentsOf(scope: CampaignScope, communications: readonly string[]): readonly string[] {
  return [...new Set(communications.flatMap((name) => scope.communications.get(name)?.agent ?? []))];
}

/** Names of flows that `to` reaches. */
function targetsOf({ items }: DeclarationOf<'flow'>): readonly string[] {
  return everyStatement(statementsOf(items)).flatMap((one) => (one.kind === 'to' ? [one.flow.text] : []));
}

function addAll<T>(to: Set<T> | undefined, from: ReadonlySet<T>): boolean {
  if (to === undefined) return false;
  const before = to.size;
  for (const each of from) to.add(each);
  return to.size > before;
}
