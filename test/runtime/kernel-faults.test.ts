import { describe, expect, test } from 'vitest';
import type { Flow } from '../../runtime/workflow/abi.ts';
import {
  type CommitInput,
  called,
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
  type StretchInput,
  simulation,
  states,
  stopAfterFacts,
  type Told,
} from './harness.ts';

describe('rule 8: what ends a run', () => {
  test('a FlowFault ends the run visibly, keeps what it planned, and others go on', async () => {
    const fail = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.python('SCORE');
      return flow.stop();
    });
    const python = async () => ({ facts: {}, failure: 'SCORE failed: the script raised an error (score.py:3)' });
    const sim = simulation(
      { fail: [fail], other: [program(stopAfterFacts)] },
      quietActivities({ ...opensIn(0), python }),
    );
    sim.signal(
      event({
        starts: [
          { flow: 'fail', hash: 'aaaa0001' },
          { flow: 'other', hash: 'aaaa0001' },
        ],
      }),
    );
    await sim.settle();
    expect(states(sim)).toEqual(['fail running', 'fail failed', 'other stopped']);
    expect(inputs<CommitInput>(sim, 'commit')[1]?.state).toMatchObject({
      failure: 'SCORE failed: the script raised an error (score.py:3)',
    });
    expect(inputs(sim, 'send')).toHaveLength(1);
  });

  test.each([
    ['facts', 'remind: start'],
    ['commit', 'remind: start'],
    ['close', 'REMINDER ends: closes'],
    ['replan', 'openings in the new situation'],
    ['leave', 'the participant has left the campaign'],
    ['end', 'remind replaced'],
  ] as const)(
    'a local activity that fails with %s is tried again by a timer, later each time',
    async (name, summary) => {
      let fails = 3;
      const part = quietActivities(name === 'close' ? opensIn(-2 * day) : opensIn(hour));
      const broken = {
        ...part,
        [name]: async (input: never) => {
          if (fails-- > 0) throw new TypeError('our bug');
          return (part[name] as (input: never) => Promise<unknown>)(input);
        },
      } as typeof part;
      const sim = simulation(
        { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
        broken,
      );
      sim.signal(event());
      await sim.settle();
      const causes = {
        replan: { starts: [], touched: ['profile.timezone'] },
        leave: { starts: [], exits: true },
        end: {},
      } as const;
      if (name in causes) sim.signal(event({ type: 'participantUpdated', ...causes[name as keyof typeof causes] }));
      await sim.settle();
      const trying = () => sim.timers().filter((timer) => timer.summary.startsWith('try again'));
      const tried = () => sim.calls.filter((call) => call.summary === summary).length;
      const before = tried();
      for (const [times, after] of [5_000, 15_000, 35_000].entries()) {
        expect([tried() - before, trying()]).toEqual([
          times,
          [{ at: monday + after, summary: `try again: ${summary}` }],
        ]);
        expect(sim.details()).toContain(`${summary} fails and is tried again; the worker's log says why`);
        await sim.advanceTo(monday + after);
      }
      expect([tried() - before >= 3, trying()]).toEqual([true, []]);
      expect(sim.details()).not.toContain('fails');
    },
  );

  test('while a local activity waits to be tried again everything else waits, and is done after it', async () => {
    let broken = false;
    const facts = async (): Promise<Told> => {
      if (broken) throw new TypeError('our bug');
      return { facts: {}, plans: { REMINDER: plan(opening(monday + 10_000)) } };
    };
    const waits = program(
      async (flow: Flow) => {
        await flow.facts('start');
        flow.plan('REMINDER');
        return flow.waitUntil(monday + 5_000, { label: '5 seconds', then: 'next', line: 'f.flow:3' });
      },
      later,
      { again: 'parallel' },
    );
    const sim = simulation({ remind: [waits] }, quietActivities({ facts }));
    sim.signal(event());
    await sim.settle();
    broken = true;
    await sim.advanceTo(monday + 5_000);
    sim.signal(event({ starts: [] }));
    await sim.settle();
    expect([states(sim), sim.timers().map(({ at }) => at)]).toEqual([['remind parked'], [monday + 10_000]]);
    broken = false;
    await sim.advanceTo(monday + 10_000);
    expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
    expect(inputs(sim, 'send')).toHaveLength(1);
  });

  test.each(['send', 'python'] as const)(
    'a %s that gives up leaves the main loop: the workflow task is retried',
    async (name) => {
      const broken = { [name]: () => Promise.reject(new TypeError('our bug')) };
      const both = program(async (flow: Flow) => {
        await flow.facts('start');
        flow.plan('REMINDER');
        await flow.python('SCORE');
        return flow.stop();
      });
      const sim = simulation({ remind: [both] }, quietActivities({ ...opensIn(0), ...broken }));
      sim.signal(event());
      await expect(sim.settle()).rejects.toThrow('our bug');
    },
  );

  test('a step that went another way beside the database leaves the main loop, and says where', async () => {
    let told = true;
    const turns = program(async (flow: Flow) => {
      await flow.facts('start');
      // Beside the database first, in the workflow then.
      told = !told;
      return told ? flow.stop() : flow.to('escalate');
    });
    const sim = simulation({ remind: [turns] }, quietActivities());
    sim.signal(event());
    await expect(sim.settle()).rejects.toThrow(
      'remind@aaaa0001 went another way beside the database (to escalate) than in the workflow (stop).',
    );
  });

  test('so does a version the bundle does not hold', async () => {
    const sim = simulation({ remind: [program(stopAfterFacts)] }, quietActivities());
    sim.signal(event({ starts: [{ flow: 'remind', hash: 'bbbb0002' }] }));
    await expect(sim.settle()).rejects.toThrow('This worker does not hold remind@bbbb0002');
  });

  test('a run that another incarnation began is dropped', async () => {
    const sim = simulation(
      { remind: [program(planAndStop)] },
      quietActivities({ ...opensIn(0), commit: async () => ({ stands: 'already' as const }) }),
    );
    sim.signal(event());
    await sim.settle();
    expect(called(sim)).toBe('facts commit');
    expect(sim.running()).toBe(false);
  });
});

