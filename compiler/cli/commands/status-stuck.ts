import { stuckKinds } from '../../../runtime/model/stuck.ts';
import { type Restored, restoredSentence } from '../../../runtime/store/generation.ts';
import type { Stuck, StuckCount } from '../../../runtime/store/stuck.ts';
import { openingLabel } from '../../../runtime/time/label.ts';
import { visible } from '../../screen.ts';
import { table } from '../../table.ts';

/** The restored backup of which everybody must know before they read on; else empty. */
export function restoredText(restored: Restored | undefined): string {
  return restored ? `${restoredSentence}\n\n` : '';
}

/** How many are stuck in each campaign, and what to do; empty when nobody does. */
export function stuckCountsText(counts: readonly StuckCount[]): string {
  if (counts.length === 0) return '';
  const rows = counts.map(({ campaign, kind, participants }) => {
    const { state, todo } = stuckKinds[kind];
    return [campaign, String(participants), `${state}. ${todo}`];
  });
  return `\n${table(['stuck', 'participants', 'each'], rows)}`;
}

/** Who is stuck, since when and why. */
export function stuckListText(list: readonly Stuck[], zone: string): string {
  if (list.length === 0) return '';
  const rows = list.map((one) => [one.externalId, realLabel(one.since, zone), why(one)]);
  return `\n${table(['stuck', 'found', ''], rows)}`;
}

/** Of one participant, a line; empty when they are not stuck. */
export function stuckText([one]: readonly Stuck[], zone: string): string {
  return one ? `${one.externalId} ${why(one)} Found ${realLabel(one.since, zone)}.\n\n` : '';
}

function why({ kind, said, attempts, campaign, externalId }: Stuck): string {
  const { state, todo } = stuckKinds[kind];
  const tried = attempts > 1 ? [`tried ${attempts} times`] : [];
  const words = [...tried, ...(said === null ? [] : [visible(said)])].join(': ');
  return `${state}${words === '' ? '' : ` (${words})`}. ${todo.replace('CAMPAIGN PARTICIPANT', `${campaign} ${externalId}`)}`;
}

/** Findings are made in real time, whatever clock participants live by. */
function realLabel(at: number, zone: string): string {
  return openingLabel(at, zone, Date.now());
}
