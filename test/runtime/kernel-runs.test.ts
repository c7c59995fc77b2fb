import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../runtime/activities/port.ts';
import type { Flow } from '../../runtime/workflow/abi.ts';
import {
  type CommitInput,
  called,
  communicationOf,
  day,
  deferred,
  type EffectInput,
  ended,
  event,
  hour,
  inputs,
  monday,
  opening,
  opensIn,
  plan,
  planAndStop,
  planAndWait,
  program,
  quietActivities,
  readBy,
  type SendInput,
  simulation,
  states,
  stopAfterFacts,
  type Told,
} from './harness.ts';

describe('what activities are told', () => {
  test('requests are numbered within their run, communications within theirs, and each is told in words', async () => {
    const all = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.set('paid = true');
      flow.plan('REMINDER');
      await flow.python('SCORE');
      await flow.cancel('cancel OTHER', 'OTHER', 'MORE');
      await flow.cancel('cancel communications');
      return flow.to('escalate');
    });
    const { facts } = opensIn(hour);
    const plans = { plans: { REMINDER: plan(opening(monday + hour)) } };
    const set = async () => ({ facts: {}, ...plans });
    const sim = simulation({ remind: [all] }, quietActivities({ facts, set }));
    const about = { id: 'c1', name: 'CALL', status: 'Failed', reason: 'network' } as const;
    const start = event({ type: 'communicationEnded', communication: about });
    sim.signal(start);
    await sim.settle();
    const run = { id: `remind:${start.id}`, flow: 'remind', hash: 'aaaa0001', event: start.id, communication: 'c1' };
    for (const { input } of sim.calls) expect(input).toMatchObject({ run: { ...run, incarnation: 'execution-1' } });
    const effects = (['set', 'python', 'cancel'] as const).flatMap((name) => inputs<EffectInput>(sim, name));
    expect(effects.map(({ name, step }) => [name, step])).toEqual([
      ['paid = true', 1],
      ['SCORE', 2],
      ['cancel OTHER', 2],
      ['cancel communications', 2],
    ]);
    expect(inputs<{ names: readonly string[] }>(sim, 'cancel').map(({ names }) => names)).toEqual([
      ['OTHER', 'MORE'],
      [],
    ]);
    const planned = inputs<CommitInput>(sim, 'commit').flatMap(({ plans: all }) => all.map(({ id }) => id));
    expect(planned).toEqual([1, 2].map((n) => `reminder/42/${run.id}/REMINDER/${n}`));
    expect(called(sim)).toBe('facts commit set commit python cancel cancel commit');
    expect(sim.calls.map(({ summary }) => summary)).toEqual(['remind: start', 'python SCORE']);
    expect(inputs<CommitInput>(sim, 'commit').at(-1)!.state).toEqual({
      kind: 'ended',
      as: 'handed over',
      to: 'escalate',
    });
  });

  test('the details say what is being sent, held, started, and how much is still to be handled', async () => {
    const gate = deferred<SendResult>();
    const answers: Promise<SendResult>[] = [
      Promise.resolve({ kind: 'held', cause: 'channel' }),
      Promise.resolve({ kind: 'started', silenceAt: monday + 2 * day }),
      gate.promise,
    ];
    const { activities } = readBy(() => ({
      facts: {},
      plans: { HELD: plan(opening(monday)), MAIL: plan(opening(monday)), LATE: plan(opening(monday)) },
    }));
    const all = program(async (flow) => {
      await flow.facts('start');
      for (const name of ['HELD', 'MAIL', 'LATE']) flow.plan(name);
      await flow.python('SLOW');
      return flow.stop();
    });
    const sim = simulation(
      { remind: [all] },
      { ...activities, send: () => answers.shift()!, python: () => deferred<Told>().promise },
    );
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ starts: [] }));
    await sim.settle();
    expect(sim.details()).toBe(
      '- **HELD** (email): held: channel; closes 2026-03-10 08:00 UTC\n' +
        '- **MAIL** (email): started; ends 2026-03-11 08:00 UTC if nobody answers\n' +
        '- **LATE** (email): is being sent\n' +
        '- 1 event(s) to handle',
    );
    expect(sim.timers()).toEqual([{ at: monday + day, summary: 'HELD closes (held: channel)' }]);
  });
});

