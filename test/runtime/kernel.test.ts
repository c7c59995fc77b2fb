import { describe, expect, test } from 'vitest';
import type { SendResult, StepInput } from '../../runtime/activities/port.ts';
import { seenLimit } from '../../runtime/workflow/state.ts';
import {
  called,
  day,
  deferred,
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
  type SendInput,
  type StretchInput,
  simulation,
  states,
  stopAfterFacts,
  type Told,
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
    const gate = deferred<Told>();
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
    const gate = deferred<Told>();
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

describe('rule 2: what is under way keeps its execution', () => {
  const twoMails = async () => ({
    facts: {},
    plans: { NOW: plan(opening(monday)), LATER: plan(opening(monday + 10 * day)) },
  });
  const planBoth = program(async (flow) => {
    await flow.facts('start');
    flow.plan('LATER');
    flow.plan('NOW');
    return flow.stop();
  });
  const slow = program(async (flow) => {
    await flow.facts('start');
    flow.plan('LATER');
    await flow.python('SLOW');
    return flow.stop();
  });
  const under = deferred<never>().promise;
  const late = async () => ({
    facts: {},
    plans: { NOW: plan(opening(monday - 2 * day)), LATER: plan(opening(monday + 10 * day)) },
  });

  test.each([
    ['a send', planBoth, { facts: twoMails, send: () => under }],
    ['the end of a communication', planBoth, { facts: late, close: () => under }],
  ] as const)('%s', async (_, flow, activities) => {
    const sim = simulation({ remind: [flow] }, quietActivities(activities));
    sim.signal(event());
    await sim.settle();
    for (let i = 0; i < 70; i++) sim.signal(event({ type: 'communicationUpdated', starts: [] }));
    await sim.settle();
    expect(sim.executions()).toBe(1);
  });

  test('a script, also at the hard threshold', async () => {
    const gate = deferred<Told>();
    const activities = quietActivities({ facts: twoMails, python: () => gate.promise });
    const sim = simulation({ remind: [slow] }, activities, { fullAfter: 9 });
    sim.signal(event());
    await sim.settle();
    for (let i = 0; i < 10; i++) sim.signal(event({ starts: [] }));
    await sim.settle();
    expect(sim.executions()).toBe(1);
    gate.resolve({ facts: {} });
    await sim.settle();
    expect([called(sim), sim.executions()]).toEqual(['facts commit python commit', 2]);
  });

  test('nothing under way and a wait of at most an hour: a history may be long, but not too long', async () => {
    const sim = simulation({ remind: [program(planAndStop)] }, quietActivities(opensIn(hour)));
    sim.signal(event());
    for (let i = 0; i < 70; i++) sim.signal(event({ starts: [] }));
    await sim.settle();
    expect(sim.executions()).toBe(1);
    for (let i = 0; i < 2000; i++) sim.signal(event({ starts: [] }));
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

describe('rule 4: no clock of the workflow is in what activities are told', () => {
  test('they are told the instant that woke the run, and which events are taken', async () => {
    const sim = simulation(
      { remind: [program(planAndWait, { answered: stopAfterFacts, silent: stopAfterFacts })] },
      quietActivities(opensIn(hour)),
    );
    const first = event();
    sim.signal(first);
    await sim.advanceTo(monday + hour);
    const late = event({ type: 'communicationUpdated', starts: [] });
    sim.signal(late);
    await sim.advanceTo(monday + 2 * day);
    expect(JSON.stringify(sim.calls.map((call) => call.input))).not.toContain('"now"');
    expect(sim.calls.map(({ name, input }) => ({ name, ...timesIn(input) }))).toEqual([
      { name: 'step', taken: first.number },
      { name: 'send', taken: first.number },
      { name: 'close', taken: late.number, due: monday + hour + day },
      { name: 'step', taken: late.number },
    ]);
  });

  function timesIn(input: unknown): object {
    const { taken, due } = input as StepInput;
    return { taken, ...(due === undefined ? {} : { due }) };
  }
});

describe('rule 5: events', () => {
  test('a repeated number is dropped, a later one that came first waits its turn', async () => {
    const seen: string[] = [];
    const gate = deferred<Told>();
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

  test('an event older than all that are remembered was seen', async () => {
    const [first, ...rest] = Array.from({ length: seenLimit + 1 }, () => event());
    const sim = simulation({ remind: [program(planAndWait, {}, { again: 'ignore' })] }, quietActivities(opensIn(hour)));
    for (const each of rest) sim.signal(each);
    await sim.settle();
    const before = sim.calls.length;
    sim.signal({ ...first!, exits: true });
    await sim.settle();
    expect(sim.calls.length).toBe(before);
  });

  test('new runs start by flow name, one per flow', async () => {
    const stop = program(stopAfterFacts);
    const sim = simulation({ b: [stop], a: [stop], c: [stop] }, quietActivities());
    sim.signal(event({ starts: ['b', 'c', 'a'].map((flow) => ({ flow, hash: 'aaaa0001' })) }));
    await sim.settle();
    expect(states(sim)).toEqual(['a stopped', 'b stopped', 'c stopped']);
  });
});
