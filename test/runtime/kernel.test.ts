import { describe, expect, test } from 'vitest';
import type {
  CloseInput,
  CommitInput,
  SendInput,
  SendResult,
  StretchInput,
  StretchResult,
} from '../../runtime/activities/port.ts';
import { SimulatedFlowFault } from '../../runtime/simulator/host.ts';
import type { Flow } from '../../runtime/workflow/abi.ts';
import { seenLimit } from '../../runtime/workflow/state.ts';
import {
  called,
  communicationOf,
  day,
  deferred,
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
  simulation,
  states,
  stopAfterFacts,
} from './harness.ts';

describe('rule 0: the kernel lives behind a Host and a clock', () => {
  test('waits are divided by the scale of a test clock and stay a second apart', async () => {
    const clock = { base: monday, start: monday, scale: 3600 };
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(hour)), {
      who: { campaign: 'reminder', participant: '42', clock },
    });
    sim.signal(event());
    await sim.settle();
    expect(sim.timers()).toEqual([{ at: monday + 1000, summary: 'REMINDER opens Mon 9 Mar 09:00 Berlin' }]);
    await sim.advanceTo(monday + 1000);
    expect(inputs<SendInput>(sim, 'send')[0]?.now).toBe(monday + hour);
  });
});

describe('rule 1: state is plain JSON, and one turn and one pump rebuild the rest', () => {
  test('after continue-as-new the timers come from absolute instants', async () => {
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities(opensIn(5 * hour)),
      { fullAfter: 5 },
    );
    sim.signal(event());
    await sim.settle();
    expect(sim.executions()).toBe(2);
    expect(sim.carried()).toEqual(JSON.parse(JSON.stringify(sim.carried())));
    expect(sim.timers()).toEqual([{ at: monday + 5 * hour, summary: 'REMINDER opens Mon 9 Mar 09:00 Berlin' }]);
  });

  test('closes when idle and opens again with the next event', async () => {
    const sim = simulation({ remind: [program(stopAfterFacts)] }, quietActivities());
    sim.signal(event());
    await sim.settle();
    expect([sim.running(), sim.executions()]).toEqual([false, 1]);
    sim.signal(event());
    await sim.settle();
    expect([sim.running(), sim.executions()]).toEqual([false, 2]);
  });

  test('an event during a segment waits for its end', async () => {
    const gate = deferred<StretchResult>();
    const sim = simulation(
      { remind: [program(async (flow) => (await flow.python('SCORE'), flow.stop()), {}, { again: 'parallel' })] },
      quietActivities({ python: () => gate.promise }),
    );
    sim.signal(event());
    sim.signal(event());
    await sim.settle();
    expect(called(sim)).toBe('python');
    gate.resolve({ facts: {} });
    await sim.settle();
    expect(called(sim)).toBe('python commit python commit');
  });
});

describe('rule 2: continue-as-new', () => {
  test('at the hard threshold nothing new starts and an unsent communication is issued again', async () => {
    const gates = [deferred<SendResult>(), deferred<SendResult>()];
    let sends = 0;
    const sim = simulation(
      { remind: [program(planAndStop)] },
      quietActivities({ ...opensIn(0), send: () => gates[sends++]!.promise }),
      { fullAfter: 9 },
    );
    sim.signal(event());
    await sim.settle();
    expect([sends, sim.executions()]).toEqual([1, 1]);
    for (let i = 0; i < 3; i++) sim.signal(event({ starts: [] }));
    await sim.settle();
    expect([sends, sim.executions()]).toEqual([2, 2]);
    gates[1]!.resolve({ kind: 'ended', status: 'Failed', reason: 'refused' });
    await sim.settle();
    expect(sim.running()).toBe(false);
  });

  test('events that came with the threshold are carried, in order, and handled once', async () => {
    const gate = deferred<StretchResult>();
    const seen: string[] = [];
    const facts = async ({ run }: StretchInput) => (
      seen.push(run.event), seen.length === 1 ? gate.promise : { facts: {} }
    );
    const sim = simulation(
      { remind: [program(stopAfterFacts, {}, { again: 'parallel' })] },
      quietActivities({ facts }),
      { fullAfter: 6 },
    );
    const events = Array.from({ length: 8 }, () => event());
    for (const e of events) sim.signal(e);
    await sim.settle();
    gate.resolve({ facts: {} });
    await sim.settle();
    expect(sim.executions()).toBeGreaterThan(1);
    expect(seen).toEqual(events.map((e) => e.id));
  });

  test('the fresh execution names the versions of open communications: they send and end them', async () => {
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(10 * day)), { fullAfter: 8 });
    sim.signal(event());
    await sim.settle();
    for (let i = 0; i < 8; i++) sim.signal(event({ starts: [] }));
    await sim.settle();
    expect([sim.executions(), sim.versions()]).toEqual([2, ['remind@aaaa0001']]);
  });

  test('before a wait longer than an hour a long history is left behind', async () => {
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(10 * day)));
    sim.signal(event());
    await sim.settle();
    for (let i = 0; i < 70; i++) sim.signal(event({ starts: [] }));
    await sim.settle();
    expect(sim.executions()).toBe(2);
  });
});

