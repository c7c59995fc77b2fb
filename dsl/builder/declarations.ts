/** Declarations of workspaces and campaigns. */
import type { ChannelKind } from '../../runtime/model/channel-kinds.ts';
import { matchKey, systemProfileFields } from '../../runtime/model/system-fields.ts';
import type { Item } from '../ast.ts';
import { folderOf } from '../folder.ts';
import { type FieldSpecs, fieldNodes, fieldRefs, titleNode } from './fields.ts';
import { settle } from './flow.ts';
import { itemsOf, windowParts } from './items.ts';
import { named } from './operand.ts';
import { callPlace, nameAt, type Place } from './place.ts';
import type {
  AgentRef,
  By,
  CalendarRef,
  CampaignRef,
  ChannelRef,
  EnumRef,
  Fields,
  ProfileRef,
  WindowRef,
} from './references.ts';
import { nameOf } from './references.ts';
import { declare } from './registry.ts';
import type { DefaultSettings, Limit, WindowLike } from './settings.ts';
import type { Condition, DateText, Duration, Field, TextValue } from './values.ts';

interface About {
  readonly title?: string;
  readonly description?: string;
}

export interface WorkspaceSettings extends About {
  readonly timezone: string;
  readonly locale?: string;
  readonly contactHours?: WindowLike;
  readonly skipWhen?: Condition;
  readonly atMost?: Limit | readonly Limit[];
}

/** `workspace('acme', { timezone: 'Europe/Berlin' })`: once, in workspace.flow.ts. */
export function workspace(name: string, settings: WorkspaceSettings): void {
  const place = callPlace();
  declare(place.owner, { kind: 'workspace', ...headOf(name, settings, place), items: itemsOf(settings, place, [1]) });
}

/** An enumeration several fields share. */
export function enumeration<const M extends string>(
  name: string,
  members: readonly [M, M, ...M[]],
  about: { readonly description?: string } = {},
): EnumRef<M> {
  const place = callPlace();
  declare(place.owner, {
    kind: 'enum',
    name: nameOf(name, 'name', place, [0]),
    members: members.map((member, index) => nameOf(member, 'name', place, [1, index])),
    description: about.description ?? null,
    span: place.span(),
  });
  return { kind: 'enum', name, members };
}

/** Fields every campaign shares. */
export function profile<F extends FieldSpecs>(fields: F): ProfileRef<F> {
  const place = callPlace();
  const nodes = fieldNodes(fields, place, [0]);
  declare(place.owner, { kind: 'profile', fields: nodes, description: null, span: place.span() });
  return { kind: 'profile', fields: fieldRefs(fields, 'profile') };
}

export interface ChannelSettings extends About {
  /** `'60 per minute'` */
  readonly rate?: `${number} per ${'second' | 'minute' | 'hour' | 'day'}`;
  readonly contactHours?: WindowLike;
  readonly skipWhen?: Condition;
}

export function channel<K extends ChannelKind>(name: string, kind: K, settings: ChannelSettings = {}): ChannelRef<K> {
  const place = callPlace();
  declare(place.owner, {
    kind: 'channel',
    ...headOf(name, settings, place, 2),
    channelKind: nameOf(kind, 'channel kind', place, [1]),
    items: itemsOf(settings, place, [2]),
  });
  return { kind: 'channel', name, channelKind: kind };
}

/** Days that `except` takes out of windows. */
export function calendar(name: string, dates: readonly DateText[]): CalendarRef {
  const place = callPlace();
  declare(place.owner, {
    kind: 'calendar',
    name: nameOf(name, 'name', place, [0]),
    dates: dates.map((date, index) => nameAt(date, place.value(1, index))),
    description: null,
    span: place.span(),
  });
  return { kind: 'calendar', name };
}

/** `window('office', '09:00-18:00 on mon-thu, 09:00-14:00 on fri except de_holidays')` */
export function window(name: string, hours: WindowLike): WindowRef {
  const place = callPlace();
  declare(place.owner, {
    kind: 'window',
    name: nameOf(name, 'name', place, [0]),
    parts: windowParts(hours, place, [1]),
    description: null,
    span: place.span(),
  });
  return { kind: 'window', name };
}

