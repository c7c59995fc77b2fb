/** Communications: plain values that a flow lists as its own statement, or that are declared for `send`. */
import type { ChannelKind } from '../../runtime/model/channel-kinds.ts';
import { statuses } from '../../runtime/model/statuses.ts';
import type { CommunicationNode } from '../ast.ts';
import { type FieldSpecs, titleNode } from './fields.ts';
import { itemsOf } from './items.ts';
import { named, type Operand } from './operand.ts';
import { callPlace, nameAt } from './place.ts';
import { type AgentRef, type CommunicationRef, nameOf, type Results, type StatusName } from './references.ts';
import { declareUnlessTaken } from './registry.ts';
import type { EmailSettings, TelegramSettings, VoiceSettings, WhatsappSettings } from './settings.ts';
import type { EnumValue } from './values.ts';

/** `email('HELLO', { agent: concierge, at: 'now', window: '09:00-18:00', duration: '24 hours', template: 'hello' })` */
export function email(name: string, settings: EmailSettings): CommunicationRef<'email'> {
  return communication('email', name, settings);
}
export function telegram(name: string, settings: TelegramSettings): CommunicationRef<'telegram'> {
  return communication('telegram', name, settings);
}
export function whatsapp(name: string, settings: WhatsappSettings): CommunicationRef<'whatsapp'> {
  return communication('whatsapp', name, settings);
}
export function voice(name: string, settings: VoiceSettings): CommunicationRef<'voice'> {
  return communication('voice', name, settings);
}

const nodes = new WeakMap<object, CommunicationNode>();

/** Its syntax; undefined for what was only named (`generated/refs.ts`). */
export function communicationNode(communication: object): CommunicationNode | undefined {
  return nodes.get(communication);
}

function communication<K extends ChannelKind>(
  channelKind: K,
  name: string,
  settings: { readonly title?: string; readonly description?: string },
): CommunicationRef<K> {
  const place = callPlace();
  const span = place.span();
  const ref = communicationRef(name, channelKind);
  const node: CommunicationNode = {
    kind: 'communication',
    channelKind: nameAt(channelKind, span),
    name: nameOf(name, 'NAME', place, [0]),
    title: titleNode(settings.title, place, [1]),
    items: itemsOf(settings, place, [1]),
    span,
  };
  nodes.set(ref, node);
  const description = settings.description ?? null;
  declareUnlessTaken(place.owner, ref, { kind: 'shared communication', communication: node, description, span });
  return ref;
}

/** A reference alone, nothing declared. */
export function communicationRef<K extends ChannelKind>(name: string, channelKind: K): CommunicationRef<K> {
  return {
    kind: 'communication',
    name,
    channelKind,
    status: property(name, 'status') as unknown as EnumValue<StatusName>,
    reason: property(name, 'reason') as unknown as EnumValue,
    resultOf: (agent) => resultsOf(name, agent),
  };
}

function resultsOf<R extends FieldSpecs>(of: string, agent: AgentRef<R>): Results<R> {
  const results = Object.entries(agent.results as unknown as Readonly<Record<string, Operand>>);
  return Object.fromEntries(
    results.map(([result, { type }]) => [result, named(type, [of, 'result', result], null)]),
  ) as unknown as Results<R>;
}

function property(of: string, name: string): Operand {
  return named('enum', [of, name], null, name === 'status' ? Object.keys(statuses) : []);
}

/** The communication a run is about. */
export const communicationOfRun = {
  name: property('communication', 'name') as unknown as EnumValue,
  status: property('communication', 'status') as unknown as EnumValue<StatusName>,
  reason: property('communication', 'reason') as unknown as EnumValue,
  channel: property('communication', 'channel') as unknown as EnumValue,
} as const;

/** The session that fired `on.incomingSession()`. */
export const session = {
  channel: property('session', 'channel') as unknown as EnumValue,
  /** `session.result.x`: results of the agent that answers on its channel. */
  resultOf: <R extends FieldSpecs>(agent: AgentRef<R>): Results<R> => resultsOf('session', agent),
} as const;
