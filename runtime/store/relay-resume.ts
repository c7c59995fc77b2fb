/** Participants whose runs or messages are held are told when the cause has cleared. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventMessage } from '../activities/port.ts';
import { virtualNow } from '../model/clock.ts';
import { activeCampaigns } from './campaigns.ts';
import { heldCauses, heldParticipants, markResumed } from './holds.ts';
import { type RelayOptions, whoOf } from './relay-signal.ts';

const channelPollMs = 5000;
const channelPatienceMs = 1000;
const usualRate = 50;

/** Tells the next of the held whose cause has cleared; called once a second it keeps the rate of `resumesPerSecond`. */
export async function resumeHeld(options: RelayOptions): Promise<void> {
  const { db } = options.store;
  const active = await activeCampaigns(db);
  let left = options.resumesPerSecond ?? usualRate;
  for (const { cause, of } of await heldCauses(db)) {
    const cleared = cause === 'campaign stopped' ? active.has(of) : await options.channelUp(of);
    if (!cleared || left === 0) continue;
    const participants = await heldParticipants(db, cause, of, left);
    left -= participants.length;
    for (const participant of participants) {
      const at = virtualNow(options.clock, Date.now());
      const id = `resume-${participant.id}-${at}`;
      const message: EventMessage = { number: 0, id, type: 'resume', starts: [], upTo: participant.relayed, at };
      await options.signal(whoOf(options, participant), message, []);
      await markResumed(db, participant, cause, of);
    }
  }
}

/**
 * A channel is asked every few seconds, however many wait for it. One whose server says nothing for a minute holds up
 * neither the others nor the end of the relay: it counts as down until its answer is there.
 */
export function remembered(ask: (name: string) => Promise<boolean>): (name: string) => Promise<boolean> {
  const answers = new Map<string, { readonly up: Promise<boolean>; answered: number | null }>();
  const anew = (name: string) => {
    const asked = { up: ask(name).catch(() => false), answered: null as number | null };
    asked.up.then(() => {
      asked.answered = Date.now();
    });
    answers.set(name, asked);
    return asked;
  };
  return (name) => {
    const last = answers.get(name);
    const old = !last || (last.answered !== null && Date.now() - last.answered >= channelPollMs);
    const { up } = old ? anew(name) : last;
    return Promise.race([up, sleep(channelPatienceMs, false)]);
  };
}