describe('rule 3: timers', () => {
  test('an opening within 20 ms is now: no tiny timer', async () => {
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(15)));
    sim.signal(event());
    await sim.settle();
    expect(called(sim)).toBe('facts commit send');
  });

  test('one timer, the earliest, in plain words; the rest stands in the details', async () => {
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities(opensIn(hour)),
    );
    sim.signal(event());
    await sim.settle();
    expect(sim.timers()).toEqual([{ at: monday + hour, summary: 'REMINDER opens Mon 9 Mar 09:00 Berlin' }]);
    expect(sim.details()).toBe(
      '- **REMINDER** (email): opens Mon 9 Mar 09:00 Berlin\n- flow **remind** at flows.flow:7: waits for REMINDER, until 2026-03-11 08:00 UTC',
    );
    await sim.advanceTo(monday + hour);
    expect(sim.timers()).toEqual([{ at: monday + day + hour, summary: 'REMINDER ends if nobody answers' }]);
  });
});

describe('rule 4: windows are computed from the workflow’s clock', () => {
  test('every activity is told the virtual now of the workflow', async () => {
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(hour)));
    sim.signal(event());
    await sim.advanceTo(monday + hour);
    expect(sim.calls.map((call) => (call.input as { now: number }).now)).toEqual([monday, monday, monday + hour]);
  });
});

describe('rule 5: events', () => {
  test('a repeated number is dropped, a later one that came first waits its turn', async () => {
    const seen: string[] = [];
    const gate = deferred<StretchResult>();
    const facts = async ({ run }: StretchInput) => (
      seen.push(run.event), seen.length === 1 ? gate.promise : { facts: {} }
    );
    const sim = simulation(
      { remind: [program(stopAfterFacts, {}, { again: 'parallel' })] },
      quietActivities({ facts }),
    );
    const [a, b, c] = [event(), event(), event()];
    sim.signal(a);
    await sim.settle();
    for (const e of [c, b, a, c]) sim.signal(e);
    gate.resolve({ facts: {} });
    await sim.settle();
    expect(seen).toEqual([a.id, b.id, c.id]);
  });

  test('the list of seen numbers is bounded', async () => {
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(10 * day)), { fullAfter: 400 });
    sim.signal(event());
    for (let i = 0; i < 3 * seenLimit; i++) sim.signal(event({ starts: [] }));
    await sim.settle();
    expect((sim.carried()!.state as { seen: number[] }).seen).toHaveLength(seenLimit);
  });

  test('new runs start by flow name, one per flow', async () => {
    const stop = program(stopAfterFacts);
    const sim = simulation({ b: [stop], a: [stop], c: [stop] }, quietActivities());
    sim.signal(event({ starts: ['b', 'c', 'a'].map((flow) => ({ flow, hash: 'aaaa0001' })) }));
    await sim.settle();
    expect(states(sim)).toEqual(['a stopped', 'b stopped', 'c stopped']);
  });
});

describe('rule 6: ended may overtake the send, come twice, or after the run is gone', () => {
  test('before the result of the send', async () => {
    const gate = deferred<SendResult>();
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities({ ...opensIn(0), send: () => gate.promise }),
    );
    sim.signal(event());
    await sim.settle();
    sim.signal(ended(communicationOf(sim)));
    await sim.settle();
    gate.resolve({ kind: 'started', silenceAt: monday + day });
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
    expect(sim.running()).toBe(false);
  });

  test('twice, and after everything is over', async () => {
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities(opensIn(0)),
    );
    sim.signal(event());
    await sim.settle();
    const communication = communicationOf(sim);
    sim.signal(ended(communication));
    sim.signal(ended(communication));
    await sim.settle();
    sim.signal(ended(communication));
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
    expect(sim.running()).toBe(false);
  });
});

