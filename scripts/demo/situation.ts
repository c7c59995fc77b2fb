/** Where everybody stands: what was expected beside what the store and the inbox say. Pure. */
import type { ParticipantStatus } from '../../runtime/store/status.ts';
import type { Instant } from '../../runtime/time/calendar.ts';
import { openingLabel } from '../../runtime/time/label.ts';
import { zoneLabel } from '../../runtime/time/zone.ts';
import { clockIn, type Expectation } from './expectation.ts';

/** A caught e-mail, as far as the demo looks at it. */
export interface Mail {
  readonly to: readonly string[];
  readonly messageId: string;
  /** ISO instant. */
  readonly at: string;
}

export type Stage = 'imported' | 'sending' | 'delivered' | 'waiting' | 'ended';

export interface Situation {
  readonly expectation: Expectation;
  readonly stage: Stage;
  /** In words: `waits until Sun 22 Nov 09:00 Tokyo`. */
  readonly text: string;
  /** How many e-mails the inbox holds for them. */
  readonly mails: number;
}

export function situationsOf(
  expectations: readonly Expectation[],
  statuses: readonly ParticipantStatus[],
  mails: readonly Mail[],
  now: Instant,
): readonly Situation[] {
  const byId = new Map(statuses.map((status) => [status.externalId, status]));
  const caught = Map.groupBy(mails, ({ to }) => to[0] ?? '');
  return expectations.map((expectation) => {
    const { external_id, email } = expectation.person;
    const own = caught.get(email) ?? [];
    return { expectation, mails: own.length, ...stageOf(expectation, byId.get(external_id), own, now) };
  });
}

function stageOf(
  { reminder, opens }: Expectation,
  status: ParticipantStatus | undefined,
  mails: readonly Mail[],
  now: Instant,
): Pick<Situation, 'stage' | 'text'> {
  const failed = status?.runs.find(({ failure }) => failure !== null);
  if (failed) return { stage: 'ended', text: `failed: ${failed.failure}` };
  const communication = status?.communications.findLast(({ name }) => name === reminder);
  if (!communication) return { stage: 'imported', text: status ? 'joined the campaign' : 'not imported yet' };
  const { zone, label, waits, reason } = communication;
  switch (communication.status) {
    case 'Planned': {
      if (waits) return { stage: 'waiting', text: `held: ${waits}` };
      const at = communication.opens ?? opens;
      if (at <= now) return { stage: 'sending', text: 'window open, being sent' };
      return { stage: 'waiting', text: `waits until ${label ?? openingLabel(at, zone, now)}` };
    }
    case 'Completed':
    case 'NoResponse':
    case 'Failed':
    case 'Canceled':
    case 'Skipped':
      return { stage: 'ended', text: `${communication.status}${reason ? `: ${reason}` : ''}` };
    case 'Started':
    case 'Delivered':
    case 'Read':
    case 'Replied': {
      const first = mails[0];
      if (!first) return { stage: 'sending', text: 'handed over' };
      return { stage: 'delivered', text: `got mail at ${clockIn(zone, Date.parse(first.at))} ${zoneLabel(zone)} time` };
    }
    default:
      return communication.status satisfies never;
  }
}
