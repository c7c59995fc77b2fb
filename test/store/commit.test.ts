import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { CommitInput, PlannedCommunication, StretchResult } from '../../runtime/activities/port.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import { type Bench, events, hour, monday, run, useBench, who } from './flow-fixture.ts';

const { start } = useBench();

function planned(
  result: StretchResult,
  name: string,
  id = `payment_reminder/ada/remind:1-x/${name}/1`,
): PlannedCommunication {
  return { id, name, kind: 'email', flow: 'remind', hash: 'remind1', plan: result.plans![name]! };
}

const parked = { kind: 'parked', waitsFor: 'REMINDER', until: null, line: 'flows.flow:9', segment: 'after' } as const;
const stopped = { kind: 'ended', as: 'stopped' } as const;

function commit(state: CommitInput['state'], plans: readonly PlannedCommunication[] = [], ref = run()): CommitInput {
  return { who, run: ref, now: monday, state, plans };
}

const runs = (bench: Bench) => bench.store.db.selectFrom('run').selectAll().orderBy('id').execute();
const communications = (bench: Bench) =>
  bench.store.db.selectFrom('communication').selectAll().orderBy('seq').execute();

describe('commit', () => {
  it('writes where the run stands and its plans, and repeats without effect', async () => {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const input = commit(parked, [planned(result, 'REMINDER'), planned(result, 'DATED')]);
    expect(await bench.activities.commit(input)).toEqual({});
    expect(await bench.activities.commit(input)).toEqual({});
    expect(await runs(bench)).toMatchObject([
      { state: 'parked', waits_for: 'REMINDER', line: 'flows.flow:9', segment: 'after' },
    ]);
    expect(await communications(bench)).toMatchObject([
      { name: 'REMINDER', status: 'Planned', channel: 'billing', zone: 'Europe/Berlin', opens: monday },
      { name: 'DATED', status: 'Failed', reason: 'no_date' },
    ]);
    const ends = (await events(bench.store)).filter((event) => event.type === 'communicationEnded');
    expect(ends).toMatchObject([
      { communication: { name: 'DATED', status: 'Failed', reason: 'no_date' }, state: 'handled' },
    ]);
  });

  it('replaces a plan that is still Planned and drops one whose communication has started', async () => {
    const bench = await start();
    const { activities } = bench;
    const result = await activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const first = planned(result, 'REMINDER');
    await activities.commit(commit(stopped, [first]));
    const later = { ...planned(result, 'REMINDER', 'second'), plan: result.plans!.OFFICE! };
    expect(await activities.commit(commit(stopped, [later], run('2-y')))).toEqual({ replaced: { second: first.id } });
    expect(await communications(bench)).toMatchObject([
      { id: first.id, opens: Date.UTC(2026, 2, 10, 8), status: 'Planned' },
    ]);
    await bench.store.db.updateTable('communication').set({ status: 'Started' }).execute();
    expect(await activities.commit(commit(stopped, [{ ...later, id: 'third' }], run('3-z')))).toEqual({
      dropped: ['third'],
    });
    expect(await communications(bench)).toHaveLength(1);
  });

  it('takes the second of two plans of one name in one segment', async () => {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const first = planned(result, 'REMINDER');
    const second = { ...first, id: 'second', plan: result.plans!.OFFICE! };
    expect(await bench.activities.commit(commit(stopped, [first, second]))).toEqual({ replaced: { second: first.id } });
    expect(await communications(bench)).toMatchObject([{ id: first.id, opens: Date.UTC(2026, 2, 10, 8) }]);
  });

  it('finds the plan it replaces behind hundreds of later communications', async () => {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const first = planned(result, 'REMINDER');
    await bench.activities.commit(commit(stopped, [first]));
    await sql`
      insert into communication (id, participant_id, run, flow, hash, name, kind, channel, agent, status, history, planning, zone, origin)
      select 'old' || n, participant_id, run, flow, hash, 'OFFICE', kind, channel, agent, 'Completed', '[]', planning, zone, origin
      from communication, generate_series(1, 300) n`.execute(bench.store.db);
    expect(await bench.activities.commit(commit(stopped, [{ ...first, id: 'second' }], run('2-y')))).toEqual({
      replaced: { second: first.id },
    });
  });

  it('keeps apart two runs whose plans end at once in the same moment', async () => {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    await bench.activities.commit(commit(stopped, [planned(result, 'DATED')]));
    expect(await bench.activities.commit(commit(stopped, [planned(result, 'DATED', 'other')], run('2-y')))).toEqual({});
    expect(await communications(bench)).toHaveLength(2);
  });

  it('plans nothing for a person who has left, and ends the run', async () => {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    await bench.store.db.updateTable('participant').set({ exited: true }).execute();
    expect(await bench.activities.commit(commit(parked, [planned(result, 'REMINDER')]))).toEqual({ exited: true });
    expect(await communications(bench)).toEqual([]);
    expect(await runs(bench)).toMatchObject([{ state: 'ended', ended_as: 'exited' }]);
  });

  it('hands over to another flow by one event, however often it is repeated', async () => {
    const bench = await start({ triggers: { remind: [], escalate: [{ on: 'another flow' }] } });
    const input = commit({ kind: 'ended', as: 'handed over', to: 'escalate' });
    await bench.activities.commit(input);
    await bench.activities.commit(input);
    const handed = (await events(bench.store)).filter((event) => event.type === 'handedOver');
    expect(handed).toMatchObject([{ starts: ['escalate'], state: 'pending' }]);
  });

  it('answers `already` to another incarnation', async () => {
    const { activities } = await start();
    await activities.commit(commit(stopped));
    expect(await activities.commit(commit(stopped, [], run('1-x', { incarnation: 'second' })))).toEqual({
      already: true,
    });
  });
});