export interface AgentSettings<R extends FieldSpecs> extends About {
  /** Only an inbound agent answers new sessions. */
  readonly role?: 'inbound';
  readonly channels: readonly By<ChannelRef>[];
  /** Channels on which it answers new sessions. */
  readonly inbound?: readonly By<ChannelRef>[];
  /** The first message when nothing else is said. */
  readonly welcomeMessage?: string;
  readonly task?: string;
  readonly instructions?: string;
  /** After so long without a word a conversation ends. */
  readonly silence?: Duration;
  /** A file with settings of the agent's backend. */
  readonly advanced?: string;
  /** What a conversation gives, read as `agent.results.x`. */
  readonly results?: R;
}

export function agent<R extends FieldSpecs = Record<never, never>>(
  name: string,
  settings: AgentSettings<R>,
): AgentRef<R> {
  const place = callPlace();
  const { role, results } = settings;
  declare(place.owner, {
    kind: 'agent',
    ...headOf(name, settings, place),
    role: role === undefined ? null : nameOf(role, 'inbound', place, [1, 'role']),
    items: itemsOf(settings, place, [1]),
  });
  return { kind: 'agent', name, results: fieldRefs(results ?? ({} as R), 'result') };
}

/** A condition over the fields, which may be declared in the same literal. */
type FieldCondition<F extends FieldSpecs> = Condition | ((fields: Fields<F>) => Condition);

export interface CampaignSettings<F extends FieldSpecs> extends About {
  /** Fields of its participants. */
  readonly participant?: F;
  readonly timezone?: string;
  readonly contactHours?: WindowLike;
  readonly onEdit?: 'finish' | 'follow' | 'exit';
  readonly exitWhen?: FieldCondition<F>;
  readonly skipWhen?: FieldCondition<F>;
  readonly successWhen?: FieldCondition<F>;
  readonly failureWhen?: FieldCondition<F>;
  readonly atMost?: Limit | readonly Limit[];
  /** Percent of the participants whose communications are skipped. */
  readonly holdout?: number;
  readonly defaults?: DefaultSettings;
}

/** `campaign('payment_reminder', { participant: { due_date: date({ required: true }) } })`: once in each campaign's folder. */
export function campaign<F extends FieldSpecs = Record<never, never>>(
  name: string,
  settings: CampaignSettings<F> = {},
): CampaignRef<F> {
  const place = callPlace();
  const own: F = settings.participant ?? ({} as F);
  const fields = fieldRefs(own, 'participant');
  const items: readonly Item[] = itemsOf(settings, place, [1], fields);
  declare(place.owner, { kind: 'campaign', ...headOf(name, settings, place), items });
  if (settings.participant !== undefined) {
    const span = place.span(1, 'participant');
    const nodes = fieldNodes(own, place, [1, 'participant']);
    declare(place.owner, { kind: 'participant', fields: nodes, description: null, span });
  }
  const made: CampaignRef<F> = { kind: 'campaign', name, fields };
  if (place.owner !== null) settle(made, folderOf(place.owner));
  return made;
}

function headOf(name: string, about: About, place: Place, settings = 1) {
  return {
    name: nameOf(name, 'name', place, [0]),
    title: titleNode(about.title, place, [settings]),
    description: about.description ?? null,
    span: place.span(),
  };
}

type SystemFieldName =
  | 'name'
  | 'email'
  | 'phone'
  | 'telegram_id'
  | 'telegram_username'
  | 'whatsapp_id'
  | 'web_id'
  | 'timezone'
  | 'locale';
/** Profile fields that exist undeclared. */
export const system = Object.fromEntries(
  [matchKey, ...systemProfileFields.map(({ name }) => name)].map((name) => [name, named('text', [name], 'profile')]),
) as unknown as { readonly [N in SystemFieldName]: Field<TextValue> } & { readonly external_id: TextValue };
