/** A request that is repeated gets what was decided, and what the store holds then belongs to a workflow. */
import { afterEach, describe, expect, it } from 'vitest';
import type { KernelActivities, StepResult } from '../../runtime/activities/port.ts';
import type { Fields } from '../../runtime/model/values.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import type { Flow, Program, Segment } from '../../runtime/workflow/abi.ts';
import { useStore } from './fixture.ts';
import {
  type Bench,
  cancel,
  facts,
  hour,
  monday,
  parked,
  planning,
  run,
  set,
  useBench,
  waitingFor,
  went,
} from './flow-fixture.ts';
import { type Life, live } from './life.ts';

const change = ({ store, data }: Pick<Bench, 'store' | 'data'>, fields: Fields, at = monday) =>
  store.db
    .transaction()
    .execute((tx) =>
      applyChange(tx, { campaign: data, externalId: 'ada', fields, cause: { kind: 'import' }, at }, () => data),
    );

describe('a repeated request gets the decision of the first, though everything has changed', () => {
  const { start } = useBench();

  /** All that a step may write. */
  async function written({ store: { db } }: Bench) {
    return {
      fields: await db.selectFrom('participant').select(['fields', 'taken']).execute(),
      profile: await db.selectFrom('profile').select('fields').execute(),
      events: await db.selectFrom('event').select(['number', 'type', 'state']).orderBy('number').execute(),
      runs: await db.selectFrom('run').selectAll().orderBy('id').execute(),
      communications: await db.selectFrom('communication').selectAll().orderBy('seq').execute(),
      outbox: await db.selectFrom('outbox').select(['id', 'state']).orderBy('id').execute(),
      log: await db.selectFrom('script_log').select('text').execute(),
      holds: await db.selectFrom('hold').select('subject').execute(),
    };
  }

  const nonsense: Segment = async (flow) => (await flow.set('outcome = nonsense'), flow.stop());
  const scored: Segment = async (flow) => (await flow.python('SCORE'), flow.stop());
  const raises: Segment = async (flow) => (await flow.python('RAISES'), flow.stop());
  const ifPaid: Segment = async (flow) => {
    const is = await flow.facts('start');
    flow.plan(is.paid ? 'TEMPLATED' : 'OFFICE');
    return flow.stop();
  };
  const asks = (body: Segment) => (bench: Bench) => bench.step(body);
  const scripts = (name: string, body: Segment) => (bench: Bench) => bench.python(name, {}, body);

  it.each<[string, (bench: Bench) => Promise<StepResult>, string]>([
    ['facts', asks(parked(facts)), 'wait later'],
    ['a set', asks(set), 'stop'],
    ['a cancel', asks(cancel), 'stop'],
    ['a script', scripts('SCORE', scored), 'stop'],
    ['a script that is only reached', asks(scored), 'python SCORE'],
    ['plans', asks(ifPaid), 'stop'],
    ['a plan that replaces one', asks(planning('REMINDER')), 'stop'],
    ['a plan that ends at once', asks(planning('DATED')), 'stop'],
    ['a wait', asks(waitingFor('REMINDER', 'REMINDER')), 'wait after'],
    ['a hand-over', asks(async (flow) => flow.to('escalate')), 'to escalate'],
    ['a write that fails', asks(nonsense), 'failed'],
    ['a script that fails', scripts('RAISES', raises), 'failed'],
  ])('%s', async (_, ask, reached) => {
    const triggers = {
      remind: [],
      escalate: [{ on: 'another flow' as const }],
      other: [{ on: 'participant updated' as const, fields: [] }],
    };
    const bench = await start({ triggers });
    // Something to cancel and to replace.
    await bench.step(planning('REMINDER'), { run: run('0-w') });
    const first = await ask(bench);
    expect(went(first).walked.at(-1)!.reached).toBe(reached);
    bench.at(monday + 5 * hour);
    await change(bench, { paid: true, attempts: 7, segment: 'silver', due_date: '2026-04-01' });
    await bench.store.db.updateTable('participant').set({ exited: true }).execute();
    await setCampaignState(bench.store.db, bench.data.name, 'inactive');
    const before = await written(bench);
    expect(await ask(bench)).toEqual(first);
    expect(await written(bench)).toEqual(before);
  });

  it('a wait that goes on at once', async () => {
    const bench = await start();
    await bench.step(facts, { run: run('0-w'), segment: 'after' });
    const body = waitingFor('DATED', 'DATED');
    const first = await bench.step(body);
    expect(went(first).walked.map(({ reached }) => reached)).toEqual(['wait after', 'stop']);
    await change(bench, { paid: true });
    const before = await written(bench);
    expect(await bench.step(body)).toEqual(first);
    expect(await written(bench)).toEqual(before);
  });

  it('a step from before the last one', async () => {
    const bench = await start();
    const first = await bench.step(parked(set));
    const second = await bench.step(parked(set), { step: 2 });
    const before = await written(bench);
    expect([await bench.step(parked(set)), await bench.step(parked(set), { step: 2 })]).toEqual([first, second]);
    expect(await written(bench)).toEqual(before);
  });
});