describe('cancel and close', () => {
  async function withPlan(): Promise<{ bench: Bench; id: string }> {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const plan = planned(result, 'REMINDER');
    await bench.activities.commit(commit(parked, [plan]));
    return { bench, id: plan.id };
  }

  it('cancel ends the open communications and says which, also when repeated', async () => {
    const { bench, id } = await withPlan();
    const input = { who, run: run(), name: 'cancel communications', step: 1, now: monday, names: [] };
    const expected = { ended: [{ id, status: 'Canceled', reason: 'canceled' }] };
    expect(await bench.activities.cancel(input)).toMatchObject(expected);
    expect(await bench.activities.cancel(input)).toMatchObject(expected);
    expect((await events(bench.store)).filter((event) => event.type === 'communicationEnded')).toHaveLength(1);
    expect(await bench.store.db.selectFrom('outbox').select('state').execute()).toEqual([{ state: 'CANCELED' }]);
  });

  it('an exit cancels without starting anything', async () => {
    const { bench, id } = await withPlan();
    expect(await bench.activities.close({ who, id, now: monday, because: 'exit' })).toEqual({
      kind: 'ended',
      status: 'Canceled',
      reason: 'exited',
    });
    expect((await events(bench.store)).at(-1)).toMatchObject({
      type: 'communicationEnded',
      starts: [],
      state: 'handled',
    });
  });

  it('the end of its time cancels what was held', async () => {
    const { bench, id } = await withPlan();
    expect(await bench.activities.close({ who, id, now: monday, because: 'closes' })).toMatchObject({
      status: 'Canceled',
      reason: 'closed',
    });
    expect(await bench.activities.close({ who, id, now: monday, because: 'closes' })).toMatchObject({
      status: 'Canceled',
      reason: 'closed',
    });
  });

  it('silence ends a conversation only when nobody wrote for that long', async () => {
    const { bench, id } = await withPlan();
    await bench.store.db
      .updateTable('communication')
      .set({ status: 'Started', started: monday, last_message: monday + hour })
      .execute();
    const look = (now: number) => bench.activities.close({ who, id, now, because: 'silence' });
    expect(await look(monday + 24 * hour)).toEqual({ kind: 'open', silenceAt: monday + 25 * hour });
    expect(await look(monday + 25 * hour)).toEqual({ kind: 'ended', status: 'NoResponse', reason: 'silence' });
  });
});

describe('replan', () => {
  it('moves a planned opening into a changed timezone', async () => {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const plan = planned(result, 'OFFICE');
    await bench.activities.commit(commit(stopped, [plan]));
    await bench.store.db.transaction().execute((tx) =>
      applyChange(
        tx,
        {
          campaign: bench.data,
          externalId: 'ada',
          fields: { timezone: 'America/New_York' },
          cause: { kind: 'api' },
          at: monday,
        },
        () => undefined,
      ),
    );
    const plans = await bench.activities.replan({ who, ids: [plan.id], now: monday });
    expect(plans[plan.id]).toMatchObject({
      opening: { opens: Date.UTC(2026, 2, 10, 13), label: 'Tue 10 Mar 09:00 New York' },
    });
    expect(await communications(bench)).toMatchObject([{ zone: 'America/New_York', opens: Date.UTC(2026, 2, 10, 13) }]);
  });

  it('leaves alone what was handed over: its answer decides', async () => {
    const bench = await start();
    const result = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const plan = planned(result, 'OFFICE');
    await bench.activities.commit(commit(stopped, [plan]));
    await bench.store.db
      .insertInto('outbox')
      .values({ id: plan.id, state: 'HANDED_OFF', handed_off_at: new Date() })
      .execute();
    expect(await bench.activities.replan({ who, ids: [plan.id], now: monday + 96 * hour })).toEqual({});
    const final = { status: 'Canceled', reason: 'closed' } as const;
    await expect(
      bench.activities.close({ who, id: plan.id, now: monday + 96 * hour, because: 'final', final }),
    ).rejects.toThrow('the message was handed over a moment ago');
    expect(await communications(bench)).toMatchObject([{ status: 'Planned' }]);
  });
});
