import type { CommunicationView, Reader } from '../data/types.ts';
import type { Reason, Status } from '../model/statuses.ts';
import { matchKey } from '../model/system-fields.ts';
import { type Fields, fieldsFrom, type Value } from '../model/values.ts';
import { isZone } from '../time/zone.ts';

/** A communication as expressions see it. */
export interface ReadCommunication {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  readonly reason: Reason | null;
  readonly channel: string;
  readonly results: Fields;
  readonly ended: number | null;
}

export interface ReaderInput {
  readonly now: number;
  readonly externalId: string;
  readonly participant: Fields;
  readonly profile: Fields;
  /** The campaign's timezone, for people without one. */
  readonly timezone: string;
  /** The participant's, in the order they were planned. */
  readonly communications: readonly ReadCommunication[];
  /** Id of the communication the run is about. */
  readonly own: string | null;
}

const none: CommunicationView = { name: null, status: null, reason: null, channel: null, result: () => null };

/** One participant at one instant, as generated expressions read it. */
export function createReader(input: ReaderInput): Reader {
  const { communications } = input;
  const own = communications.find((communication) => communication.id === input.own);
  const resultOf = own ?? lastEnded(communications);
  return {
    now: input.now,
    zone: schedulingZone(input.profile, input.timezone),
    participant: fieldsFrom(input.participant),
    profile: fieldsFrom(input.profile, { [matchKey]: input.externalId }),
    communication: own ? view(own) : null,
    result: (field) => (resultOf ? held(resultOf.results, field) : null),
    named: (name) => {
      const newest = communications.findLast((communication) => communication.name === name);
      return newest ? view(newest) : none;
    },
  };
}

/** The participant's timezone, else the campaign's. */
export function schedulingZone(profile: Fields, timezone: string): string {
  const own = profile.timezone;
  return typeof own === 'string' && isZone(own) ? own : timezone;
}

function view({ name, status, reason, channel, results }: ReadCommunication): CommunicationView {
  return { name, status, reason, channel, result: (field) => held(results, field) };
}

function held(fields: Fields, name: string): Value {
  return Object.hasOwn(fields, name) ? fields[name]! : null;
}

function lastEnded(communications: readonly ReadCommunication[]): ReadCommunication | undefined {
  return communications
    .filter(({ ended }) => ended !== null)
    .reduce<ReadCommunication | undefined>(
      (last, next) => (last && last.ended! > next.ended! ? last : next),
      undefined,
    );
}
