import { describe, expect, test } from 'vitest';
import type { ReplanInput, SendResult } from '../../runtime/activities/port.ts';
import {
  communicationOf,
  day,
  deferred,
  event,
  hour,
  inputs,
  later,
  monday,
  opening,
  opensIn,
  plan,
  planAndStop,
  planAndWait,
  program,
  quietActivities,
  readBy,
  simulation,
  states,
  stopAfterFacts,
} from './harness.ts';

const timezoneChanged = () => event({ type: 'participantUpdated', starts: [], touched: ['profile.timezone'] });

describe('a changed timezone', () => {
  const parked = (follows: boolean) =>
    program(async (flow) => {
      await flow.facts('start');
      const words = { label: 'until due_date', then: 'next', line: 'f.flow:4' };
      const followed = { follows: { stretch: 'until due_date', key: 'due_date' } };
      return flow.waitUntil(monday + day, follows ? { ...words, ...followed } : words);
    }, later);

  test('a date that is missing by now goes on at once; a fixed wait stays', async () => {
    const { seen, activities } = readBy(() => ({ facts: { due_date: null } }));
    const sim = simulation({ a: [parked(true)], b: [parked(false)] }, activities);
    sim.signal(event({ starts: ['a', 'b'].map((flow) => ({ flow, hash: 'aaaa0001' })) }));
    await sim.settle();
    sim.signal(timezoneChanged());
    await sim.settle();
    expect(seen).toEqual(['start', 'start', 'until due_date', 'afterwards']);
    expect(states(sim)).toEqual(['a parked', 'b parked', 'a stopped']);
  });

  test('asks for new openings of what has not started, and for none when nothing waits', async () => {
    const { activities } = readBy(() => ({
      facts: {},
      plans: { NOW: plan(opening(monday)), LATER: plan(opening(monday + hour)) },
    }));
    const two = program(async (flow) => {
      await flow.facts('start');
      flow.plan('NOW');
      flow.plan('LATER');
      return flow.stop();
    });
    const sim = simulation({ remind: [two] }, activities);
    sim.signal(event());
    await sim.settle();
    sim.signal(timezoneChanged());
    await sim.settle();
    const [first] = inputs<ReplanInput>(sim, 'replan');
    expect(first!.ids).toEqual([communicationOf(sim).replace('NOW/1', 'LATER/2')]);
    await sim.advanceTo(monday + hour);
    sim.signal(timezoneChanged());
    await sim.settle();
    expect(inputs(sim, 'replan')).toHaveLength(1);
  });

  test('ends a communication whose time has run out there, with what the plan says', async () => {
    const final = { status: 'Canceled', reason: 'closed' } as const;
    const replan = async ({ ids }: ReplanInput) =>
      Object.fromEntries(ids.map((id) => [id, { base: null, planning: monday, kind: 'email', final }]));
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities({ ...opensIn(hour), replan }),
    );
    sim.signal(event());
    await sim.settle();
    sim.signal(timezoneChanged());
    await sim.settle();
    // The data side has ended it: who waits for it goes on.
    expect([inputs(sim, 'close'), inputs(sim, 'send')]).toEqual([[], []]);
    expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
    expect(sim.running()).toBe(false);
  });

  test('leaves alone what started while the new opening was looked up', async () => {
    const gate = deferred<Record<string, ReturnType<typeof plan>>>();
    const send = deferred<SendResult>();
    const sim = simulation(
      { remind: [program(planAndStop)] },
      quietActivities({ ...opensIn(0), replan: () => gate.promise, send: () => send.promise }),
    );
    sim.signal(event());
    await sim.settle();
    sim.signal(timezoneChanged());
    await sim.settle();
    send.resolve({ kind: 'started', silenceAt: monday + 2 * day });
    await sim.settle();
    gate.resolve({ [communicationOf(sim)]: plan(opening(monday + hour)) });
    await sim.settle();
    expect(sim.timers()).toEqual([{ at: monday + 2 * day, summary: 'REMINDER ends if nobody answers' }]);
  });
});
