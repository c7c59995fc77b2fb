import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { RunRef, StepResult } from '../../runtime/activities/port.ts';
import type { Fields } from '../../runtime/model/values.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import { endCommunication } from '../../runtime/store/ended.ts';
import type { Segment } from '../../runtime/workflow/abi.ts';
import { complete } from './fixture.ts';
import {
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
  set,
  told,
  useBench,
  went,
  who,
} from './flow-fixture.ts';

const { start } = useBench();

const runs = (bench: Bench) => bench.store.db.selectFrom('run').selectAll().orderBy('id').execute();
const leaves = ({ store }: Bench) => store.db.updateTable('participant').set({ exited: true }).execute();
const change = ({ store, data }: Bench, fields: Fields) =>
  store.db
    .transaction()
    .execute((tx) =>
      applyChange(tx, { campaign: data, externalId: 'ada', fields, cause: { kind: 'import' }, at: monday }, () => data),
    );

describe('facts', () => {
  it('give the decisions and openings of a stretch and begin the run', async () => {
    const bench = await start();
    const { facts: decisions, plans } = told(await bench.step(parked(facts)));
    expect(decisions).toEqual({ paid: false });
    expect(plans!.REMINDER).toMatchObject({ opening: { opens: monday, closes: monday + 24 * hour } });
    // The due date is Tuesday the 10th; the office opens at 09:00 in Berlin.
    expect(plans!.OFFICE).toMatchObject({
      opening: { opens: Date.UTC(2026, 2, 10, 8), until: Date.UTC(2026, 2, 10, 17), label: 'Tue 10 Mar 09:00 Berlin' },
    });
    expect(plans!.DATED).toMatchObject({ final: { status: 'Failed', reason: 'no_date' } });
    expect(await runs(bench)).toMatchObject([{ id: 'remind:1-x', state: 'parked', incarnation: 'first' }]);
  });

  it('are not asked for by another incarnation, nor by a run that has ended', async () => {
    const bench = await start();
    await bench.step(parked(facts));
    expect(await bench.step(facts, { run: run('1-x', { incarnation: 'second' }) })).toEqual({ kind: 'already' });
    await bench.step(facts, { step: 2 });
    expect(await bench.step(facts, { step: 3 })).toEqual({ kind: 'already' });
    expect(await runs(bench)).toMatchObject([{ incarnation: 'first', state: 'ended', last_step: 2 }]);
  });

  it('answer `exited` to a new run of a person who has left, which leaves no row', async () => {
    const bench = await start();
    await leaves(bench);
    expect(await bench.step(facts)).toEqual({ kind: 'exited' });
    expect(await runs(bench)).toEqual([]);
  });

  it('answer `exited` to a run of a person who has left, so that it ends', async () => {
    const bench = await start();
    await bench.step(parked(facts));
    await leaves(bench);
    expect(await bench.step(facts, { step: 2, segment: 'later' })).toEqual({ kind: 'exited' });
    expect(await bench.step(facts, { step: 2, segment: 'later' })).toEqual({ kind: 'exited' });
    expect(await runs(bench)).toMatchObject([{ state: 'ended', ended_as: 'exited' }]);
  });

  it('hold a run before a segment while the campaign is stopped, and nowhere else', async () => {
    const bench = await start();
    const begun = await bench.step(parked(facts));
    await setCampaignState(bench.store.db, bench.data.name, 'inactive');
    // Told before: the segment is under way.
    const inside: Segment = async (flow) => (await flow.facts('start'), parked(facts)(flow));
    expect(told(await bench.step(inside, { step: 2, given: [told(begun)] }))).toMatchObject({ facts: { paid: false } });
    expect(await bench.step(facts, { step: 3, segment: 'later' })).toEqual({ kind: 'held' });
    expect(await runs(bench)).toMatchObject([
      { state: 'parked', segment: 'later', waits_for: 'campaign payment_reminder is stopped' },
    ]);
    expect(await bench.store.db.selectFrom('hold').select(['subject', 'cause']).execute()).toEqual([
      { subject: 'remind:1-x', cause: 'campaign stopped' },
    ]);
    await setCampaignState(bench.store.db, bench.data.name, 'active');
    expect(reached(await bench.step(facts, { step: 3, segment: 'later' }))).toBe('stop');
    expect(await bench.store.db.selectFrom('hold').selectAll().execute()).toEqual([]);
  });

  it('hold a run that was never begun, and begin it when the campaign runs', async () => {
    const bench = await start();
    await setCampaignState(bench.store.db, bench.data.name, 'inactive');
    expect(await bench.step(facts)).toEqual({ kind: 'held' });
    expect(await bench.step(facts)).toEqual({ kind: 'held' });
    await setCampaignState(bench.store.db, bench.data.name, 'active');
    expect(told(await bench.step(facts))).toMatchObject({ facts: { paid: false } });
  });

  it('let a condition go on only while it holds', async () => {
    const bench = await start();
    await bench.step(parked(facts));
    const when = { stretch: 'start', key: 'paid' };
    expect(await bench.step(facts, { step: 2, segment: 'later', when })).toEqual({ kind: 'no' });
    expect(await runs(bench)).toMatchObject([{ state: 'parked', last_step: 1 }]);
    await change(bench, { paid: true });
    expect(told(await bench.step(facts, { step: 2, segment: 'later', when }))).toMatchObject({ facts: { paid: true } });
  });

  it('fail with a sentence that can be retried when this build lacks the version', async () => {
    const bench = await start();
    const failing = bench.step(facts, { run: run('1-x', { hash: 'gone' }) });
    await expect(failing).rejects.toMatchObject({ nonRetryable: false });
  });
});

