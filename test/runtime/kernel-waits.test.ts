import { describe, expect, test } from 'vitest';
import type { SendResult, StepInput } from '../../runtime/activities/port.ts';
import type { Flow } from '../../runtime/workflow/abi.ts';
import {
  type CommitInput,
  called,
  communicationOf,
  day,
  deferred,
  ended,
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
  type StretchInput,
  simulation,
  states,
  stopAfterFacts,
  type TestSimulation,
  type Told,
} from './harness.ts';

/** Steps from then on, and the condition they go on by. */
function steps(sim: TestSimulation, from: number): (readonly [string, string | undefined])[] {
  return sim.calls.slice(from).map(({ summary, input }) => [summary, (input as StepInput).when?.key]);
}

describe('waits', () => {
  test('the bound of a wait goes on in `else`', async () => {
    const seen: string[] = [];
    const facts = async ({ stretch }: StretchInput) => (
      seen.push(stretch),
      { facts: { '2 days from now': monday + hour }, plans: { REMINDER: plan(opening(monday + 5 * hour)) } }
    );
    const silent = async (flow: Flow) => (await flow.facts('silent'), flow.stop());
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent })] },
      quietActivities({ facts }),
    );
    sim.signal(event());
    await sim.advanceTo(monday + hour);
    expect(seen).toEqual(['start', 'silent']);
    expect(sim.running()).toBe(true);
  });

  test('a communication that ended at once is not waited for', async () => {
    const gone = {
      base: null,
      planning: monday,
      kind: 'email',
      final: { status: 'Failed' as const, reason: 'no_date' as const },
    };
    const facts = async () => ({ facts: { '2 days from now': monday + day }, plans: { REMINDER: gone } });
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities({ facts }),
    );
    sim.signal(event());
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
  });

  test('a condition is looked at after a change of what it watches, and only then', async () => {
    let paid = false;
    const wait = program(
      async (flow) => (
        await flow.facts('wait for paid'),
        flow.waitFor('paid', {
          stretch: 'wait for paid',
          watches: ['paid'],
          upTo: monday + day,
          then: 'thanks',
          else: 'late',
          line: 'f.flow:4',
        })
      ),
      { thanks: stopAfterFacts, late: async (flow) => flow.stop() },
    );
    const sim = simulation({ remind: [wait] }, quietActivities({ facts: async () => ({ facts: { paid } }) }));
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ type: 'participantUpdated', starts: [], touched: ['amount'] }));
    await sim.settle();
    expect(called(sim)).toBe('facts commit');
    paid = true;
    sim.signal(event({ type: 'participantUpdated', starts: [], touched: ['paid'] }));
    await sim.settle();
    expect(called(sim)).toBe('facts commit facts facts commit');
  });

  test('a condition that watches a communication is looked at once when it ends', async () => {
    const wait = program(async (flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      return flow.waitFor('REMINDER.status == Completed', {
        stretch: 'wait',
        watches: ['REMINDER'],
        then: 'next',
        line: 'f.flow:3',
      });
    }, later);
    const sim = simulation({ remind: [wait] }, quietActivities(opensIn(0)));
    sim.signal(event());
    await sim.settle();
    const before = sim.calls.length;
    sim.signal(ended(communicationOf(sim)));
    await sim.settle();
    expect(steps(sim, before)).toEqual([['remind: next', 'REMINDER.status == Completed']]);
    expect(states(sim)).toEqual(['remind parked']);
  });

  test('a condition that watches a communication is looked at when another run plans it, or its plan ends at once', async () => {
    const none = { base: null, planning: monday, kind: 'email' };
    const gone = { ...none, final: { status: 'Failed' as const, reason: 'no_date' as const } };
    let next: object = plan(opening(monday + hour));
    const facts = async () => ({ facts: {}, plans: { REMINDER: next } }) as Told;
    const waits = program(async (flow) => {
      await flow.facts('start');
      return flow.waitFor('over', { stretch: 'wait', watches: ['REMINDER'], then: 'next', line: 'f.flow:3' });
    }, later);
    const sim = simulation({ waits: [waits], remind: [program(planAndStop)] }, quietActivities({ facts }));
    sim.signal(event({ starts: [{ flow: 'waits', hash: 'aaaa0001' }] }));
    await sim.settle();
    for (const made of [plan(opening(monday + hour)), gone]) {
      next = made;
      const before = sim.calls.length;
      sim.signal(event());
      await sim.settle();
      expect(steps(sim, before)).toEqual([
        ['remind: start', undefined],
        ['waits: next', 'over'],
      ]);
    }
  });

  test('a condition is looked at again when what it watches changed between its facts and its parking', async () => {
    const gate = deferred<SendResult>();
    const parked = deferred<object>();
    let over = false;
    const facts = async (): Promise<Told> => ({
      facts: { over },
      plans: { REMINDER: plan(opening(monday)) },
    });
    const commit = ({ state }: CommitInput) => (state.kind === 'parked' ? parked.promise : Promise.resolve({}));
    const waits = program(
      async (flow) => {
        await flow.facts('start');
        return flow.waitFor('over', { stretch: 'wait', watches: ['REMINDER'], then: 'next', line: 'f.flow:3' });
      },
      { next: stopAfterFacts },
    );
    const sim = simulation(
      { remind: [program(planAndStop)], waits: [waits] },
      quietActivities({ facts, commit, send: () => gate.promise }),
    );
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ starts: [{ flow: 'waits', hash: 'aaaa0001' }] }));
    await sim.settle();
    over = true;
    gate.resolve({ kind: 'ended', status: 'Failed', reason: 'no_address' });
    await sim.settle();
    parked.resolve({});
    await sim.settle();
    expect(states(sim)).toEqual(['remind stopped', 'waits parked', 'waits stopped']);
  });

  test('`wait until` follows a changed timezone, and so do planned communications', async () => {
    let until = monday + day;
    const wait = program(
      async (flow) => {
        const is = await flow.facts('start');
        flow.plan('REMINDER');
        return flow.waitUntil(is['due_date at 10:00'], {
          label: 'until due_date at 10:00',
          then: 'next',
          line: 'f.flow:4',
          follows: { stretch: 'start', key: 'due_date at 10:00' },
        });
      },
      { next: stopAfterFacts },
    );
    const facts = async () => ({
      facts: { 'due_date at 10:00': until },
      plans: { REMINDER: plan(opening(monday + 2 * hour)) },
    });
    const replan = async ({ ids }: { ids: readonly string[] }) =>
      Object.fromEntries(ids.map((i) => [i, plan(opening(monday + 8 * hour))]));
    const sim = simulation({ remind: [wait] }, quietActivities({ facts, replan }));
    sim.signal(event());
    await sim.settle();
    until = monday + hour;
    sim.signal(event({ type: 'participantUpdated', starts: [], touched: ['profile.timezone'] }));
    await sim.settle();
    expect(sim.timers()).toEqual([{ at: monday + hour, summary: 'remind waits until due_date at 10:00 (f.flow:4)' }]);
    expect(sim.details()).toContain('REMINDER');
    await sim.advanceTo(monday + 7 * hour);
    expect(inputs(sim, 'send')).toHaveLength(0);
  });

  test.each([
    ['a missing date', null, true],
    ['a date that has passed', monday - 1, true],
    ['the present moment', monday, true],
    ['what comes within 20 ms', monday + 20, true],
    ['what comes later', monday + 21, false],
  ])('`wait until`: %s', async (_, until, goesOn) => {
    const { seen, activities } = readBy(() => ({ facts: { until } }));
    const wait = program(async (flow) => {
      const is = await flow.facts('start');
      return flow.waitUntil(is.until, { label: 'until due_date', then: 'next', line: 'f.flow:4' });
    }, later);
    const sim = simulation({ remind: [wait] }, activities);
    sim.signal(event());
    await sim.settle();
    expect(seen).toEqual(goesOn ? ['start', 'afterwards'] : ['start']);
    expect(states(sim)).toEqual(goesOn ? ['remind parked', 'remind stopped'] : ['remind parked']);
    expect(inputs<CommitInput>(sim, 'commit')[0]!.state).toEqual({ kind: 'parked', until });
  });

  const conditionOf = (bound: { upTo?: number | null }, otherwise: { else?: string }) =>
    program(async (flow) => {
      await flow.facts('start');
      const words = { stretch: 'paid?', watches: ['paid'], then: 'next', line: 'f.flow:4' };
      return flow.waitFor('paid', { ...words, ...bound, ...otherwise });
    }, later);
  const communicationWaitOf = (bound: { upTo?: number | null }, otherwise: { else?: string }) =>
    program(async (flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      return flow.waitForCommunication('REMINDER', { ...bound, ...otherwise, then: 'next', line: 'f.flow:4' });
    }, later);

  describe.each([
    ['a condition', conditionOf],
    ['a communication', communicationWaitOf],
  ])('for %s', (_, wait) => {
    const goesOnTo = async (paid: boolean, bound: { upTo?: number | null }, otherwise: { else?: string }) => {
      const plans = { REMINDER: plan(opening(monday + day)) };
      const { seen, activities } = readBy(() => ({ facts: { paid }, plans }));
      const sim = simulation({ remind: [wait(bound, otherwise)] }, activities);
      sim.signal(event());
      await sim.settle();
      return { sim, to: seen.at(-1) };
    };
    const otherwise = { else: 'otherwise' };

    test('a bound that has passed, or whose date is missing, goes on in `else` at once', async () => {
      for (const upTo of [null, monday - 1, monday, monday + 20])
        expect((await goesOnTo(false, { upTo }, otherwise)).to, String(upTo)).toBe('otherwise');
      expect((await goesOnTo(false, { upTo: monday + 21 }, otherwise)).to).toBe('start');
      expect((await goesOnTo(false, {}, otherwise)).to).toBe('start');
    });

    test('without `else` the bound goes on behind the wait', async () => {
      expect((await goesOnTo(false, { upTo: monday }, {})).to).toBe('afterwards');
      const { sim } = await goesOnTo(false, { upTo: monday + hour }, {});
      await sim.advanceTo(monday + hour);
      expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
    });

    test('without a bound it has no end of its own', async () => {
      const { sim } = await goesOnTo(false, {}, {});
      expect(inputs<CommitInput>(sim, 'commit')[0]!.state).toMatchObject({ kind: 'parked', until: null });
      await sim.advanceTo(monday + 300 * day);
      expect(states(sim)).toEqual(wait === conditionOf ? ['remind parked'] : ['remind parked', 'remind stopped']);
    });
  });

  test('a condition that holds already goes on, even when its bound has passed', async () => {
    const { seen, activities } = readBy(() => ({ facts: { paid: true } }));
    const sim = simulation({ remind: [conditionOf({ upTo: monday }, { else: 'otherwise' })] }, activities);
    sim.signal(event());
    await sim.settle();
    expect(seen).toEqual(['start', 'afterwards']);
  });

  test('a communication that was never planned is not waited for', async () => {
    const wait = program(
      async (flow) => flow.waitForCommunication('REMINDER', { then: 'next', line: 'f.flow:4' }),
      later,
    );
    const sim = simulation({ remind: [wait] }, quietActivities());
    sim.signal(event());
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
  });

  test('the end of a communication wakes who waits for it and no one else', async () => {
    const { activities } = readBy(({ run }) => ({
      facts: {},
      plans: { REMINDER: plan(opening(monday)), CALL: plan(opening(monday + (run.flow === 'calls' ? hour : 0))) },
    }));
    const waitFor = (name: string) =>
      program(async (flow) => {
        await flow.facts('start');
        flow.plan(name);
        return flow.waitForCommunication(name, { then: 'next', line: 'f.flow:4' });
      }, later);
    const sim = simulation({ calls: [waitFor('CALL')], mails: [waitFor('REMINDER')] }, activities);
    sim.signal(event({ starts: ['calls', 'mails'].map((flow) => ({ flow, hash: 'aaaa0001' })) }));
    await sim.settle();
    sim.signal(ended(communicationOf(sim)));
    await sim.settle();
    expect(states(sim)).toEqual(['calls parked', 'mails parked', 'mails stopped']);
  });

  test('whatever they wait for, the oldest run wakes first', async () => {
    const woken = { answered: stopAfterFacts, silent: stopAfterFacts };
    const looks = program(async (flow) => {
      await flow.facts('start');
      return flow.waitFor('over', { stretch: 'wait', watches: ['REMINDER'], then: 'next', line: 'f.flow:4' });
    }, later);
    const sim = simulation({ looks: [looks], mails: [program(planAndWait, woken)] }, quietActivities(opensIn(0)));
    sim.signal(event({ starts: [{ flow: 'looks', hash: 'aaaa0001' }] }));
    sim.signal(event({ starts: [{ flow: 'mails', hash: 'aaaa0001' }] }));
    await sim.settle();
    const before = sim.calls.length;
    sim.signal(ended(communicationOf(sim)));
    await sim.settle();
    expect(steps(sim, before)).toEqual([
      ['looks: next', 'over'],
      ['mails: answered', undefined],
    ]);
  });

  test('a condition is looked at when the communication it watches was sent or delivered, and when the run’s own write meets it', async () => {
    let paid = false;
    const { seen, activities } = readBy(() => ({ facts: { paid }, plans: { REMINDER: plan(opening(monday + hour)) } }));
    const wait = program(async (flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      return flow.waitFor('paid', { stretch: 'paid?', watches: ['REMINDER', 'paid'], then: 'next', line: 'f.flow:4' });
    }, later);
    const pay = program(async (flow) => (await flow.set('paid = true'), flow.stop()));
    const set = async () => {
      paid = true;
      return { facts: {}, touched: ['paid'] };
    };
    const sim = simulation({ remind: [wait], pay: [pay] }, { ...activities, set });
    sim.signal(event());
    await sim.advanceTo(monday + hour);
    expect(seen).toEqual(['start', 'paid?']);
    const communication = { id: communicationOf(sim), name: 'REMINDER', status: 'Delivered' } as const;
    sim.signal(event({ type: 'communicationUpdated', starts: [], communication }));
    await sim.settle();
    expect(seen).toEqual(['start', 'paid?', 'paid?']);
    sim.signal(event({ starts: [{ flow: 'pay', hash: 'aaaa0001' }] }));
    await sim.settle();
    expect(seen).toEqual(['start', 'paid?', 'paid?', 'paid?', 'afterwards']);
  });

  test('what waits is told in the timer and in the details', async () => {
    const wait = (name: string, upTo: number) =>
      program(async (flow) => {
        await flow.facts('start');
        flow.plan('REMINDER');
        return name === 'paid'
          ? flow.waitFor('paid', { stretch: 'paid?', watches: ['paid'], upTo, then: 'next', line: 'f.flow:4' })
          : name === 'REMINDER'
            ? flow.waitForCommunication(name, { upTo, then: 'next', line: 'f.flow:5' })
            : flow.waitUntil(upTo, { label: '3 days', then: 'next', line: 'f.flow:6' });
      }, later);
    const told = async (name: string) => {
      const sim = simulation({ remind: [wait(name, monday + hour)] }, quietActivities(opensIn(2 * hour)));
      sim.signal(event());
      await sim.settle();
      return [sim.timers()[0]!.summary, sim.details().split('\n')[1]];
    };
    expect(await told('paid')).toEqual([
      'remind waits for paid at most until then (f.flow:4)',
      '- flow **remind** at f.flow:4: waits for `paid`, until 2026-03-09 09:00 UTC',
    ]);
    expect(await told('REMINDER')).toEqual([
      'remind waits for REMINDER at most until then (f.flow:5)',
      '- flow **remind** at f.flow:5: waits for REMINDER, until 2026-03-09 09:00 UTC',
    ]);
    expect(await told('time')).toEqual([
      'remind waits 3 days (f.flow:6)',
      '- flow **remind** at f.flow:6: waits 3 days, until 2026-03-09 09:00 UTC',
    ]);
  });
});
