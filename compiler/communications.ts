import type { CommunicationData } from '../runtime/data/types.ts';
import type { Window } from '../runtime/model/window.ts';
import type { CampaignModel, ChannelModel, CommunicationModel, WorkspaceModel } from './model.ts';

/** A communication with all it refers to, as the version of a flow that plans it keeps it. */
export interface PlannedCommunication {
  readonly model: CommunicationModel;
  /** What is plain in it: the expressions of `whatsapp` and `voice` stand in the model. */
  readonly data: Omit<CommunicationData, 'whatsapp' | 'voice'>;
}

/** Throws when the model lacks a name. */
export function plannedCommunication(
  workspace: WorkspaceModel,
  campaign: CampaignModel,
  name: string,
): PlannedCommunication {
  const model = named(campaign.communications, name);
  const channel = named(workspace.channels, model.channel);
  const agent = named(workspace.agents, model.agent);
  return {
    model,
    data: {
      name: model.name,
      kind: model.kind,
      agent: model.agent,
      channel: model.channel,
      window: model.window,
      windowText: model.windowText,
      ...(model.bestTime ? { bestTime: true as const } : {}),
      contactHours: contactHoursOf(workspace, campaign, channel),
      durationMs: model.durationMs,
      ifPast: model.ifPast,
      spreadMs: model.spreadMs,
      uncapped: model.uncapped,
      silenceMs: agent.silenceMs,
      ...(model.template === null ? {} : { template: model.template }),
      ...(model.context.length === 0 ? {} : { context: model.context }),
      origin: `${model.origin.file}:${model.origin.line}`,
    },
  };
}

/** Of workspace, campaign and channel: each is intersected with the window. */
export function contactHoursOf(...owners: readonly Pick<ChannelModel, 'contactHours'>[]): readonly Window[] {
  return owners.flatMap(({ contactHours }) => (contactHours === null ? [] : [contactHours]));
}

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((each) => each.name === name);
  if (!found) throw new Error(`the model has no ${name}: it was built although it has errors`);
  return found;
}
