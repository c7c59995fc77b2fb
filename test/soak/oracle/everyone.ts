/** What holds for each life, whatever its campaign. */
import { DateTime } from 'luxon';
import type { CommunicationEvidence } from '../evidence.ts';
import { isUncertain, type Verdict, wallText, wentOut } from './verdict.ts';

interface Hours {
  readonly from: string;
  readonly to: string;
  /** ISO weekdays; absent: every day. */
  readonly days?: readonly number[];
}

/** As written in the campaigns; what is not here may leave at any time. */
const windows: Readonly<Record<string, readonly Hours[]>> = {
  FINAL: [{ from: '06:00', to: '22:00' }],
  LESSON_1: [{ from: '09:00', to: '18:00' }],
  LESSON_2: [
    { from: '08:00', to: '12:00' },
    { from: '14:00', to: '20:00', days: [1, 2, 3, 4, 5, 6] },
  ],
  LESSON_3: [
    { from: '22:00', to: '24:00' },
    { from: '00:00', to: '07:00' },
  ],
};

const finals = ['Completed', 'NoResponse', 'Failed', 'Canceled', 'Skipped'];

export function judgeEveryone(verdict: Verdict): void {
  const { evidence } = verdict;
  for (const one of evidence.communications) judgeCommunication(verdict, one);
  for (const run of evidence.runs) {
    verdict.expect(run.failure === null, 'failed', () => `a run of ${run.flow} failed: ${run.failure}`);
    const over = run.state === 'ended' || evidence.life.sleeps;
    verdict.expect(over, 'stands still', () => `a run of ${run.flow} is ${run.state}, waits for ${run.waitsFor}`);
  }
  judgeDelivery(verdict);
}

function judgeCommunication(verdict: Verdict, one: CommunicationEvidence): void {
  const { sleeps } = verdict.evidence.life;
  const over = finals.includes(one.status) || sleeps;
  verdict.expect(over, 'stands still', () => `${one.name} is ${one.status}, outbox ${one.outbox}`);
  if (one.handedOff === null || !wentOut(one)) return;
  const at = DateTime.fromMillis(one.handedOff, { zone: one.zone });
  verdict.expect(inside(at, windows[one.name]), 'outside its window', () => `${one.name} left at ${at.toISO()}`);
  const opened = one.opens !== null && one.opens <= one.handedOff;
  verdict.expect(
    opened,
    'outside its window',
    () => `${one.name} left at ${at.toISO()} before it opened at ${one.opens}`,
  );
  judgeZone(verdict, one, one.handedOff);
}

/** What left had been planned with the timezone that was stored before. */
function judgeZone(verdict: Verdict, one: CommunicationEvidence, handedOff: number): void {
  const { life, said } = verdict.evidence;
  const change = said.find(({ fields }) => fields.timezone !== undefined);
  const allowed = !change || handedOff < change.began ? [life.zone] : [change.fields.timezone];
  if (change && handedOff >= change.began && handedOff <= change.ended) allowed.push(life.zone);
  verdict.expect(
    allowed.includes(one.zone),
    'wrong zone',
    () => `${one.name} left at ${wallText(handedOff)}Z by ${one.zone}, at that time it was ${allowed.join(' or ')}`,
  );
}

/** What the store counts as sent reached the peer once; where the answer was lost it may or may not have. */
function judgeDelivery(verdict: Verdict): void {
  const { communications, messages } = verdict.evidence;
  for (const name of new Set([...messages.keys(), ...communications.map((one) => one.name)])) {
    const sent = verdict.named(name).filter((one) => one.outbox === 'SENT').length;
    const unknown = verdict.named(name).filter(isUncertain).length;
    const got = messages.get(name) ?? 0;
    verdict.expect(got >= sent, 'lost', () => `${name}: the store says ${sent} sent, the peer took ${got}`);
    verdict.expect(
      got <= sent + unknown,
      'doubled',
      () => `${name}: ${sent} sent, ${unknown} unknown, the peer took ${got}`,
    );
  }
}

function inside(at: DateTime, window: readonly Hours[] | undefined): boolean {
  const time = at.toFormat('HH:mm');
  const open = ({ from, to, days }: Hours) => from <= time && time < to && (!days || days.includes(at.weekday));
  return window === undefined || window.some(open);
}