describe('set', () => {
  it('writes once, whatever is repeated, and returns the facts that follow', async () => {
    const bench = await start({
      triggers: {
        remind: [{ on: 'participant updated', fields: [] }],
        other: [{ on: 'participant updated', fields: [] }],
      },
    });
    const first = await bench.step(parked(set));
    expect(told(first).facts).toEqual({ 'attempts >= 3': false, outcome: null });
    expect(went(first).touched).toEqual(['attempts']);
    expect(await bench.step(parked(set))).toEqual(first);
    await bench.step(parked(set), { step: 2 });
    expect(told(await bench.step(parked(set), { step: 3 }))).toMatchObject({ facts: { 'attempts >= 3': true } });
    const written = (await events(bench.store)).filter((event) => event.type === 'participantUpdated');
    // Its own flow is not started by it.
    expect(written.map((event) => event.starts)).toEqual([['other'], ['other'], ['other']]);
  });

  it('is seen by what follows it, with what was planned before it', async () => {
    const bench = await start();
    const both: Segment = async (flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.set('attempts = attempts + 1');
      await flow.set('attempts = attempts + 1');
      const is = await flow.set('attempts = attempts + 1');
      return is['attempts >= 3'] ? flow.stop() : flow.to('escalate');
    };
    expect(reached(await bench.step(both))).toBe('stop');
    expect(await bench.store.db.selectFrom('communication').select(['name', 'status']).execute()).toEqual([
      { name: 'REMINDER', status: 'Planned' },
    ]);
  });

  it('loses no write of others that comes at the same moment', async () => {
    const bench = await start({
      programs: {
        remind: [{ hash: 'remind1', again: 'parallel', segments: { start: set } }],
        other: [{ hash: 'other1', again: 'parallel', segments: { start: facts } }],
      },
    });
    const begins = (ref: RunRef) =>
      bench.activities.step({ who, run: ref, step: 1, segment: 'start', given: [], planned: 0, taken: 0 });
    const work = Array.from({ length: 8 }, (_, n) => [
      begins(run(`${n}-p`)),
      change(bench, { amount: String(n + 1) }),
      begins({ ...run(`${n}-q`), id: `other:${n}-q`, flow: 'other', hash: 'other1' }),
    ]);
    await Promise.all(work.flat());
    const { fields, last_event } = await bench.store.db
      .selectFrom('participant')
      .select(['fields', 'last_event'])
      .executeTakeFirstOrThrow();
    expect(fields).toMatchObject({ attempts: 8, amount: expect.any(String) });
    expect((await events(bench.store)).map((event) => event.number)).toEqual(
      Array.from({ length: last_event }, (_, index) => index + 1),
    );
  });

  it('is not held when a repeated request did its work before the campaign was stopped', async () => {
    const bench = await start();
    const first = await bench.step(parked(set));
    await setCampaignState(bench.store.db, bench.data.name, 'inactive');
    expect(await bench.step(parked(set))).toEqual(first);
    expect(await bench.step(set, { step: 2, segment: 'later' })).toEqual({ kind: 'held' });
    expect(await bench.step(cancel, { step: 2, segment: 'later' })).toEqual({ kind: 'held' });
    expect(await bench.python('SCORE', { step: 2, segment: 'later' })).toEqual({ kind: 'held' });
    expect(await bench.store.db.selectFrom('script_log').selectAll().execute()).toEqual([]);
  });

  it('fails the run when the value is not one of the field, and names no value', async () => {
    const bench = await start();
    const nonsense: Segment = async (flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.set('outcome = nonsense');
      return flow.stop();
    };
    const result = went(await bench.step(nonsense));
    const failure = 'set outcome = nonsense: the field outcome takes one of promised, refused, unreachable';
    expect([reached(result), result.failure]).toEqual(['failed', failure]);
    expect(await bench.step(nonsense)).toEqual(result);
    expect(await runs(bench)).toMatchObject([{ state: 'ended', ended_as: 'failed', failure }]);
    // What was planned before the fault goes on.
    expect(await bench.store.db.selectFrom('communication').select(['name', 'status']).execute()).toEqual([
      { name: 'REMINDER', status: 'Planned' },
    ]);
  });

  it('does not take a fast test clock for time that passes', async () => {
    const bench = await start({ triggers: { other: [{ on: 'participant updated', fields: [] }] } });
    const newest = async () =>
      bench.store.db.selectFrom('event').select(['id', 'chain']).orderBy('number', 'desc').executeTakeFirstOrThrow();
    const { id: cause } = await newest();
    const day = 24 * hour;
    bench.at(monday + day);
    await bench.step(set, { run: run(cause, { event: cause }) });
    const { id: second, chain } = await newest();
    expect(chain).toBe(1);
    await sql`update event set written_at = written_at - interval '2 seconds'`.execute(bench.store.db);
    bench.at(monday + 2 * day);
    await bench.step(set, { run: run(second, { event: second }) });
    expect((await newest()).chain).toBe(0);
  });

  it('ends a storm: events that cause each other without time passing', async () => {
    const bench = await start({ triggers: { other: [{ on: 'participant updated', fields: [] }] } });
    let cause = (await bench.store.db.selectFrom('event').select('id').executeTakeFirstOrThrow()).id;
    let last: StepResult | undefined;
    for (let n = 0; n < 60 && (!last || reached(last) !== 'failed'); n++) {
      last = await bench.step(set, { run: run(cause, { event: cause }) });
      cause = (
        await bench.store.db
          .selectFrom('event')
          .select('id')
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirstOrThrow()
      ).id;
    }
    expect(last).toMatchObject({ failure: 'storm: 50 events caused each other without time passing' });
  });
});

