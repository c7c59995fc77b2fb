import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import { endCommunication } from '../../runtime/store/ended.ts';
import { complete } from './fixture.ts';
import { type Bench, events, hour, monday, run, useBench, who } from './flow-fixture.ts';

const { start } = useBench();

const stopped = { kind: 'ended', as: 'stopped' } as const;

const runs = (bench: Bench) => bench.store.db.selectFrom('run').selectAll().orderBy('id').execute();

describe('facts', () => {
  it('give the decisions and openings of a stretch and begin the run', async () => {
    const { activities, ...rest } = await start();
    const result = await activities.facts({ who, run: run(), stretch: 'start', now: monday });
    expect(result.facts).toEqual({ paid: false });
    expect(result.plans!.REMINDER).toMatchObject({ opening: { opens: monday, closes: monday + 24 * hour } });
    // The due date is Tuesday the 10th; the office opens at 09:00 in Berlin.
    expect(result.plans!.OFFICE).toMatchObject({
      opening: { opens: Date.UTC(2026, 2, 10, 8), until: Date.UTC(2026, 2, 10, 17), label: 'Tue 10 Mar 09:00 Berlin' },
    });
    expect(result.plans!.DATED).toMatchObject({ final: { status: 'Failed', reason: 'no_date' } });
    expect(await runs({ activities, ...rest })).toMatchObject([
      { id: 'remind:1-x', state: 'running', incarnation: 'first' },
    ]);
  });

  it('answer `already` to another incarnation, and to a new run of a person who has left', async () => {
    const { activities, store } = await start();
    await activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const again = run('1-x', { incarnation: 'second' });
    expect(await activities.facts({ who, run: again, stretch: 'start', now: monday })).toEqual({
      facts: {},
      already: true,
    });
    await store.db.updateTable('participant').set({ exited: true }).execute();
    expect(await activities.facts({ who, run: run('2-y'), stretch: 'start', now: monday })).toMatchObject({
      already: true,
    });
  });

  it('answer `exited` to a run of a person who has left, so that it ends', async () => {
    const { activities, store } = await start();
    const input = { who, run: run(), stretch: 'start', now: monday };
    await activities.facts(input);
    await store.db.updateTable('participant').set({ exited: true }).execute();
    expect(await activities.facts(input)).toEqual({ facts: {}, exited: true });
  });

  it('hold a run before a segment while the campaign is stopped, and nowhere else', async () => {
    const bench = await start();
    const input = { who, run: run(), stretch: 'start', now: monday };
    await bench.activities.facts({ ...input, first: 'start' });
    await setCampaignState(bench.store.db, bench.data.name, 'inactive');
    expect(await bench.activities.facts(input)).toMatchObject({ facts: { paid: false } });
    expect(await bench.activities.facts({ ...input, first: 'later' })).toEqual({ facts: {}, held: true });
    expect(await runs(bench)).toMatchObject([
      { state: 'parked', segment: 'later', waits_for: 'campaign payment_reminder is stopped' },
    ]);
    expect(await bench.store.db.selectFrom('hold').select(['subject', 'cause']).execute()).toEqual([
      { subject: 'remind:1-x', cause: 'campaign stopped' },
    ]);
  });

  it('hold a run that was never begun, and begin it when the campaign runs', async () => {
    const bench = await start();
    const input = { who, run: run(), stretch: 'start', now: monday, first: 'start' };
    await setCampaignState(bench.store.db, bench.data.name, 'inactive');
    expect(await bench.activities.facts(input)).toEqual({ facts: {}, held: true });
    await setCampaignState(bench.store.db, bench.data.name, 'active');
    expect(await bench.activities.facts(input)).toMatchObject({ facts: { paid: false } });
  });

  it('fail with a sentence that can be retried when this build lacks the version', async () => {
    const { activities } = await start();
    const failing = activities.facts({ who, run: run('1-x', { hash: 'gone' }), stretch: 'start', now: monday });
    await expect(failing).rejects.toMatchObject({ nonRetryable: false });
  });
});

