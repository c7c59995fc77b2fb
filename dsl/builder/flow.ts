/** Flows and their triggers. */
import type { TriggerWords } from '../../runtime/model/triggers.ts';
import type { TriggerNode } from '../ast.ts';
import { folderOf } from '../folder.ts';
import { titleNode } from './fields.ts';
import { settingOf } from './items.ts';
import { described } from './operand.ts';
import { callPlace, type Place } from './place.ts';
import {
  type By,
  type ByField,
  type CampaignRef,
  type ChannelRef,
  type CommunicationRef,
  type FlowRef,
  nameOf,
  type StatusName,
} from './references.ts';
import { declare, report } from './registry.ts';
import { bodyOf, type Statements } from './statements.ts';

export interface Trigger {
  readonly kind: 'trigger';
}
/** A communication, or only one of its statuses. */
export interface Becomes {
  readonly kind: 'becomes';
  readonly communication: By<CommunicationRef>;
  readonly status: StatusName;
}

const triggers = new WeakMap<object, TriggerNode>();

function trigger(words: TriggerWords, place: Place | null, filters: readonly unknown[] = []): Trigger {
  const made: Trigger = { kind: 'trigger' };
  const written = filters.map((filter, index) => filterNode(filter, place!, index));
  triggers.set(made, { kind: 'trigger', words, filters: written, span: (place ?? callPlace()).span() });
  return made;
}

function filterNode(filter: unknown, place: Place, index: number): TriggerNode['filters'][number] {
  if (typeof filter === 'object' && filter !== null && 'kind' in filter && filter.kind === 'becomes') {
    const { communication, status } = filter as Becomes;
    const name = nameOf(communication, 'communication', place, [index]);
    return { name, becomes: nameOf(status, 'status', place, [index]) };
  }
  return { name: nameOf(filter, 'name', place, [index]), becomes: null };
}

/** `becomes(REMINDER, 'Read')` for `on.communicationUpdated`. */
export function becomes(communication: By<CommunicationRef>, status: StatusName): Becomes {
  return { kind: 'becomes', communication, status };
}

/** What starts a flow; names narrow it down. */
export const on = {
  /** The person joins the campaign for the first time. */
  participantCreated: trigger('participant created', null),
  /** A field of the record really changes; without names: any. */
  participantUpdated: (...fields: readonly ByField[]): Trigger => trigger('participant updated', callPlace(), fields),
  /** A communication reaches a final status. */
  communicationEnded: (...communications: readonly By<CommunicationRef>[]): Trigger =>
    trigger('communication ended', callPlace(), communications),
  /** A communication changes its status or its results. */
  communicationUpdated: (...communications: readonly (By<CommunicationRef> | Becomes)[]): Trigger =>
    trigger('communication updated', callPlace(), communications),
  /** The person writes or calls first. */
  incomingSession: (...channels: readonly By<ChannelRef>[]): Trigger =>
    trigger('incoming session', callPlace(), channels),
  /** A `to` of a sibling flow sends the participant here. */
  anotherFlow: trigger('another flow', null),
} as const;

export interface FlowSettings {
  readonly title?: string;
  readonly description?: string;
  readonly on: Trigger | readonly Trigger[];
  /** What happens when a new event meets a waiting run. */
  readonly again?: 'restart' | 'ignore' | 'parallel';
  readonly do: Statements;
}

/** `flow(reminder, 'remind', { on: on.participantCreated, do: [when(paid, [stop()]), send(REMINDER)] })` */
export function flow(of: By<CampaignRef>, name: string, settings: FlowSettings): FlowRef {
  const place = callPlace();
  refuseOtherFolder(of, place);
  const list = Array.isArray(settings.on) ? settings.on : [settings.on];
  const again = settings.again === undefined ? [] : [settingOf('again', settings.again, place, [2, 'again'])];
  declare(place.owner, {
    kind: 'flow',
    name: nameOf(name, 'name', place, [1]),
    title: titleNode(settings.title, place, [2]),
    description: settings.description ?? null,
    items: [
      ...list.flatMap((one: unknown, index) => triggerNode(one, place, index)),
      ...again,
      ...bodyOf(settings.do, place, [2, 'do'], 'flow'),
    ],
    span: place.span(),
  });
  return { kind: 'flow', name };
}

/** Syntax of one trigger of a flow. */
export function triggerNode(one: unknown, place: Place, index: number): readonly TriggerNode[] {
  const node = typeof one === 'object' && one !== null ? triggers.get(one) : undefined;
  const at = place.value(2, 'on', index);
  if (node !== undefined) return [node.filters.length === 0 && node.span.file === '' ? { ...node, span: at } : node];
  report(place.owner, { kind: 'builder value', of: 'on', expected: 'trigger', found: described(one), span: at });
  return [];
}

const folders = new WeakMap<object, string>();

/** Remembers in which folder a campaign is declared. */
export function settle(campaign: CampaignRef, folder: string): void {
  folders.set(campaign, folder);
}

/** A flow belongs to the campaign of its folder: naming another one is a mistake. */
function refuseOtherFolder(of: By<CampaignRef>, place: Place): void {
  const folder = typeof of === 'object' ? folders.get(of) : undefined;
  if (folder === undefined || place.owner === null || folder === folderOf(place.owner)) return;
  const span = place.value(0);
  const campaign = typeof of === 'object' ? of.name : of;
  const misplaced = { why: 'other folder', campaign, folder: folderOf(place.owner), right: folder } as const;
  report(place.owner, { kind: 'builder place', misplaced, span });
}
