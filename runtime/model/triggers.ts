/** What starts flows: everything that reads triggers reads these rows. */

/** What may be named after the colon, and narrows it down. */
export type TriggerFilter = 'field' | 'communication' | 'channel';

interface TriggerRow {
  /** Events of the store that start it. */
  readonly events: readonly string[];
  /** An event of the participant's, or a `to` of a sibling flow, which names the flow. */
  readonly startsFrom: 'event' | 'to';
  readonly filter: TriggerFilter | null;
  /** The filter may go on with `becomes STATUS`. */
  readonly becomes: boolean;
  /** Of each participant at most once, so that it never meets a waiting run. */
  readonly once: boolean;
  readonly doc: string;
}

/** By the words after `on`. */
export const triggerRows = {
  'participant created': {
    events: ['participantCreated'],
    startsFrom: 'event',
    filter: null,
    becomes: false,
    once: true,
    doc: 'the person joins the campaign for the first time',
  },
  'participant updated': {
    events: ['participantUpdated'],
    startsFrom: 'event',
    filter: 'field',
    becomes: false,
    once: false,
    doc: 'a field of the record really changes',
  },
  'communication ended': {
    events: ['communicationEnded'],
    startsFrom: 'event',
    filter: 'communication',
    becomes: false,
    once: false,
    doc: 'a communication reaches a final status',
  },
  'communication updated': {
    events: ['communicationUpdated', 'communicationEnded'],
    startsFrom: 'event',
    filter: 'communication',
    becomes: true,
    once: false,
    doc: 'a communication changes its status or its results',
  },
  'incoming session': {
    events: ['incomingSession'],
    startsFrom: 'event',
    filter: 'channel',
    becomes: false,
    once: false,
    doc: 'the person writes or calls first',
  },
  'another flow': {
    events: ['handedOver'],
    startsFrom: 'to',
    filter: null,
    becomes: false,
    once: false,
    doc: 'a `to` of a sibling flow sends the participant here',
  },
} as const satisfies Readonly<Record<string, TriggerRow>>;

export type TriggerWords = keyof typeof triggerRows;

export function isTrigger(words: string): words is TriggerWords {
  return Object.hasOwn(triggerRows, words);
}

/** Null for words that are not a trigger. */
export function triggerRow(words: string): TriggerRow | null {
  return isTrigger(words) ? triggerRows[words] : null;
}
