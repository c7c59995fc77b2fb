/** Parts of `campaign.data.ts`: channels, agents, clauses and limits. */
import type { AgentData, ChannelData, LimitData } from '../../runtime/data/types.ts';
import type { FieldType } from '../../runtime/model/values.ts';
import { namesRead } from '../expressions.ts';
import type { AgentModel, CampaignModel, ChannelModel, Expression, LimitModel, WorkspaceModel } from '../model.ts';
import { constructsOf } from './constructs.ts';
import { writeData } from './data-source.ts';
import { condition, readerFunction, type Uses } from './expressions.ts';
import { block, durationWords, key, literal, object, quoted, type Writer } from './source.ts';

/** Those its communications go out on, and those on which its sessions come in. */
export function writeChannels(writer: Writer, workspace: WorkspaceModel, campaign: CampaignModel, uses: Uses): void {
  const channels = channelsOf(workspace, campaign);
  const data = (channel: ChannelModel): ChannelData => {
    const { name, kind, rate } = channel;
    return { name, kind, ...(rate === null ? {} : { rate }) };
  };
  if (channels.every((channel) => channel.skipWhen === null)) {
    writeData(writer, 'channels', Object.fromEntries(channels.map((channel) => [channel.name, data(channel)])));
    return;
  }
  block(
    writer,
    'channels: {',
    () => {
      for (const channel of channels) {
        const plain = Object.entries(data(channel)).map(([name, part]) => [name, literal(part)] as const);
        const skip = channel.skipWhen === null ? [] : [['skipWhen', skipData(channel.skipWhen, uses)] as const];
        writer.line(`${key(channel.name)}: ${object([...plain, ...skip])},`);
      }
    },
    '},',
  );
}

/** Those its communications name, and those that answer the sessions its flows begin with. */
export function writeAgents(writer: Writer, workspace: WorkspaceModel, campaign: CampaignModel): void {
  const agents = agentsOf(workspace, campaign);
  if (agents.length === 0) return;
  block(
    writer,
    'agents: {',
    () => {
      for (const agent of agents) {
        block(
          writer,
          `${key(agent.name)}: {`,
          () => {
            for (const [name, part] of Object.entries(agentData(agent)))
              writeData(writer, name, part, name === 'silenceMs' ? durationWords(agent.silenceMs) : '');
          },
          '},',
        );
      }
    },
    '},',
  );
}

/** Everything that decides whether and how often something is sent, and what becomes of people. */
export function writeClauses(writer: Writer, workspace: WorkspaceModel, campaign: CampaignModel, uses: Uses): void {
  writeCondition(writer, 'exit', campaign.exitWhen, uses);
  const skips = [workspace.skipWhen, campaign.skipWhen].filter((clause) => clause !== null);
  if (skips.length > 0) {
    block(
      writer,
      'skipWhen: [',
      () => {
        for (const clause of skips) writer.line(`${skipData(clause, uses)},`);
      },
      '],',
    );
  }
  writeCondition(writer, 'success', campaign.successWhen, uses);
  writeCondition(writer, 'failure', campaign.failureWhen, uses);
  const limits = [
    ...workspace.limits.map((limit) => limitData('workspace', limit)),
    ...campaign.limits.map((limit) => limitData('campaign', limit)),
  ];
  if (limits.length > 0) writeData(writer, 'limits', limits);
  if (campaign.holdout !== null) writeData(writer, 'holdout', campaign.holdout);
  if (campaign.onEdit !== 'finish') writeData(writer, 'onEdit', campaign.onEdit);
  const phrases = campaign.communications.flatMap(({ name, startPhrase }) =>
    startPhrase === null ? [] : [[name, startPhrase] as const],
  );
  if (phrases.length > 0) {
    block(
      writer,
      'startPhrases: {',
      () => {
        for (const [name, phrase] of phrases) writer.line(`${key(name)}: ${quoted(phrase)},`);
      },
      '},',
    );
  }
  const constructs = constructsOf(workspace, campaign);
  if (constructs.length > 0) writeData(writer, 'uses', constructs);
}

/** Of all its agents; an enumeration that several report is the union of theirs. */
export function resultsOf(workspace: WorkspaceModel, campaign: CampaignModel): Record<string, FieldType> {
  const results = new Map<string, FieldType>();
  for (const { name, type } of agentsOf(workspace, campaign).flatMap((agent) => agent.results)) {
    const known = results.get(name);
    if (known?.kind === 'enum' && type.kind === 'enum') {
      results.set(name, { kind: 'enum', members: [...new Set([...known.members, ...type.members])] });
    } else if (!known) {
      results.set(name, plainType(type));
    }
  }
  return Object.fromEntries(results);
}

export function plainType(type: FieldType): FieldType {
  return type.kind === 'enum' ? { kind: 'enum', members: type.members } : { kind: type.kind };
}

function writeCondition(
  writer: Writer,
  name: 'exit' | 'success' | 'failure',
  clause: Expression | null,
  uses: Uses,
): void {
  if (clause === null) return;
  writer.line(`${name}When: ${readerFunction(condition(clause, uses))},`);
  writer.line(`${name}Reads: ${literal(namesRead(clause))},`);
}

function skipData(clause: Expression, uses: Uses): string {
  return object([
    ['text', quoted(clause.text)],
    ['holds', readerFunction(condition(clause, uses))],
  ]);
}

function limitData(of: LimitData['of'], { count, kind, per, text }: LimitModel): LimitData {
  return { of, count, ...(kind === null ? {} : { kind }), per, text };
}

function agentData({
  silenceMs,
  inbound,
  welcomeMessage,
  task,
  instructions,
  advanced,
  results,
}: AgentModel): AgentData {
  const texts = Object.entries({ welcomeMessage, task, instructions, advanced }).filter(([, text]) => text !== null);
  return {
    silenceMs,
    inbound,
    ...Object.fromEntries(texts),
    results: Object.fromEntries(results.map(({ name, type }) => [name, plainType(type)])),
  };
}

function channelsOf(workspace: WorkspaceModel, campaign: CampaignModel): readonly ChannelModel[] {
  const used = new Set(campaign.communications.map((communication) => communication.channel));
  for (const name of sessionChannels(workspace, campaign)) used.add(name);
  return workspace.channels.filter((channel) => used.has(channel.name));
}

function agentsOf(workspace: WorkspaceModel, campaign: CampaignModel): readonly AgentModel[] {
  const used = new Set(campaign.communications.map((communication) => communication.agent));
  const answered = sessionChannels(workspace, campaign);
  return workspace.agents.filter(
    (agent) => used.has(agent.name) || agent.inbound.some((channel) => answered.includes(channel)),
  );
}

/** Where sessions begin that a flow of the campaign waits for: those its triggers name, else all that an agent answers. */
function sessionChannels(workspace: WorkspaceModel, campaign: CampaignModel): readonly string[] {
  return campaign.flows
    .flatMap((flow) => flow.triggers)
    .flatMap((trigger) => {
      if (!('channels' in trigger)) return [];
      return trigger.channels.length > 0 ? trigger.channels : workspace.agents.flatMap((agent) => agent.inbound);
    });
}