describe('rule 7: sends', () => {
  test('a send that outlives its stretch is armed for the next one', async () => {
    const next = opening(monday + day, { label: 'Tue 10 Mar 09:00 Berlin' });
    let sends = 0;
    const send = async ({ now }: SendInput): Promise<SendResult> =>
      sends++ === 0 ? { kind: 'held', cause: 'window', next } : { kind: 'started', silenceAt: now + day };
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities({ ...opensIn(0), send }));
    sim.signal(event());
    await sim.settle();
    expect(sim.timers()).toEqual([{ at: monday + day, summary: 'REMINDER opens Tue 10 Mar 09:00 Berlin' }]);
    await sim.advanceTo(monday + day);
    expect(inputs<SendInput>(sim, 'send').map((s) => s.opening.opens)).toEqual([monday, monday + day]);
  });

  test('at closes an unsent communication is canceled, without a send', async () => {
    const late = { facts: async () => ({ facts: {}, plans: { REMINDER: plan(opening(monday - 2 * day)) } }) };
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(late));
    sim.signal(event());
    await sim.settle();
    expect(called(sim)).toBe('facts commit close');
    expect(inputs<CloseInput>(sim, 'close')[0]?.because).toBe('closes');
    expect(sim.running()).toBe(false);
  });

  test('a cancel does not wait for the send under way', async () => {
    const gate = deferred<SendResult>();
    let communication = '';
    const cancel = async () => ({
      facts: {},
      ended: [{ id: communication, status: 'Canceled' as const, reason: 'canceled' as const }],
    });
    const remind = program(planAndStop);
    const stop = program(async (flow: Flow) => (await flow.cancel('cancel REMINDER', 'REMINDER'), flow.stop()));
    const sim = simulation(
      { remind: [remind], stop: [stop] },
      quietActivities({ ...opensIn(0), send: () => gate.promise, cancel }),
    );
    sim.signal(event());
    await sim.settle();
    communication = communicationOf(sim);
    sim.signal(event({ type: 'participantUpdated', starts: [{ flow: 'stop', hash: 'aaaa0001' }] }));
    await sim.settle();
    expect(sim.running()).toBe(false);
  });
});

