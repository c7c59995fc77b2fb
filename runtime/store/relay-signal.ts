/** One participant's pending events, signalled in order. */
import type { EventMessage, Who } from '../activities/port.ts';
import type { CampaignData } from '../data/types.ts';
import type { Clock } from '../model/clock.ts';
import { needsSignal } from '../rules/signal.ts';
import type { Store } from './database.ts';
import { messageOf } from './messages.ts';
import type { Leased, Relayed } from './relay-batch.ts';
import type { Pointer } from './releases.ts';

/** Signals the participant's workflow, and starts it if it does not run. `versions`: `flow@hash` of what the event starts. */
export type Signal = (who: Who, message: EventMessage, versions: readonly string[]) => Promise<void>;

export interface RelayOptions {
  readonly store: Store;
  readonly campaigns: (name: string) => CampaignData | undefined;
  readonly signal: Signal;
  /** Can messages leave by this channel now? Asked while communications are held for it. */
  readonly channelUp: (name: string) => Promise<boolean>;
  readonly clock?: Clock;
  /** Gets one sentence when signals fail, at most every 10 seconds. */
  readonly log: (line: string) => void;
  /** Signals under way at once. Default: 50. */
  readonly inFlight?: number;
  /** People of an import who were signalled and whose run has not begun yet, at most. Default: 64. */
  readonly window?: number;
  /** Resumed participants per second. Default: 50. */
  readonly resumesPerSecond?: number;
  /** Between looks that no change called for, in milliseconds. Default: 1000. */
  readonly pollMs?: number;
}

/** What the signals of one participant need to know. */
export interface Signalling {
  readonly options: RelayOptions;
  readonly data: CampaignData;
  readonly pointer: Pointer | undefined;
  /** May this relay still signal for the participant? */
  readonly owns: () => boolean;
  readonly failed: (error: unknown) => void;
  /** Told of each signal that Temporal took. */
  readonly signalled: (participantId: number, message: EventMessage) => void;
}

const retryAfterMs = 2000;

/** Signals until an event fails. Another relay goes on for a participant that is no longer owned: nothing is marked. */
export async function relayOne(signalling: Signalling, participant: Leased): Promise<Relayed | null> {
  const { options, data, pointer, owns } = signalling;
  const { id, events, open } = participant;
  const signalled: number[] = [];
  let upTo: number | null = null;
  // A run that an earlier event of this batch starts reads the record as it is then.
  for (const event of events) {
    const message = messageOf(data, pointer, event);
    const starts = message.starts.map((start) => start.flow);
    if (needsSignal({ ...event, starts, open })) {
      if (!owns()) return null;
      try {
        const versions = message.starts.map(({ flow, hash }) => `${flow}@${hash}`);
        await options.signal(whoOf(options, participant), message, versions);
      } catch (error) {
        signalling.failed(error);
        return { id, upTo, signalled, retryAfterMs };
      }
      signalled.push(event.number);
      signalling.signalled(id, message);
    }
    upTo = event.number;
  }
  return { id, upTo: participant.upTo, signalled, retryAfterMs: null };
}

export function whoOf({ clock }: RelayOptions, { campaign, key }: { campaign: string; key: string }): Who {
  return { campaign, participant: key, ...(clock ? { clock } : {}) };
}