describe('a workflow task that is lost leaves nothing behind that no workflow owns', () => {
  const database = useStore();
  let open: Life | undefined;
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });

  const after: Segment = async (flow: Flow) => (await flow.set('attempts = attempts + 1'), flow.stop());
  const program = (start: Segment, more: Record<string, Segment> = {}): Program => ({
    hash: 'remind1',
    again: 'restart',
    segments: { start, after, later: after, ...more },
  });
  /** Plans one of two, by what has not changed yet. */
  const either =
    (name: string, other: string): Segment =>
    async (flow) => {
      const is = await flow.facts('start');
      flow.plan(is.paid ? other : name);
      return flow.waitForCommunication(is.paid ? other : name, { then: 'after', line: 'f.flow:3' });
    };
  const scored: Segment = async (flow) => {
    await flow.python('SCORE');
    return either('REMINDER', 'OFFICE')(flow);
  };

  it.each<[keyof KernelActivities, Segment, Fields | null, string[]]>([
    ['step', either('REMINDER', 'OFFICE'), null, ['REMINDER NoResponse']],
    ['python', scored, null, ['REMINDER NoResponse']],
    ['send', either('REMINDER', 'OFFICE'), null, ['REMINDER NoResponse']],
    ['close', either('REMINDER', 'OFFICE'), null, ['REMINDER NoResponse']],
    ['replan', either('OFFICE', 'REMINDER'), { timezone: 'America/New_York' }, ['OFFICE NoResponse']],
    ['end', either('OFFICE', 'REMINDER'), { amount: '1' }, ['OFFICE NoResponse', 'REMINDER NoResponse']],
    ['leave', either('OFFICE', 'REMINDER'), { opted_out: true }, ['OFFICE Canceled']],
  ])('%s', async (kind, start, cause, expected) => {
    let lost = 0;
    open = await live(
      await database.store(),
      { remind: [program(start)] },
      {
        triggers: { remind: [{ on: 'participant created' }, { on: 'participant updated', fields: ['amount'] }] },
        campaign: { exitWhen: (r) => r.profile.opted_out === true, exitReads: ['opted_out'] },
        async lost(name, life) {
          if (name === kind && lost++ === 0) await change(life, { paid: true }, life.simulation.now());
        },
      },
    );
    const life = open;
    await life.settle();
    if (cause) await change(life, cause, life.simulation.now());
    await life.advanceTo(monday + 200 * hour);
    expect(lost).toBeGreaterThan(0);
    const mails = await life.store.db.selectFrom('communication').select(['name', 'status']).orderBy('seq').execute();
    expect(mails.map(({ name, status }) => `${name} ${status}`)).toEqual(expected);
    expect(await life.store.db.selectFrom('run').select('id').where('state', '<>', 'ended').execute()).toEqual([]);
    expect([life.simulation.running(), life.simulation.timers()]).toEqual([false, []]);
  });
});