describe('set', () => {
  const step = { who, run: run(), name: 'attempts = attempts + 1', step: 1, now: monday };

  it('writes once, whatever is repeated, and returns the facts that follow', async () => {
    const bench = await start({
      triggers: {
        remind: [{ on: 'participant updated', fields: [] }],
        other: [{ on: 'participant updated', fields: [] }],
      },
    });
    expect(await bench.activities.set(step)).toEqual({
      facts: { 'attempts >= 3': false, outcome: null },
      touched: ['attempts'],
    });
    expect(await bench.activities.set(step)).toEqual({ facts: { 'attempts >= 3': false, outcome: null } });
    await bench.activities.set({ ...step, step: 2 });
    expect(await bench.activities.set({ ...step, step: 3 })).toMatchObject({ facts: { 'attempts >= 3': true } });
    const written = (await events(bench.store)).filter((event) => event.type === 'participantUpdated');
    // Its own flow is not started by it.
    expect(written.map((event) => event.starts)).toEqual([['other'], ['other'], ['other']]);
  });

  it('loses no write of others that comes at the same moment', async () => {
    const bench = await start();
    const imported = (n: number) =>
      bench.store.db.transaction().execute((tx) =>
        applyChange(
          tx,
          {
            campaign: bench.data,
            externalId: 'ada',
            fields: { amount: String(n) },
            cause: { kind: 'import' },
            at: monday,
          },
          () => bench.data,
        ),
      );
    const work = Array.from({ length: 8 }, (_, n) => [
      bench.activities.set({ ...step, run: run(`${n}-p`) }),
      imported(n + 1),
      bench.activities.commit({ who, run: run(`${n}-q`), now: monday, state: stopped, plans: [] }),
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
    const { activities, store, data } = await start();
    await activities.set({ ...step, first: 'later' });
    await setCampaignState(store.db, data.name, 'inactive');
    expect(await activities.set({ ...step, first: 'later' })).toMatchObject({ facts: { 'attempts >= 3': false } });
    expect(await activities.set({ ...step, step: 2, first: 'later' })).toEqual({ facts: {}, held: true });
    const cancel = { ...step, step: 2, name: 'cancel communications', first: 'later', names: [] };
    expect(await activities.cancel(cancel)).toEqual({ facts: {}, held: true });
    expect(await activities.python({ ...step, step: 2, name: 'SCORE', first: 'later' })).toEqual({
      facts: {},
      held: true,
    });
  });

  it('ends the run with a fault when the value is not one of the field, and names no value', async () => {
    const { activities } = await start();
    const failing = activities.set({ ...step, name: 'outcome = nonsense' });
    await expect(failing).rejects.toMatchObject({
      type: 'FlowFault',
      nonRetryable: true,
      message: 'set outcome = nonsense: the field outcome takes one of promised, refused, unreachable',
    });
  });

  it('does not take a fast test clock for time that passes', async () => {
    const bench = await start({ triggers: { other: [{ on: 'participant updated', fields: [] }] } });
    const newest = async () =>
      bench.store.db.selectFrom('event').select(['id', 'chain']).orderBy('number', 'desc').executeTakeFirstOrThrow();
    const { id: cause } = await newest();
    const day = 24 * hour;
    await bench.activities.set({ ...step, run: run(cause, { event: cause }), now: monday + day });
    const { id: second, chain } = await newest();
    expect(chain).toBe(1);
    await sql`update event set written_at = written_at - interval '2 seconds'`.execute(bench.store.db);
    await bench.activities.set({ ...step, run: run(second, { event: second }), now: monday + 2 * day });
    expect((await newest()).chain).toBe(0);
  });

  it('ends a storm: events that cause each other without time passing', async () => {
    const bench = await start({ triggers: { other: [{ on: 'participant updated', fields: [] }] } });
    let cause = (await bench.store.db.selectFrom('event').select('id').executeTakeFirstOrThrow()).id;
    let failure: unknown;
    for (let n = 0; n < 60 && !failure; n++) {
      const ref = run(cause, { event: cause });
      failure = await bench.activities.set({ ...step, run: ref }).then(
        () => undefined,
        (error: unknown) => error,
      );
      cause = (
        await bench.store.db
          .selectFrom('event')
          .select('id')
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirstOrThrow()
      ).id;
    }
    expect(failure).toMatchObject({
      type: 'FlowFault',
      message: 'storm: 50 events caused each other without time passing',
    });
  });
});

describe('python', () => {
  const call = (name: string) => ({ who, run: run(), name, step: 1, now: monday });

  it('writes what the script returned, once, and keeps its log with the participant', async () => {
    const bench = await start();
    expect(await bench.activities.python(call('SCORE'))).toMatchObject({ touched: ['profile.segment'] });
    expect(await bench.activities.python(call('SCORE'))).not.toHaveProperty('touched');
    expect(
      (await bench.store.db.selectFrom('profile').select('fields').executeTakeFirstOrThrow()).fields,
    ).toMatchObject({ segment: 'gold' });
    expect(await bench.store.db.selectFrom('script_log').select(['level', 'text', 'name']).execute()).toEqual([
      { level: 'info', text: 'hello Ada', name: 'SCORE' },
    ]);
  });

  it('reads private fields only if they are named, and the results of its communication as what they are', async () => {
    const bench = await start();
    const iban = { ...complete, iban: 'DE02' };
    await bench.store.db
      .updateTable('participant')
      .set({ fields: JSON.stringify(iban) })
      .execute();
    const { plans } = await bench.activities.facts({ who, run: run(), stretch: 'start', now: monday });
    const id = 'payment_reminder/ada/remind:1-x/REMINDER/1';
    const planned = { id, name: 'REMINDER', kind: 'email', flow: 'remind', hash: 'remind1', plan: plans!.REMINDER! };
    await bench.activities.commit({ who, run: run(), now: monday, state: stopped, plans: [planned] });
    const end = { id, status: 'Completed', reason: 'agent_completed', results: { pay_by: '2026-03-12' } } as const;
    await endCommunication(bench.store, { ...end, at: monday }, bench.data);
    await bench.activities.python({ ...call('READS'), run: run('2-x', { communication: id }) });
    expect(await bench.store.db.selectFrom('script_log').select('text').orderBy('id').execute()).toEqual([
      { text: 'iban DE02, email False' },
      { text: 'REMINDER Completed datetime.date(2026, 3, 12) None' },
    ]);
  });

  it("fails after its retries with our sentence; the script's words stay in the store", async () => {
    const bench = await start();
    const error = await bench.activities.python(call('RAISES')).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      type: 'FlowFault',
      message:
        'Python RAISES of payment_reminder was tried 2 times: it raised an error (line 2). `flowc status payment_reminder PARTICIPANT` shows its log.',
    });
    const log = await bench.store.db.selectFrom('script_log').select(['level', 'text', 'line']).execute();
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({ level: 'error', line: 2, text: expect.stringContaining('Ada owes 12') });
  });

  it('refuses fields outside of `writes` and values outside of their type', async () => {
    const bench = await start();
    await expect(bench.activities.python(call('WRITES_MORE'))).rejects.toThrow(
      'Python WRITES_MORE of payment_reminder was tried 2 times: it may not write the field paid (allowed: segment). `flowc status payment_reminder PARTICIPANT` shows its log.',
    );
    await expect(bench.activities.python(call('NONSENSE'))).rejects.toThrow(
      'the field segment takes one of gold, silver',
    );
  });
});

