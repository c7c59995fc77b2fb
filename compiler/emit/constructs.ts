import { type Construct, constructs } from '../../runtime/model/runnable.ts';
import type { CampaignModel, WorkspaceModel } from '../model.ts';

/** What the campaign is made of that not every version of the runtime runs, in the order of its table. */
export function constructsOf(workspace: WorkspaceModel, campaign: CampaignModel): readonly Construct[] {
  const { communications } = campaign;
  const triggers = new Set(campaign.flows.flatMap((flow) => flow.triggers.map((trigger) => trigger.on)));
  const channels = workspace.channels.filter(({ name }) => communications.some((each) => each.channel === name));
  const agents = workspace.agents.filter(({ name }) => communications.some((each) => each.agent === name));
  const kinds = new Set(communications.map((communication) => communication.kind));
  const used: Readonly<Record<Construct, boolean>> = {
    telegram: kinds.has('telegram'),
    whatsapp: kinds.has('whatsapp'),
    voice: kinds.has('voice'),
    'communication updated': triggers.has('communication updated'),
    'incoming session': triggers.has('incoming session'),
    'best time': communications.some((communication) => communication.bestTime),
    'skip when': [workspace, campaign, ...channels].some((owner) => owner.skipWhen !== null),
    'success when': campaign.successWhen !== null,
    'failure when': campaign.failureWhen !== null,
    'at most': workspace.limits.length + campaign.limits.length > 0,
    holdout: campaign.holdout !== null,
    rate: channels.some((channel) => channel.rate !== null),
    advanced: agents.some((agent) => agent.advanced !== null),
    on_edit: campaign.onEdit !== 'finish',
  };
  return (Object.keys(constructs) as Construct[]).filter((construct) => used[construct]);
}
