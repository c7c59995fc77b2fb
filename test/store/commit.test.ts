import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../runtime/store/changes.ts';
import {
  type Ask,
  type Bench,
  cancel,
  events,
  facts,
  hour,
  monday,
  parked,
  planning,
  reached,
  run,
  useBench,
  waitingFor,
  went,
  who,
} from './flow-fixture.ts';

const { start } = useBench();

const runs = (bench: Bench) => bench.store.db.selectFrom('run').selectAll().orderBy('id').execute();
const communications = (bench: Bench) =>
  bench.store.db.selectFrom('communication').selectAll().orderBy('seq').execute();

/** Id of the first communication of the name that a run plans. */
const idOf = (name: string, event = '1-x') => `payment_reminder/ada/remind:${event}/${name}/1`;
const other: Ask = { run: run('2-y') };
const third: Ask = { run: run('3-z') };

describe('the end of a step', () => {
  it('writes where the run stands and its plans, and repeats without effect', async () => {
    const bench = await start();
    const waits = waitingFor('REMINDER', 'REMINDER', 'DATED');
    const first = await bench.step(waits);
    expect(went(first)).toMatchObject({
      walked: [{ segment: 'start', reached: 'wait after' }],
      awaits: idOf('REMINDER'),
      ended: [{ id: `payment_reminder/ada/remind:1-x/DATED/2`, status: 'Failed', reason: 'no_date' }],
    });
    expect(await bench.step(waits)).toEqual(first);
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

  it('replaces a plan that is still Planned, and plans another beside one that has started', async () => {
    const bench = await start();
    await bench.step(planning('OFFICE'));
    bench.at(monday + 24 * hour);
    const moved = Date.UTC(2026, 2, 10, 9);
    expect(went(await bench.step(planning('OFFICE'), other)).kept).toEqual({ [idOf('OFFICE', '2-y')]: idOf('OFFICE') });
    expect(await communications(bench)).toMatchObject([
      { id: idOf('OFFICE'), opens: moved, status: 'Planned', run: 'remind:2-y' },
    ]);
    await bench.store.db.updateTable('communication').set({ status: 'Started' }).execute();
    expect(went(await bench.step(planning('OFFICE'), third)).kept).toBeUndefined();
    expect(await communications(bench)).toMatchObject([
      { id: idOf('OFFICE'), status: 'Started' },
      { id: idOf('OFFICE', '3-z'), status: 'Planned' },
    ]);
  });

  it('plans another beside one that was handed over and has no answer yet', async () => {
    const bench = await start();
    await bench.step(planning('REMINDER'));
    await bench.store.db
      .insertInto('outbox')
      .values({ id: idOf('REMINDER'), state: 'HANDED_OFF', handed_off_at: new Date() })
      .execute();
    expect(went(await bench.step(planning('REMINDER'), other)).kept).toBeUndefined();
    expect(await communications(bench)).toHaveLength(2);
  });

  it('takes the second of two plans of one name in one segment', async () => {
    const bench = await start();
    const result = await bench.step(async (flow) => {
      await flow.facts('start');
      flow.plan('OFFICE');
      flow.plan('OFFICE');
      return flow.waitForCommunication('OFFICE', { then: 'after', line: 'flows.flow:9' });
    });
    const second = 'payment_reminder/ada/remind:1-x/OFFICE/2';
    expect(went(result)).toMatchObject({ kept: { [second]: idOf('OFFICE') }, awaits: idOf('OFFICE') });
    expect(await communications(bench)).toMatchObject([{ id: idOf('OFFICE'), opens: Date.UTC(2026, 2, 10, 8) }]);
  });

  it('finds the plan it replaces behind hundreds of later communications', async () => {
    const bench = await start();
    await bench.step(planning('REMINDER'));
    await sql`
      insert into communication (id, participant_id, run, flow, hash, name, kind, channel, agent, status, history, planning, zone, origin)
      select 'old' || n, participant_id, run, flow, hash, 'OFFICE', kind, channel, agent, 'Completed', '[]', planning, zone, origin
      from communication, generate_series(1, 300) n`.execute(bench.store.db);
    expect(went(await bench.step(planning('REMINDER'), other)).kept).toEqual({
      [idOf('REMINDER', '2-y')]: idOf('REMINDER'),
    });
  });

  it('keeps apart two runs whose plans end at once in the same moment', async () => {
    const bench = await start();
    await bench.step(planning('DATED'));
    expect(went(await bench.step(planning('DATED'), other)).kept).toBeUndefined();
    expect(await communications(bench)).toHaveLength(2);
  });

  it('plans nothing for a person who leaves by the run itself, and ends it', async () => {
    const bench = await start({
      campaign: { exitWhen: (r) => r.participant.attempts === 1, exitReads: ['attempts'] },
    });
    const result = await bench.step(async (flow) => {
      await flow.facts('start');
      await flow.set('attempts = attempts + 1');
      await flow.facts('start');
      flow.plan('REMINDER');
      return flow.stop();
    });
    expect(reached(result)).toBe('exited');
    expect(await communications(bench)).toEqual([]);
    expect(await runs(bench)).toMatchObject([{ state: 'ended', ended_as: 'exited' }]);
  });

  it('hands over to another flow by one event, however often it is repeated', async () => {
    const bench = await start({ triggers: { remind: [], escalate: [{ on: 'another flow' }] } });
    const first = await bench.step(async (flow) => flow.to('escalate'));
    expect(reached(first)).toBe('to escalate');
    expect(await bench.step(async (flow) => flow.to('escalate'))).toEqual(first);
    const handed = (await events(bench.store)).filter((event) => event.type === 'handedOver');
    expect(handed).toMatchObject([{ starts: ['escalate'], state: 'pending' }]);
    expect(await runs(bench)).toMatchObject([{ state: 'ended', ended_as: 'handed over' }]);
  });

  it('follows a wait that has nothing to wait for, in the same step', async () => {
    const bench = await start();
    await bench.step(facts, { run: run('0-w'), segment: 'after' });
    const result = await bench.step(waitingFor('DATED', 'DATED'));
    expect(went(result).walked).toMatchObject([
      { segment: 'start', reached: 'wait after' },
      { segment: 'after', reached: 'stop', answers: [{ facts: { paid: false } }] },
    ]);
    expect(await runs(bench)).toMatchObject([{}, { id: 'remind:1-x', state: 'ended', last_step: 1 }]);
  });

  it('marks the events that the workflow has taken', async () => {
    const bench = await start();
    await bench.step(parked(facts), { taken: 1 });
    await bench.step(facts, { step: 2, taken: 0 });
    expect(await bench.store.db.selectFrom('participant').select('taken').execute()).toEqual([{ taken: 1 }]);
  });
});

describe('cancel, leave and close', () => {
  async function withPlan(): Promise<{ bench: Bench; id: string }> {
    const bench = await start();
    await bench.step(waitingFor('REMINDER', 'REMINDER'));
    return { bench, id: idOf('REMINDER') };
  }

  it('cancel ends the open communications and says which, also when repeated', async () => {
    const { bench, id } = await withPlan();
    const first = await bench.step(cancel, other);
    expect(first).toMatchObject({ ended: [{ id, status: 'Canceled', reason: 'canceled' }] });
    expect(await bench.step(cancel, other)).toEqual(first);
    expect((await events(bench.store)).filter((event) => event.type === 'communicationEnded')).toHaveLength(1);
    expect(await bench.store.db.selectFrom('outbox').select('state').execute()).toEqual([{ state: 'CANCELED' }]);
  });

  it('an exit ends all the store has, without starting anything, also what no workflow knows', async () => {
    const { bench } = await withPlan();
    // Written by a workflow task that was lost.
    await bench.step(planning('OFFICE'), other);
    await bench.store.db
      .insertInto('hold')
      .values({ participant_id: 1, subject: 'remind:1-x', cause: 'campaign stopped', of: 'payment_reminder' })
      .execute();
    for (let times = 0; times < 2; times++) expect(await bench.activities.leave({ who, taken: 1 })).toBeNull();
    expect(await communications(bench)).toMatchObject([
      { name: 'REMINDER', status: 'Canceled', reason: 'exited' },
      { name: 'OFFICE', status: 'Canceled', reason: 'exited' },
    ]);
    expect(await runs(bench)).toMatchObject([
      { id: 'remind:1-x', state: 'ended', ended_as: 'exited' },
      { id: 'remind:2-y', state: 'ended', ended_as: 'stopped' },
    ]);
    expect(await bench.store.db.selectFrom('hold').selectAll().execute()).toEqual([]);
    const ends = (await events(bench.store)).filter((event) => event.type === 'communicationEnded');
    expect(ends).toMatchObject([
      { starts: [], state: 'handled' },
      { starts: [], state: 'handled' },
    ]);
  });

  it('a run that is replaced ends where it waits, and no other', async () => {
    const { bench } = await withPlan();
    await bench.step(parked(facts), other);
    const input = { who, run: run(), as: 'replaced', taken: 1 } as const;
    for (let times = 0; times < 2; times++) expect(await bench.activities.end(input)).toBeNull();
    expect(await runs(bench)).toMatchObject([
      { state: 'ended', ended_as: 'replaced', waits_for: null },
      { state: 'parked', ended_as: null },
    ]);
    expect(await communications(bench)).toMatchObject([{ status: 'Planned' }]);
  });

  it('the end of its time cancels what was held', async () => {
    const { bench, id } = await withPlan();
    const input = { who, id, because: 'closes', due: monday + 24 * hour, taken: 1 } as const;
    const closed = { kind: 'ended', status: 'Canceled', reason: 'closed' };
    expect(await bench.activities.close(input)).toEqual(closed);
    expect(await bench.activities.close(input)).toEqual(closed);
  });

  it('the end of its time leaves alone what was moved meanwhile', async () => {
    const { bench, id } = await withPlan();
    const moved = { opens: monday + 30 * hour, until: monday + 40 * hour, closes: monday + 40 * hour };
    await bench.store.db.updateTable('communication').set(moved).execute();
    const input = { who, id, because: 'closes', due: monday + 24 * hour, taken: 1 } as const;
    expect(await bench.activities.close(input)).toMatchObject({ kind: 'planned', opening: moved });
    expect(await communications(bench)).toMatchObject([{ status: 'Planned' }]);
  });

  it('silence ends a conversation only when nobody wrote for that long', async () => {
    const { bench, id } = await withPlan();
    await bench.store.db
      .updateTable('communication')
      .set({ status: 'Started', started: monday, last_message: monday + hour })
      .execute();
    const look = (due: number) => bench.activities.close({ who, id, because: 'silence', due, taken: 1 });
    expect(await look(monday + 24 * hour)).toEqual({ kind: 'open', silenceAt: monday + 25 * hour });
    expect(await look(monday + 25 * hour)).toEqual({ kind: 'ended', status: 'NoResponse', reason: 'silence' });
  });
});

describe('replan', () => {
  const replan = (bench: Bench) => bench.activities.replan({ who, ids: [idOf('OFFICE')], dates: [], taken: 1 });

  it('moves a planned opening into a changed timezone', async () => {
    const bench = await start();
    await bench.step(planning('OFFICE'));
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
    const { plans } = await replan(bench);
    expect(plans[idOf('OFFICE')]).toMatchObject({
      opening: { opens: Date.UTC(2026, 2, 10, 13), label: 'Tue 10 Mar 09:00 New York' },
    });
    expect(await communications(bench)).toMatchObject([{ zone: 'America/New_York', opens: Date.UTC(2026, 2, 10, 13) }]);
  });

  it('ends what can be sent no more, and tells what ended meanwhile', async () => {
    const bench = await start();
    await bench.step(planning('OFFICE'));
    bench.at(monday + 96 * hour);
    const over = { [idOf('OFFICE')]: { final: { status: 'Canceled', reason: 'closed' } } };
    expect((await replan(bench)).plans).toMatchObject(over);
    expect(await communications(bench)).toMatchObject([{ status: 'Canceled', reason: 'closed' }]);
    expect((await replan(bench)).plans).toMatchObject(over);
    expect((await events(bench.store)).filter((event) => event.type === 'communicationEnded')).toHaveLength(1);
  });

  it('leaves alone what was handed over: its answer decides', async () => {
    const bench = await start();
    await bench.step(planning('OFFICE'));
    await bench.store.db
      .insertInto('outbox')
      .values({ id: idOf('OFFICE'), state: 'HANDED_OFF', handed_off_at: new Date(Date.now() + hour) })
      .execute();
    bench.at(monday + 96 * hour);
    expect((await replan(bench)).plans).toEqual({});
    const input = { who, id: idOf('OFFICE'), because: 'closes', due: monday + 96 * hour, taken: 1 } as const;
    await expect(bench.activities.close(input)).rejects.toThrow('the message was handed over a moment ago');
    expect(await communications(bench)).toMatchObject([{ status: 'Planned' }]);
  });
});