describe('python', () => {
  it('writes what the script returned, once, and keeps its log with the participant', async () => {
    const bench = await start();
    const first = await bench.python('SCORE');
    expect(first).toMatchObject({ touched: ['profile.segment'] });
    expect(await bench.python('SCORE')).toEqual(first);
    expect(
      (await bench.store.db.selectFrom('profile').select('fields').executeTakeFirstOrThrow()).fields,
    ).toMatchObject({ segment: 'gold' });
    expect(await bench.store.db.selectFrom('script_log').select(['level', 'text', 'name']).execute()).toEqual([
      { level: 'info', text: 'hello Ada', name: 'SCORE' },
    ]);
  });

  it('is reached by a step, which leaves the script to an activity of its own', async () => {
    const bench = await start();
    const scored: Segment = async (flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      await flow.python('SCORE');
      await flow.facts('start');
      flow.plan('OFFICE');
      return flow.stop();
    };
    const before = await bench.step(scored);
    expect(reached(before)).toBe('python SCORE');
    expect(await runs(bench)).toMatchObject([{ state: 'running', segment: 'start' }]);
    const planned = () => bench.store.db.selectFrom('communication').select(['name', 'id']).orderBy('seq').execute();
    const reminder = { name: 'REMINDER', id: 'payment_reminder/ada/remind:1-x/REMINDER/1' };
    expect(await planned()).toEqual([reminder]);
    const { answers } = went(before).walked[0]!;
    const after = await bench.python('SCORE', { step: 2, given: answers }, scored);
    expect(went(after).walked).toMatchObject([{ segment: 'start', answers: [{}, {}], reached: 'stop' }]);
    expect(await planned()).toEqual([reminder, { name: 'OFFICE', id: 'payment_reminder/ada/remind:1-x/OFFICE/2' }]);
  });

  it('reads private fields only if they are named, and the results of its communication as what they are', async () => {
    const bench = await start();
    const iban = { ...complete, iban: 'DE02' };
    await bench.store.db
      .updateTable('participant')
      .set({ fields: JSON.stringify(iban) })
      .execute();
    await bench.step(planning('REMINDER'));
    const id = 'payment_reminder/ada/remind:1-x/REMINDER/1';
    const end = { id, status: 'Completed', reason: 'agent_completed', results: { pay_by: '2026-03-12' } } as const;
    await endCommunication(bench.store, { ...end, at: monday }, bench.data);
    await bench.python('READS', { run: run('2-x', { communication: id }) });
    expect(await bench.store.db.selectFrom('script_log').select('text').orderBy('id').execute()).toEqual([
      { text: 'iban DE02, email False' },
      { text: 'REMINDER Completed datetime.date(2026, 3, 12) None' },
    ]);
  });

  it("fails after its retries with our sentence; the script's words stay in the store", async () => {
    const bench = await start();
    const result = went(await bench.python('RAISES'));
    expect(reached(result)).toBe('failed');
    expect(result).toMatchObject({
      failure:
        'Python RAISES of payment_reminder was tried 2 times: it raised an error (line 2). `flowc status payment_reminder PARTICIPANT` shows its log.',
    });
    // A repetition gets the same and runs no script.
    expect(await bench.python('RAISES')).toEqual(result);
    expect(await runs(bench)).toMatchObject([{ state: 'ended', ended_as: 'failed', failure: result.failure }]);
    const log = await bench.store.db.selectFrom('script_log').select(['level', 'text', 'line']).execute();
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({ level: 'error', line: 2, text: expect.stringContaining('Ada owes 12') });
  });

  it('refuses fields outside of `writes` and values outside of their type', async () => {
    const bench = await start();
    expect(went(await bench.python('WRITES_MORE')).failure).toBe(
      'Python WRITES_MORE of payment_reminder was tried 2 times: it returned a field that it may not write (allowed: segment). `flowc status payment_reminder PARTICIPANT` shows its log.',
    );
    expect(went(await bench.python('NONSENSE', { run: run('2-y') })).failure).toContain(
      'the field segment takes one of gold, silver',
    );
    expect(
      (await bench.store.db.selectFrom('participant').select('fields').executeTakeFirstOrThrow()).fields,
    ).toMatchObject({ paid: false });
  });
});

