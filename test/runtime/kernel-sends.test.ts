import { describe, expect, test } from 'vitest';
import type { CloseInput, SendResult } from '../../runtime/activities/port.ts';
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
    const facts = async ({ stretch, first }: StretchInput): Promise<Told> => {
      seen.push(`${stretch} ${first}`);
      return stopped && first === 'later' ? { facts: {}, stands: 'held' } : { facts: {} };
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
    const commit = async ({ first }: CommitInput) => (held && first === 'next' ? { stands: 'held' as const } : {});
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
