import type { Said } from '../evidence.ts';
import { instantOf } from '../people.ts';
import { before, type Verdict } from './verdict.ts';

/** Every change is handled once; of parked recalls the newest counts; ticks during the rest start one poll. */
export function judgeOrders(verdict: Verdict): void {
  const { said, fields } = verdict.evidence;
  const changes = (field: string) => said.filter((one) => one.kind === 'changed' && one.fields[field] !== undefined);
  const orders = changes('order').length;
  verdict.field('handled', [orders]);
  countRuns(verdict, 'ship', [orders, orders]);
  if (orders > 0) verdict.field('score', [3]);
  messagesFor(verdict, 'SHIPPED', [Math.min(orders, 1), orders]);

  const segments = changes('segment').length;
  verdict.field('seen', [segments]);
  countRuns(verdict, 'notice_segment', [segments, segments]);

  const fired = firings(verdict, changes('due'));
  verdict.expect(
    Number(fields.fired) >= fired[0] && Number(fields.fired) <= fired[1],
    'wrong branch',
    () => `${fields.fired} recalls, allowed ${fired.join(' to ')}`,
  );
  countRuns(verdict, 'recall', [changes('due').length, changes('due').length]);
  messagesFor(verdict, 'DUE', [Math.min(fired[0], 1), fired[1]]);

  const ticks = changes('tick');
  const polls = pollings(verdict, ticks);
  const polled = verdict.evidence.life.sleeps ? ([0, 0] as const) : polls;
  verdict.expect(
    Number(fields.polled) >= polled[0] && Number(fields.polled) <= polled[1],
    'wrong branch',
    () => `${fields.polled} polls, allowed ${polled.join(' to ')}`,
  );
  countRuns(verdict, 'poll', polls);
  if (verdict.evidence.life.sleeps) judgeSleeper(verdict);
}

/** Only the rest is waited for. */
function judgeSleeper(verdict: Verdict): void {
  const open = verdict.evidence.runs.filter((run) => run.state !== 'ended').map((run) => `${run.flow} ${run.state}`);
  verdict.expect(open.join() === 'poll parked', 'stands still', () => `a sleeper has ${open.join(', ') || 'no run'}`);
}

type Range = readonly [least: number, most: number];

function countRuns(verdict: Verdict, flow: string, [least, most]: Range): void {
  const n = verdict.evidence.runs.filter((run) => run.flow === flow).length;
  verdict.expect(n >= least && n <= most, 'count', () => `${n} runs of ${flow}, allowed ${least} to ${most}`);
}

/** A plan that has not left yet is replaced by the next one of its name. */
function messagesFor(verdict: Verdict, name: string, [least, most]: Range): void {
  const n = verdict.handedOver(name);
  verdict.expect(
    n >= least,
    'lost',
    () => `${name} was sent ${n} times, at least ${least} (${verdict.statuses(name)})`,
  );
  verdict.expect(n <= most, 'doubled', () => `${name} was sent ${n} times, at most ${most}`);
}

/** `again: restart`: a date that comes before the next change fires. */
function firings({ evidence }: Verdict, changes: readonly Said[]): Range {
  let [least, most] = [0, 0];
  for (const [n, change] of changes.entries()) {
    const next = changes[n + 1];
    const due = instantOf(String(change.fields.due), evidence.life.zone);
    const replaced = next ? before(next, due) : 'no';
    // A run that looks only after the next change reads the next date.
    const late = next !== undefined && (next.settled.recall ?? 0) <= n;
    if (replaced === 'no' && !late) least += 1;
    if (replaced !== 'yes') most += 1;
  }
  return [least, most];
}

/** `again: ignore`: of the ticks before `rest_until` the first counts, of those after it each does. */
function pollings({ evidence }: Verdict, ticks: readonly Said[]): Range {
  const until = instantOf(String(evidence.life.fields.rest_until), evidence.life.zone);
  const early = ticks.filter((tick) => before(tick, until) === 'yes').length;
  const either = ticks.filter((tick) => before(tick, until) === 'either').length;
  const after = ticks.length - early - either;
  return [Math.min(early, 1) + after + (early === 0 && either > 0 ? 1 : 0), Math.min(early, 1) + after + either];
}