describe('at: python', () => {
  const at = (name: string) => ({ who, run: run(), name, step: 1, now: monday });

  it('gives the base of the plan that follows; none is no date', async () => {
    const bench = await start();
    const fields = { due_date: '2026-03-11' };
    const change = { campaign: bench.data, externalId: 'ada', fields, cause: { kind: 'api' }, at: monday } as const;
    await bench.store.db.transaction().execute((tx) => applyChange(tx, change, () => bench.data));
    const { plans } = await bench.activities.python(at('at of OFFICE'));
    expect(plans).toMatchObject({ OFFICE: { base: { kind: 'date', date: '2026-03-10' } } });
    const { plans: none } = await bench.activities.python(at('at of OFFICE (2)'));
    expect(none).toMatchObject({ OFFICE: { base: null, final: { status: 'Failed', reason: 'no_date' } } });
  });

  it('sees no private field, and what is no date ends the run after its retries', async () => {
    const bench = await start();
    await expect(bench.activities.python(at('at of OFFICE (3)'))).rejects.toMatchObject({
      type: 'FlowFault',
      message:
        'The Python expression in `at` of OFFICE of payment_reminder was tried 2 times: it raised an error (line 1). `flowc status payment_reminder PARTICIPANT` shows its log.',
    });
    const log = await bench.store.db.selectFrom('script_log').select(['name', 'text']).execute();
    expect(log).toHaveLength(2);
    expect(log[0]).toMatchObject({ name: 'at of OFFICE (3)', text: expect.stringContaining("'email' is not defined") });
    await expect(bench.activities.python(at('at of OFFICE (4)'))).rejects.toThrow(
      'tried 2 times: it returned something that is not a date or a datetime',
    );
  });
});