describe('rule 9: the order of what the kernel does is frozen', () => {
  test('one event that wakes a run, moves openings, looks at a condition and starts two flows', async () => {
    const park = program(
      async (flow) => {
        await flow.facts('start');
        flow.plan('REMINDER');
        return flow.waitFor('paid', {
          stretch: 'paid?',
          watches: ['profile.timezone'],
          then: 'next',
          line: 'f.flow:3',
        });
      },
      { next: stopAfterFacts },
    );
    const facts = async ({ stretch }: StretchInput) => ({
      facts: { paid: stretch === 'paid?' },
      plans: { REMINDER: plan(opening(monday + hour)) },
    });
    const replan = async ({ ids }: { ids: readonly string[] }) =>
      Object.fromEntries(ids.map((one) => [one, plan(opening(monday))]));
    const sim = simulation({ a: [program(stopAfterFacts)], b: [park] }, quietActivities({ facts, replan }));
    sim.signal(event({ starts: [{ flow: 'b', hash: 'aaaa0001' }] }));
    await sim.settle();
    const before = sim.calls.length;
    const starts = ['b', 'a'].map((flow) => ({ flow, hash: 'aaaa0001' }));
    sim.signal(event({ type: 'participantUpdated', starts, touched: ['profile.timezone'] }));
    await sim.settle();
    expect(sim.calls.slice(before).map((call) => call.summary)).toEqual([
      'openings in the new situation',
      'b: next',
      'a: start',
      'b: start',
      'send REMINDER by email',
    ]);
  });
});

describe('rule 9: versions lie side by side', () => {
  test('a parked run goes on with its own version after a new one came', async () => {
    const seen: string[] = [];
    const version = (hash: string) =>
      program(
        async (flow) => (
          await flow.facts('start'), flow.waitUntil(monday + day, { label: '1 day', then: 'next', line: 'f.flow:3' })
        ),
        { next: async (flow) => (await flow.facts('next'), flow.stop()) },
        { hash, again: 'parallel' },
      );
    const facts = async ({ run, stretch }: StretchInput) => (seen.push(`${run.hash} ${stretch}`), { facts: {} });
    const sim = simulation({ remind: [version('bbbb0002'), version('aaaa0001')] }, quietActivities({ facts }));
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ starts: [{ flow: 'remind', hash: 'bbbb0002' }] }));
    await sim.settle();
    expect(sim.versions()).toEqual(['remind@aaaa0001', 'remind@bbbb0002']);
    await sim.advanceTo(monday + day);
    expect(seen).toEqual(['aaaa0001 start', 'bbbb0002 start', 'aaaa0001 next', 'bbbb0002 next']);
  });
});

describe('rule 10: local activities only for reads and idempotent writes', () => {
  test('Python and sends are normal activities, the rest is local', async () => {
    const all = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.set('paid = true');
      await flow.python('SCORE');
      await flow.cancel('cancel OTHER', 'OTHER');
      return flow.stop();
    });
    const sim = simulation({ remind: [all] }, quietActivities(opensIn(0)));
    sim.signal(event());
    await sim.advanceTo(monday + day);
    expect(Object.fromEntries(sim.calls.map((call) => [call.name, call.as]))).toEqual({
      step: 'local',
      python: 'normal',
      send: 'normal',
      close: 'local',
    });
  });

  test('what was planned before a Python action opens while the script runs', async () => {
    const gate = deferred<Told>();
    const slow = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.python('SLOW');
      return flow.stop();
    });
    const sim = simulation({ remind: [slow] }, quietActivities({ ...opensIn(0), python: () => gate.promise }));
    sim.signal(event());
    await sim.settle();
    expect(called(sim)).toMatch(/^facts commit /);
    expect(sim.calls.map((call) => call.name)).toEqual(['step', 'python', 'send']);
    gate.resolve({ facts: {} });
    await sim.settle();
    expect(states(sim)).toEqual(['remind running', 'remind stopped']);
  });
});

describe('rule 11: no mutable module state', () => {
  test('two participants in one thread share a program and nothing else', async () => {
    const programs = { remind: [program(planAndStop)] };
    const one = simulation(programs, quietActivities(opensIn(hour)));
    const two = simulation(programs, quietActivities(opensIn(2 * hour)), {
      who: { campaign: 'reminder', participant: '43' },
    });
    one.signal(event());
    two.signal(event());
    await one.settle();
    await two.settle();
    expect([one.timers()[0]?.at, two.timers()[0]?.at]).toEqual([monday + hour, monday + 2 * hour]);
  });
});