describe('rule 8: what ends a run', () => {
  test('a FlowFault ends the run visibly, keeps what it planned, and others go on', async () => {
    const fail = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.python('SCORE');
      return flow.stop();
    });
    const python = async (): Promise<never> => {
      throw new SimulatedFlowFault('SCORE failed: the script raised an error (score.py:3)');
    };
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

  test('any other error leaves the main loop: the workflow task is retried', async () => {
    const sim = simulation(
      { remind: [program(stopAfterFacts)] },
      quietActivities({
        facts: async () => {
          throw new TypeError('our bug');
        },
      }),
    );
    sim.signal(event());
    await expect(sim.settle()).rejects.toThrow('our bug');
  });

  test('so does a version the bundle does not hold', async () => {
    const sim = simulation({ remind: [program(stopAfterFacts)] }, quietActivities());
    sim.signal(event({ starts: [{ flow: 'remind', hash: 'bbbb0002' }] }));
    await expect(sim.settle()).rejects.toThrow('This worker does not hold remind@bbbb0002');
  });

  test('a run that another incarnation began is dropped', async () => {
    const sim = simulation(
      { remind: [program(planAndStop)] },
      quietActivities({ ...opensIn(0), commit: async () => ({ already: true as const }) }),
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
      'b: does paid hold?',
      'send REMINDER by email',
      'facts of b: afterwards',
      'b stopped',
      'facts of a: afterwards',
      'a stopped',
      'facts of b: start',
      'b waits for paid',
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
      facts: 'local',
      commit: 'local',
      set: 'local',
      python: 'normal',
      cancel: 'local',
      send: 'normal',
      close: 'local',
    });
  });

  test('what was planned before a Python action opens while the script runs', async () => {
    const gate = deferred<StretchResult>();
    const slow = program(async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.python('SLOW');
      return flow.stop();
    });
    const sim = simulation({ remind: [slow] }, quietActivities({ ...opensIn(0), python: () => gate.promise }));
    sim.signal(event());
    await sim.settle();
    expect(called(sim)).toBe('facts commit python send');
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

describe('rule 14: holds', () => {
  test('a held send keeps only its closing timer; resume goes on at the next allowed instant', async () => {
    let sends = 0;
    const send = async ({ now }: SendInput): Promise<SendResult> =>
      sends++ === 0 ? { kind: 'held', cause: 'campaign stopped' } : { kind: 'started', silenceAt: now + day };
    const again = opening(monday + 3 * hour, { label: 'Mon 9 Mar 12:00 Berlin' });
    const replan = async ({ ids }: { ids: readonly string[] }) => Object.fromEntries(ids.map((i) => [i, plan(again)]));
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities({ ...opensIn(0), send, replan }));
    sim.signal(event());
    await sim.settle();
    expect(sim.timers()).toEqual([{ at: monday + day, summary: 'REMINDER closes (held: campaign stopped)' }]);
    sim.signal(event({ number: 0, type: 'resume', starts: [] }));
    await sim.settle();
    expect(sim.timers()).toEqual([{ at: monday + 3 * hour, summary: 'REMINDER opens Mon 9 Mar 12:00 Berlin' }]);
    await sim.advanceTo(monday + 3 * hour);
    expect(sends).toBe(2);
  });

  test('a run is held before its segment while the campaign is stopped, survives continue-as-new, and begins it anew', async () => {
    let stopped = true;
    const seen: string[] = [];
    const facts = async ({ stretch, first }: StretchInput): Promise<StretchResult> => {
      seen.push(`${stretch} ${first}`);
      return stopped && first === 'later' ? { facts: {}, held: true } : { facts: {} };
    };
    const waits = program(
      async (flow) => (
        await flow.facts('start'), flow.waitUntil(monday + day, { label: '1 day', then: 'later', line: 'f.flow:3' })
      ),
      { later: async (flow) => (await flow.facts('one'), await flow.facts('two'), flow.stop()) },
    );
    const sim = simulation({ remind: [waits] }, quietActivities({ facts }), { fullAfter: 8 });
    sim.signal(event());
    await sim.advanceTo(monday + day);
    expect(seen).toEqual(['start start', 'one later']);
    expect(sim.timers()).toEqual([]);
    for (let i = 0; i < 3; i++) sim.signal(event({ starts: [] }));
    await sim.settle();
    expect(sim.executions()).toBe(2);
    expect(sim.details()).toBe('- flow **remind**: held, the campaign is stopped');
    stopped = false;
    sim.signal(event({ number: 0, type: 'resume', starts: [] }));
    await sim.settle();
    expect(seen.slice(2)).toEqual(['one later', 'two undefined']);
    expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
    expect(sim.running()).toBe(false);
  });

  test('a segment whose first request is its commit is held as well', async () => {
    let held = true;
    const commit = async ({ first }: CommitInput) => (held && first === 'next' ? { held: true as const } : {});
    const waits = program(
      async (flow) => (
        await flow.facts('start'), flow.waitUntil(monday + day, { label: '1 day', then: 'next', line: 'f.flow:3' })
      ),
      { next: async (flow) => flow.to('escalate') },
    );
    const sim = simulation({ remind: [waits] }, quietActivities({ commit }));
    sim.signal(event());
    await sim.advanceTo(monday + day);
    expect(sim.running()).toBe(true);
    held = false;
    sim.signal(event({ number: 0, type: 'resume', starts: [] }));
    await sim.settle();
    expect(states(sim)).toEqual(['remind parked', 'remind handed over', 'remind handed over']);
    expect(sim.running()).toBe(false);
  });

  test('a resume that overtakes the answer of the send is not lost', async () => {
    const gate = deferred<SendResult>();
    let sends = 0;
    const send = ({ now }: SendInput): Promise<SendResult> =>
      sends++ === 0 ? gate.promise : Promise.resolve({ kind: 'started', silenceAt: now + day });
    const replan = async ({ ids }: { ids: readonly string[] }) =>
      Object.fromEntries(ids.map((i) => [i, plan(opening(monday))]));
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities({ ...opensIn(0), send, replan }));
    sim.signal(event());
    await sim.settle();
    sim.signal(event({ number: 0, type: 'resume', starts: [] }));
    await sim.settle();
    gate.resolve({ kind: 'held', cause: 'channel' });
    await sim.settle();
    expect(sends).toBe(2);
  });

  test('a hold that lasts ends at closes', async () => {
    const sim = simulation(
      { remind: [program(planAndStop)] },
      quietActivities({ ...opensIn(0), send: async () => ({ kind: 'held', cause: 'channel' }) }),
    );
    sim.signal(event());
    await sim.advanceTo(monday + day);
    expect(inputs<CloseInput>(sim, 'close').map((c) => c.because)).toEqual(['closes']);
    expect(sim.running()).toBe(false);
  });
});

describe('rule 15: a started communication keeps its workflow open', () => {
  test('silence is looked at lazily: someone wrote, so it stays open', async () => {
    const answers = [
      { kind: 'open' as const, silenceAt: monday + 2 * day },
      { kind: 'ended' as const, status: 'NoResponse' as const, reason: 'silence' as const },
    ];
    const sim = simulation(
      { remind: [program(planAndStop)] },
      quietActivities({ ...opensIn(0), close: async () => answers.shift()! }),
    );
    sim.signal(event());
    await sim.advanceTo(monday + day);
    expect(sim.running()).toBe(true);
    expect(sim.timers()[0]?.at).toBe(monday + 2 * day);
    await sim.advanceTo(monday + 2 * day);
    expect(sim.running()).toBe(false);
  });
});