describe('again', () => {
  const waiting = (again: 'restart' | 'ignore' | 'parallel') =>
    program(
      async (flow) => (
        await flow.facts('start'), flow.waitUntil(monday + day, { label: '1 day', then: 'next', line: 'f.flow:3' })
      ),
      { next: stopAfterFacts },
      { again },
    );
  test.each([
    ['restart', ['remind parked', 'remind replaced', 'remind parked']],
    ['ignore', ['remind parked']],
    ['parallel', ['remind parked', 'remind parked']],
  ] as const)('%s', async (again, expected) => {
    const sim = simulation({ remind: [waiting(again)] }, quietActivities());
    sim.signal(event());
    sim.signal(event({ type: 'participantUpdated' }));
    await sim.settle();
    expect(states(sim)).toEqual(expected);
  });
});

describe('again: ignore', () => {
  const waits = program(
    async (flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      return flow.waitForCommunication('REMINDER', { then: 'next', line: 'f.flow:3' });
    },
    { next: stopAfterFacts },
    { again: 'ignore' },
  );

  test('the event that ends the parked run starts the next one', async () => {
    const sim = simulation({ remind: [waits] }, quietActivities(opensIn(0)));
    sim.signal(event());
    await sim.settle();
    sim.signal(ended(communicationOf(sim), { starts: [{ flow: 'remind', hash: 'aaaa0001' }] }));
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'remind stopped', 'remind parked']);
  });

  test('not when the run it wakes parks again', async () => {
    const twice = program(
      waits.segments.start,
      {
        next: async (flow) => (
          await flow.facts('next'), flow.waitUntil(monday + day, { label: '1 day', then: 'last', line: 'f.flow:4' })
        ),
        last: stopAfterFacts,
      },
      { again: 'ignore' },
    );
    const sim = simulation({ remind: [twice] }, quietActivities(opensIn(0)));
    sim.signal(event());
    await sim.settle();
    sim.signal(ended(communicationOf(sim), { starts: [{ flow: 'remind', hash: 'aaaa0001' }] }));
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'remind parked']);
  });
});

