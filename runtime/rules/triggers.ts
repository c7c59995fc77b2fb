import type { EventType } from '../activities/port.ts';
import type { CampaignData, TriggerData } from '../data/types.ts';
import type { Status } from '../model/statuses.ts';
import { type TriggerWords, triggerRows } from '../model/triggers.ts';
import { names } from './fields.ts';
import { endsQuietly } from './signal.ts';

/** What of an event decides which flows it starts. */
export interface TriggerEvent {
  readonly type: EventType;
  readonly touched: readonly string[];
  readonly communication: { readonly name: string; readonly status: Status } | null;
  readonly cause: { readonly kind: string; readonly flow?: string; readonly campaign?: string };
  /** Flows the event itself names: those of a `to`. */
  readonly starts: readonly string[];
}

type Flows = Pick<CampaignData, 'participant' | 'profile' | 'flows'>;

/** The rows of the model, whose events are those of the store. */
const rows: Readonly<Record<TriggerWords, { readonly events: readonly EventType[]; readonly startsFrom: string }>> =
  triggerRows;

/** Flows of the campaign the event starts, one each, by name. */
export function startedFlows(data: Flows, event: TriggerEvent): readonly string[] {
  if (endsQuietly(event.cause)) return [];
  if (namesItsFlows(event)) return event.starts.filter((flow) => Object.hasOwn(data.flows, flow));
  return Object.keys(data.flows)
    .filter((flow) => !isOwn(flow, event))
    .filter((flow) => data.flows[flow]!.triggers.some((trigger) => matches(data, trigger, event)))
    .sort();
}

/** A `to` says itself which flow it starts. */
function namesItsFlows({ type }: TriggerEvent): boolean {
  return Object.values(rows).some(({ events, startsFrom }) => startsFrom === 'to' && events.includes(type));
}

/** A run's own changes start no run of the same flow, nor do the ends its `cancel` caused. */
function isOwn(flow: string, { cause }: TriggerEvent): boolean {
  if (cause.campaign !== undefined) return false;
  return cause.flow === flow && (cause.kind === 'set' || cause.kind === 'python' || cause.kind === 'cancel');
}

function matches(data: Flows, trigger: TriggerData, event: TriggerEvent): boolean {
  return rows[trigger.on].events.includes(event.type) && passesFilter(data, trigger, event);
}

function passesFilter(data: Flows, trigger: TriggerData, { touched, communication }: TriggerEvent): boolean {
  switch (trigger.on) {
    case 'participant created':
    case 'incoming session':
    case 'another flow':
      return true;
    case 'participant updated':
      return trigger.fields.length === 0 || names(data, trigger.fields, touched);
    case 'communication ended':
      return communication !== null && (trigger.names.length === 0 || trigger.names.includes(communication.name));
    case 'communication updated':
      return communication !== null && (trigger.names.length === 0 || trigger.names.some(fits(communication)));
    default:
      return trigger satisfies never;
  }
}

function fits(communication: { readonly name: string; readonly status: Status }) {
  return ({ name, becomes }: { readonly name: string; readonly becomes?: Status }) =>
    name === communication.name && (becomes === undefined || becomes === communication.status);
}
