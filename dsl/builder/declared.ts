/** References to what is declared in text: `generated/refs.ts` is written with these. Nothing is declared by them. */
import type { ChannelKind } from '../../runtime/model/channel-kinds.ts';
import { communicationRef } from './communications.ts';
import { type FieldSpecs, fieldRefs } from './fields.ts';
import { settle } from './flow.ts';
import type { AgentRef, CampaignRef, CommunicationRef, FlowRef, ProfileRef } from './references.ts';
import { knowFields } from './registry.ts';

/** What a campaign written in text has; `folder` is where its files are. */
export interface DeclaredCampaign<F extends FieldSpecs, C extends Readonly<Record<string, ChannelKind>>> {
  readonly folder: string;
  readonly participant: F;
  readonly communications: C;
  readonly flows: readonly string[];
}

export const declared = {
  enumeration: <const M extends string>(name: string, members: readonly M[]) =>
    ({ kind: 'enum', name, members }) as const,
  channel: <K extends ChannelKind>(name: string, channelKind: K) => ({ kind: 'channel', name, channelKind }) as const,
  calendar: (name: string) => ({ kind: 'calendar', name }) as const,
  window: (name: string) => ({ kind: 'window', name }) as const,
  profile: <F extends FieldSpecs>(fields: F): ProfileRef<F> => {
    knowFields(null, fields);
    return { kind: 'profile', fields: fieldRefs(fields, 'profile') };
  },
  agent: <R extends FieldSpecs>(name: string, results: R): AgentRef<R> => ({
    kind: 'agent',
    name,
    results: fieldRefs(results, 'result'),
  }),
  campaign: <F extends FieldSpecs, const C extends Readonly<Record<string, ChannelKind>>>(
    name: string,
    { folder, participant, communications, flows }: DeclaredCampaign<F, C>,
  ): CampaignRef<F> & {
    readonly communications: { readonly [N in keyof C]: CommunicationRef<C[N]> };
    readonly flows: Readonly<Record<string, FlowRef>>;
  } => {
    const made = {
      kind: 'campaign',
      name,
      fields: fieldRefs(participant, 'participant'),
      communications: Object.fromEntries(
        Object.entries(communications).map(([one, kind]) => [one, communicationRef(one, kind)]),
      ) as { readonly [N in keyof C]: CommunicationRef<C[N]> },
      flows: Object.fromEntries(flows.map((flow) => [flow, { kind: 'flow', name: flow } as const])),
    } as const;
    knowFields(folder, participant);
    settle(made, folder);
    return made;
  },
} as const;
