/** The committed generated code of the payment reminder, driven by the kernel in virtual time against a record in memory. */
import { expect, test } from 'vitest';
import type { EventMessage, PlanFact, RunRef } from '../../runtime/activities/port.ts';
import { instant } from '../../runtime/data/index.ts';
import type { FlowData, Reader } from '../../runtime/data/types.ts';
import type { Value } from '../../runtime/model/values.ts';
import type { Program, Programs } from '../../runtime/workflow/abi.ts';
import { campaigns } from '../fixtures/payment_reminder/generated/data.ts';
import { escalate } from '../fixtures/payment_reminder/generated/payment_reminder/escalate.workflow.ts';
import { follow_up } from '../fixtures/payment_reminder/generated/payment_reminder/follow_up.workflow.ts';
import { paid_in_time } from '../fixtures/payment_reminder/generated/payment_reminder/paid_in_time.workflow.ts';
import { remind } from '../fixtures/payment_reminder/generated/payment_reminder/remind.workflow.ts';
import {
  day,
  type EffectInput,
  ended,
  event,
  hour,
  monday,
  opening,
  program,
  quietActivities,
  simulation,
  states,
} from '../runtime/harness.ts';

const zone = 'Europe/Berlin';
const programs: Programs = {
  remind: [remind],
  follow_up: [follow_up],
  escalate: [escalate],
  paid_in_time: [paid_in_time],
};
const starts = (...flows: readonly Program[]): EventMessage['starts'] =>
  Object.entries(programs).flatMap(([flow, [current]]) =>
    current && flows.includes(current) ? [{ flow, hash: current.hash }] : [],
  );

/** A record, what its last communication reported, and activities that evaluate the generated data modules over them. */
function world(participant: Record<string, Value>, results: Record<string, Value> = {}) {
  const profile: Record<string, Value> = { segment: 'basic' };
  const none = { name: null, status: null, reason: null, channel: null, result: () => null };
  const reader = (now: number): Reader => ({
    now,
    zone,
    participant,
    profile,
    communication: null,
    result: (field) => results[field] ?? null,
    named: () => none,
  });
  const stretch = (run: RunRef, id: string, now: number) => {
    const found = dataOf(run).stretches[id];
    if (!found) throw new Error(`${run.flow} has no stretch ${id}`);
    const r = reader(now);
    const plans = Object.entries(found.plans ?? {}).map(([name, plan]): [string, PlanFact] => {
      const base = plan === 'python' ? null : plan(r);
      if (!base) throw new Error(`${name} has no date`);
      const at = base.kind === 'instant' ? base.at : instant(r, base.kind === 'date' ? base.date : base.wall);
      return [name, { base, planning: now, kind: 'email', opening: opening(Math.max(at ?? now, now)) }];
    });
    return { facts: found.facts(r), plans: Object.fromEntries(plans) };
  };
  const activities = quietActivities({
    facts: async ({ run, stretch: id, now }) => stretch(run, id, now),
    set: async ({ run, name, now }: EffectInput) => {
      const { values, owners, then } = dataOf(run).sets[name]!;
      for (const [field, value] of Object.entries(values(reader(now)))) {
        (owners[field] === 'profile' ? profile : participant)[field] = value;
      }
      return stretch(run, then, now);
    },
    python: async ({ run, name, now }: EffectInput) => stretch(run, dataOf(run).pythons[name]!.then, now),
    cancel: async ({ run, name, now }) => stretch(run, dataOf(run).cancels[name]!.then, now),
  });
  return { participant, activities };
}

function dataOf({ flow, hash }: RunRef): FlowData {
  const found = campaigns[0]!.versions.find((version) => version.name === flow && version.hash === hash);
  if (!found) throw new Error(`no data of ${flow}@${hash}`);
  return found;
}

test('a promise waits for the money and ends when it comes', async () => {
  const { participant, activities } = world(
    { due_date: '2026-03-20', paid: false, attempts: 0 },
    { outcome: 'promised', pay_by: '2026-03-12' },
  );
  const sim = simulation(programs, activities);
  sim.signal(event({ starts: starts(follow_up) }));
  await sim.settle();
  expect(participant.outcome).toBe('promised');
  expect(states(sim)).toEqual(['follow_up parked']);

  participant.paid = true;
  sim.signal(event({ type: 'participantUpdated', starts: [], touched: ['paid'] }));
  await sim.settle();
  expect(states(sim)).toEqual(['follow_up parked', 'follow_up stopped']);
});

test('a broken promise is handed over the day after it was due, in the scheduling timezone', async () => {
  const { activities } = world({ due_date: '2026-03-20', paid: false }, { outcome: 'promised', pay_by: '2026-03-12' });
  const sim = simulation(programs, activities);
  sim.signal(event({ starts: starts(follow_up) }));
  await sim.settle();
  const midnight = Date.UTC(2026, 2, 12, 23);
  await sim.advanceTo(midnight - 1000);
  expect(states(sim)).toEqual(['follow_up parked']);
  await sim.advanceTo(midnight);
  expect(states(sim)).toEqual(['follow_up parked', 'follow_up handed over']);
});

test('an attempt is counted before the next test of it, and the second notice follows after two hours', async () => {
  const { participant, activities } = world({ due_date: '2026-03-20', paid: false, attempts: 1 });
  const sim = simulation(programs, activities);
  sim.signal(event({ starts: starts(follow_up) }));
  await sim.settle();
  expect(participant.attempts).toBe(2);
  await sim.advanceTo(monday + 2 * hour);
  expect(sim.calls.filter((call) => call.name === 'send')).toHaveLength(1);

  sim.signal(event({ starts: starts(follow_up) }));
  await sim.settle();
  expect(participant.outcome).toBe('unreachable');
  expect(states(sim).at(-1)).toBe('follow_up handed over');
});

test('the reminder opens three days before the date, and its end wakes the run', async () => {
  const { activities } = world({ due_date: '2026-03-13', paid: false });
  const sim = simulation(programs, activities);
  sim.signal(event({ starts: starts(remind) }));
  await sim.settle();
  const opens = Date.UTC(2026, 2, 9, 23);
  expect(sim.timers().map((timer) => timer.at)).toEqual([opens]);
  await sim.advanceTo(opens);
  const sent = sim.calls.find((call) => call.name === 'send')!.input as { readonly id: string };
  sim.signal(ended(sent.id, { at: monday + 2 * day }));
  await sim.settle();
  expect(states(sim)).toEqual(['remind parked', 'remind stopped']);
});

test('facts asked for after a plan are read when the plan is written', async () => {
  const order: string[] = [];
  const activities = quietActivities({
    facts: async ({ stretch }) => {
      order.push(`facts ${stretch}`);
      return {
        facts: {},
        plans: { REMINDER: { base: null, planning: monday, kind: 'email', opening: opening(monday + day) } },
      };
    },
    commit: async ({ state, plans }) => {
      order.push(`commit ${state.kind} ${plans.map((plan) => plan.name).join()}`.trim());
      return {};
    },
  });
  const asks = program(async (flow) => {
    await flow.facts('start');
    flow.plan('REMINDER');
    await flow.facts('after REMINDER is planned');
    return flow.stop();
  });
  const sim = simulation({ remind: [asks] }, activities);
  sim.signal(event());
  await sim.settle();
  expect(order).toEqual(['facts start', 'commit running REMINDER', 'facts after REMINDER is planned', 'commit ended']);
});