describe('at: python', () => {
  it('gives the base of the plan that follows; none is no date', async () => {
    const bench = await start();
    await change(bench, { due_date: '2026-03-11' });
    const { plans } = told(await bench.python('at of OFFICE'));
    expect(plans).toMatchObject({ OFFICE: { base: { kind: 'date', date: '2026-03-10' } } });
    const { plans: none } = told(await bench.python('at of OFFICE (2)', { run: run('2-y') }));
    expect(none).toMatchObject({ OFFICE: { base: null, final: { status: 'Failed', reason: 'no_date' } } });
  });

  it('sees no private field, and what is no date ends the run after its retries', async () => {
    const bench = await start();
    expect(await bench.python('at of OFFICE (3)')).toMatchObject({
      failure:
        'The Python expression in `at` of OFFICE of payment_reminder was tried 2 times: it raised an error (line 1). `flowc status payment_reminder PARTICIPANT` shows its log.',
    });
    const log = await bench.store.db.selectFrom('script_log').select(['name', 'text']).execute();
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({ name: 'at of OFFICE (3)', text: expect.stringContaining("'email' is not defined") });
    expect(went(await bench.python('at of OFFICE (4)', { run: run('2-y') })).failure).toContain(
      'tried 2 times: it returned something that is not a date or a datetime',
    );
  });
});
