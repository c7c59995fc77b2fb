import type { EventType } from '../activities/port.ts';
import type { CampaignData, TriggerData } from '../data/types.ts';
import type { Status } from '../model/statuses.ts';
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

/** Flows of the campaign the event starts, one each, by name. */
export function startedFlows(data: Flows, event: TriggerEvent): readonly string[] {
  if (endsQuietly(event.cause)) return [];
  if (event.type === 'handedOver') return event.starts.filter((flow) => Object.hasOwn(data.flows, flow));
  return Object.keys(data.flows)
    .filter((flow) => !isOwn(flow, event))
    .filter((flow) => data.flows[flow]!.triggers.some((trigger) => matches(data, trigger, event)))
    .sort();
}

/** A run's own changes start no run of the same flow, nor do the ends its `cancel` caused. */
function isOwn(flow: string, { cause }: TriggerEvent): boolean {
  if (cause.campaign !== undefined) return false;
  return cause.flow === flow && (cause.kind === 'set' || cause.kind === 'python' || cause.kind === 'cancel');
}

function matches(data: Flows, trigger: TriggerData, event: TriggerEvent): boolean {
  const { type, touched, communication } = event;
  switch (trigger.on) {
    case 'participant created':
      return type === 'participantCreated';
    case 'participant updated':
      return type === 'participantUpdated' && (trigger.fields.length === 0 || names(data, trigger.fields, touched));
    case 'communication ended':
      return (
        type === 'communicationEnded' &&
        communication !== null &&
        (trigger.names.length === 0 || trigger.names.includes(communication.name))
      );
    case 'communication updated':
      return (
        (type === 'communicationUpdated' || type === 'communicationEnded') &&
        communication !== null &&
        (trigger.names.length === 0 ||
          trigger.names.some(
            ({ name, becomes }) =>
              name === communication.name && (becomes === undefined || becomes === communication.status),
          ))
      );
    case 'incoming session':
      return type === 'incomingSession';
    case 'another flow':
      return false;
    default:
      return trigger satisfies never;
  }
}
