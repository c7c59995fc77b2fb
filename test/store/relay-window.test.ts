import { describe, expect, it } from 'vitest';
import { relayWindow, type Started } from '../../runtime/store/relay-window.ts';

/** People who begin in the order they were signalled, as many a second as the system manages; `ownMs` each takes even alone. */
function system({ perSecond, ownMs, most = 64 }: { perSecond: () => number; ownMs: number; most?: number }) {
  let at = 0;
  let free = 0;
  let people = 0;
  const begins = new Map<number, number>();
  const begun = async (started: readonly Started[]) =>
    started.filter(({ participant }) => begins.get(participant)! <= at);
  const window = relayWindow({ begun, most, now: () => at });
  /** Signals for so many seconds; gives how many were signalled, and how many waited for their turn on average. */
  async function pass(seconds: number) {
    const end = at + seconds * 1000;
    const before = people;
    let looks = 0;
    let queued = 0;
    for (; at < end; at += 150) {
      for (let room = await window.room(); room > 0; room--) {
        free = Math.max(free, at) + 1000 / perSecond();
        begins.set(people, free + ownMs);
        window.signalled(people++, 'e');
      }
      looks += 1;
      queued += [...begins.values()].filter((begin) => begin > at).length;
    }
    return { rate: (people - before) / seconds, queued: queued / looks };
  }
  return { pass, window };
}

describe('the window of an import', () => {
  it('uses most of what the system can do, and keeps few waiting', async () => {
    const { pass } = system({ perSecond: () => 12, ownMs: 200 });
    await pass(20);
    const { rate, queued } = await pass(60);
    expect(rate).toBeGreaterThan(0.7 * 12);
    expect(queued).toBeLessThan(12);
  });

  it('grows with a system of many workers', async () => {
    const { pass } = system({ perSecond: () => 200, ownMs: 200 });
    await pass(60);
    const { rate } = await pass(60);
    expect(rate).toBeGreaterThan(80);
  });

  it('narrows when the system becomes slow', async () => {
    let perSecond = 40;
    const { pass } = system({ perSecond: () => perSecond, ownMs: 100 });
    const fast = await pass(60);
    perSecond = 2;
    await pass(60);
    const slow = await pass(30);
    expect(slow.queued).toBeLessThan(fast.queued);
    expect(slow.queued).toBeLessThan(4);
    expect(slow.rate).toBeGreaterThan(1.5);
  });

  it('goes on, slowly, when nobody begins at all', async () => {
    const { pass } = system({ perSecond: () => 0.001, ownMs: 0 });
    await pass(100);
    expect((await pass(300)).rate).toBeGreaterThan(0.02);
  });

  it('lets those pass who start nothing at a bounded rate', async () => {
    let at = 0;
    const window = relayWindow({ begun: async () => [], most: 16, now: () => at });
    let signalled = 0;
    for (; at < 10_000; at += 20)
      for (let room = await window.room(); room > 0; room--) {
        window.signalled(signalled, null);
        signalled += 1;
      }
    expect(signalled / 10).toBeGreaterThan(40);
    expect(signalled / 10).toBeLessThanOrEqual(51);
  });
});