describe('exits', () => {
  test('an exit ends parked runs and open communications, and starts nothing', async () => {
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities(opensIn(hour)),
    );
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ type: 'participantUpdated', exits: true }));
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'left']);
    expect(sim.timers()).toEqual([]);
    expect(sim.running()).toBe(false);
  });

  test('it does not wait for a slow script: open communications end at once', async () => {
    const gate = deferred<Told>();
    const slow = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.python('SLOW');
      return flow.stop();
    });
    const sim = simulation({ remind: [slow] }, quietActivities({ ...opensIn(hour), python: () => gate.promise }));
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ type: 'participantUpdated', exits: true, starts: [] }));
    await sim.settle();
    expect([states(sim), sim.timers()]).toEqual([['remind running', 'left'], []]);
    gate.resolve({ facts: {}, stands: 'exited' });
    await sim.settle();
    expect([inputs(sim, 'leave').length, sim.running()]).toEqual([1, false]);
  });

  test('what a segment plans while an exit arrives ends with it', async () => {
    const gate = deferred<object>();
    const sim = simulation(
      { remind: [program(planAndStop)] },
      quietActivities({ ...opensIn(hour), commit: () => gate.promise }),
    );
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ type: 'participantUpdated', exits: true, starts: [] }));
    await sim.settle();
    gate.resolve({});
    await sim.settle();
    expect([states(sim), inputs(sim, 'send')]).toEqual([['remind stopped', 'left'], []]);
    expect(sim.running()).toBe(false);
  });

  test('a run that the store says has exited ends at its next statement', async () => {
    const facts = async (): Promise<Told> => ({ facts: {}, stands: 'exited' });
    const one = simulation({ remind: [program(planAndStop)] }, quietActivities({ facts }));
    one.signal(event());
    await one.settle();
    expect([states(one), one.running()]).toEqual([['remind exited'], false]);
    // What was planned before the run's own write stands in the store: the exit's event ends it.
    const leaves = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.set('paid = true');
      flow.plan('REMINDER');
      return flow.stop();
    });
    const set = async (): Promise<Told> => ({ facts: {}, stands: 'exited' });
    const two = simulation({ remind: [leaves] }, quietActivities({ ...opensIn(hour), set }));
    two.signal(event());
    await two.settle();
    expect([called(two), states(two)]).toEqual(['facts commit set commit', ['remind running', 'remind exited']]);
    expect(inputs<CommitInput>(two, 'commit').map(({ plans }) => plans.length)).toEqual([1, 0]);
    two.signal(event({ type: 'participantUpdated', exits: true, starts: [] }));
    await two.settle();
    expect([states(two).at(-1), two.running()]).toEqual(['left', false]);
  });

  test('it does not wait for a slow script: the run ends at its next statement and its later plans are dropped', async () => {
    const gate = deferred<Told>();
    const slow = program(async (flow: Flow) => {
      await flow.python('SLOW');
      flow.plan('REMINDER');
      return flow.stop();
    });
    const sim = simulation({ remind: [slow] }, quietActivities({ python: () => gate.promise }));
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ type: 'participantUpdated', exits: true, starts: [] }));
    await sim.settle();
    gate.resolve({ facts: {}, plans: { REMINDER: plan(opening(monday)) }, stands: 'exited' });
    await sim.settle();
    expect(states(sim)).toEqual(['remind exited']);
    expect(inputs<CommitInput>(sim, 'commit')[0]?.plans).toEqual([]);
    expect(sim.running()).toBe(false);
  });
});

describe('planning a name again', () => {
  test('while it is planned the plan is replaced and keeps its id', async () => {
    let first = '';
    const commit = async ({ plans }: CommitInput) => {
      if (plans.length === 0) return {};
      if (first !== '') return { replaced: { [plans[0]!.id]: first } };
      first = plans[0]!.id;
      return {};
    };
    let opens = monday + hour;
    const facts = async () => ({ facts: {}, plans: { REMINDER: plan(opening(opens)) } });
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities({ facts, commit }));
    sim.signal(event());
    await sim.settle();
    opens = monday + 3 * hour;
    sim.signal(event());
    await sim.advanceTo(monday + 3 * hour);
    expect(inputs<SendInput>(sim, 'send').map((s) => [s.id, s.opening.opens])).toEqual([[first, monday + 3 * hour]]);
  });

  test('a plan that ends at once ends the one it replaces', async () => {
    let first = '';
    const commit = async ({ plans }: CommitInput) => {
      if (plans.length === 0 || first !== '') return plans.length > 0 ? { replaced: { [plans[0]!.id]: first } } : {};
      first = plans[0]!.id;
      return {};
    };
    const final = { status: 'Failed', reason: 'no_date' } as const;
    const gone = { base: null, planning: monday, kind: 'email', final };
    let next = plan(opening(monday + hour)) as typeof gone | ReturnType<typeof plan>;
    const facts = async () => ({ facts: {}, plans: { REMINDER: next } });
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities({ facts, commit }));
    sim.signal(event());
    await sim.settle();
    next = gone;
    sim.signal(event());
    await sim.settle();
    expect([sim.running(), inputs(sim, 'send')]).toEqual([false, []]);
  });

  test('once started another one is planned beside it', async () => {
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(0)));
    sim.signal(event());
    await sim.settle();
    sim.signal(event());
    await sim.settle();
    expect(new Set(inputs<SendInput>(sim, 'send').map(({ id }) => id)).size).toBe(2);
    expect(sim.timers()).toMatchObject([{ summary: 'REMINDER ends if nobody answers' }]);
  });
});
