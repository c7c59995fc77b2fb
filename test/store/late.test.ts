/** The store is the order: what was stored before an instant comes before it, however late its event is. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CampaignData } from '../../runtime/data/types.ts';
import type { Fields } from '../../runtime/model/values.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import { endCommunication } from '../../runtime/store/ended.ts';
import type { Flow, Next, Program, Programs } from '../../runtime/workflow/abi.ts';
import { useStore } from './fixture.ts';
import { hour, monday } from './flow-fixture.ts';
import { type Life, live } from './life.ts';

const database = useStore();
let open: Life | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

/** A person who has come; from here on events stay in the store. */
async function heldBack(programs: Programs, options?: Parameters<typeof live>[2]): Promise<Life> {
  open = await live(await database.store(), programs, options);
  await open.settle();
  open.relay('held back');
  return open;
}

/** What the store is told at that instant. */
const change = (life: Life, fields: Fields, at: number) =>
  life.store.db
    .transaction()
    .execute((tx) =>
      applyChange(
        tx,
        { campaign: life.data, externalId: 'ada', fields, cause: { kind: 'import' }, at },
        () => life.data,
      ),
    );
const answered = async (life: Life, at: number) => {
  const { id } = await life.store.db.selectFrom('communication').select('id').executeTakeFirstOrThrow();
  await endCommunication(life.store, { id, status: 'Completed', reason: 'agent_completed', at }, life.data);
};
const runs = (life: Life) =>
  life.store.db.selectFrom('run').select(['flow', 'state', 'ended_as']).orderBy('started').orderBy('id').execute();
const mails = (life: Life) =>
  life.store.db.selectFrom('communication').select(['name', 'status', 'reason']).orderBy('seq').execute();
const attempts = async (life: Life) =>
  (await life.store.db.selectFrom('participant').select('fields').executeTakeFirstOrThrow()).fields.attempts;

const bound = monday + 20 * hour;
const hash = 'remind1';
const stop = async (flow: Flow): Promise<Next> => flow.stop();
const count = async (flow: Flow): Promise<Next> => (await flow.set('attempts = attempts + 1'), flow.stop());
const program = (segments: Program['segments'], again: Program['again'] = 'restart'): Program => ({
  hash,
  again,
  segments,
});
/** Goes on at `inTime` or `late`, which counts. */
const branches = { inTime: stop, late: count };
const line = 'f.flow:3';

/** Who opts out has left. */
const leaving: Partial<CampaignData> = { exitWhen: (r) => r.profile.opted_out === true, exitReads: ['opted_out'] };

const forPaid = program({
  start: async (flow) => {
    await flow.facts('start');
    return flow.waitFor('paid', {
      stretch: 'start',
      watches: ['paid'],
      upTo: bound,
      then: 'inTime',
      else: 'late',
      line,
    });
  },
  ...branches,
});
const forAnswer = program({
  start: async (flow) => {
    await flow.facts('start');
    flow.plan('REMINDER');
    return flow.waitForCommunication('REMINDER', { upTo: bound, then: 'inTime', else: 'late', line });
  },
  ...branches,
});
const forTime = (again: Program['again']) =>
  program(
    {
      start: async (flow) => (
        await flow.facts('start'), flow.waitUntil(bound, { label: '20 hours', then: 'late', line })
      ),
      ...branches,
    },
    again,
  );
const plans = (name: string) =>
  program({ start: async (flow) => (await flow.facts('start'), flow.plan(name), flow.stop()) });
const paidInTime: Program = {
  hash: 'paid1',
  again: 'restart',
  segments: {
    start: async (flow) => {
      const is = await flow.facts('start');
      if (is.paid) await flow.cancel('cancel communications');
      return flow.stop();
    },
  },
};
/** Whoever pays gets no more of what `remind` has planned. */
const heldBackWithPaid = (remind: Program): Promise<Life> =>
  heldBack(
    { remind: [remind], paid: [paidInTime] },
    {
      triggers: {
        remind: [{ on: 'participant created' }],
        paid: [{ on: 'participant updated', fields: ['paid'] }],
      },
    },
  );

describe('the bound of a wait', () => {
  it('for a condition takes the branch of what was stored before it', async () => {
    const life = await heldBack({ remind: [forPaid] });
    await change(life, { paid: true }, bound - 1000);
    await life.advanceTo(bound);
    expect([await attempts(life), await runs(life)]).toEqual([
      0,
      [{ flow: 'remind', state: 'ended', ended_as: 'stopped' }],
    ]);
    life.relay('on');
    await life.settle();
    expect([await attempts(life), life.simulation.running()]).toEqual([0, false]);
  });

  it('for a condition precedes what was stored after it, though its event is here before the timer', async () => {
    const life = await heldBack({ remind: [forPaid] });
    life.relay('on');
    await change(life, { paid: true }, bound + 1000);
    await life.settle();
    expect(await attempts(life)).toBe(1);
  });

  it('for a communication takes the branch of an answer stored before it', async () => {
    const life = await heldBack({ remind: [forAnswer] });
    await answered(life, bound - 1000);
    await life.advanceTo(bound);
    expect([await attempts(life), await mails(life)]).toMatchObject([0, [{ status: 'Completed' }]]);
  });

  it('for a communication precedes an answer stored after it, though its event is here before the timer', async () => {
    const life = await heldBack({ remind: [forAnswer] });
    life.relay('on');
    await answered(life, bound + 1000);
    await life.settle();
    expect(await attempts(life)).toBe(1);
  });

  it('is not hit while nothing was stored', async () => {
    const life = await heldBack({ remind: [forPaid] });
    await life.advanceTo(bound - 1000);
    expect(await runs(life)).toMatchObject([{ state: 'parked' }]);
    await life.advanceTo(bound);
    expect(await attempts(life)).toBe(1);
  });

  it('takes the branch of an event kept while the campaign was stopped, which stays kept until then', async () => {
    const life = await heldBack({ remind: [forPaid] });
    life.relay('on');
    await setCampaignState(life.store.db, life.data.name, 'inactive');
    await change(life, { paid: true }, bound - 1000);
    await life.advanceTo(bound + hour);
    const kept = () => life.store.db.selectFrom('event').select('state').where('number', '=', 2).execute();
    expect([await attempts(life), await runs(life), await kept()]).toMatchObject([
      0,
      [{ state: 'parked' }],
      [{ state: 'pending' }],
    ]);
    await setCampaignState(life.store.db, life.data.name, 'active');
    await life.settle();
    expect([await attempts(life), await runs(life)]).toMatchObject([0, [{ ended_as: 'stopped' }]]);
  });
});

describe('`wait until`', () => {
  const triggers = {
    remind: [{ on: 'participant created' as const }, { on: 'participant updated' as const, fields: [] }],
  };

  it('is replaced by an event stored before it: `again: restart`', async () => {
    const life = await heldBack({ remind: [forTime('restart')] }, { triggers });
    await change(life, { amount: '1' }, bound - 1000);
    await life.advanceTo(bound);
    // The new run begins when its time has come: it goes on at once.
    expect([await attempts(life), await runs(life)]).toMatchObject([
      1,
      [{ ended_as: 'replaced' }, { ended_as: 'stopped' }],
    ]);
  });

  it('ignores an event stored before it: `again: ignore`', async () => {
    const waits = forTime('ignore').segments;
    // What it plans is open when it has ended.
    const start = async (flow: Flow) => (await flow.facts('start'), flow.plan('OFFICE'), waits.start(flow));
    const life = await heldBack({ remind: [program({ ...waits, start }, 'ignore')] }, { triggers });
    await change(life, { amount: '1' }, bound - 1000);
    await life.advanceTo(bound);
    life.relay('on');
    await life.settle();
    expect([await attempts(life), (await runs(life)).length]).toEqual([1, 1]);
  });

  it('has ended before an event stored after it, which begins it anew, though its event is here before the timer: `again: ignore`', async () => {
    const life = await heldBack({ remind: [forTime('ignore')] }, { triggers });
    life.relay('on');
    await change(life, { amount: '1' }, bound + 1000);
    await life.settle();
    // Its time has come by then as well.
    expect([await attempts(life), (await runs(life)).length]).toEqual([2, 2]);
  });

  it('does not go on for a person who has left before it', async () => {
    const life = await heldBack({ remind: [forTime('restart')] }, { campaign: leaving });
    await change(life, { opted_out: true }, bound - 1000);
    await life.advanceTo(bound);
    expect([await attempts(life), await runs(life)]).toMatchObject([0, [{ ended_as: 'exited' }]]);
    life.relay('on');
    await life.settle();
    expect(life.simulation.running()).toBe(false);
  });
});

describe('the opening of a message', () => {
  const tuesday = Date.UTC(2026, 2, 10, 8);

  it('comes after a payment stored before it: the reminder is canceled', async () => {
    const life = await heldBackWithPaid(plans('OFFICE'));
    await change(life, { paid: true }, tuesday - 1000);
    await life.advanceTo(tuesday);
    expect([await mails(life), life.asked]).toEqual([[{ name: 'OFFICE', status: 'Canceled', reason: 'canceled' }], []]);
  });

  it('is moved by a timezone changed before it', async () => {
    const life = await heldBack({ remind: [plans('OFFICE')] });
    await change(life, { timezone: 'America/New_York' }, monday + hour);
    await life.advanceTo(tuesday + hour);
    expect([await mails(life), life.asked]).toMatchObject([[{ status: 'Planned' }], []]);
    const newYork = Date.UTC(2026, 2, 10, 13);
    await life.advanceTo(newYork - 1000);
    expect(life.asked).toEqual([]);
    await life.advanceTo(newYork);
    expect(life.asked).toHaveLength(1);
  });

  it('does not come for a person who has left before it', async () => {
    const life = await heldBack({ remind: [plans('OFFICE')] }, { campaign: leaving });
    await change(life, { opted_out: true }, tuesday - 1000);
    await life.advanceTo(tuesday);
    expect([await mails(life), life.asked]).toMatchObject([[{ status: 'Canceled', reason: 'exited' }], []]);
  });
});

describe('the end of a communication by time', () => {
  it('comes after an event stored before it: what it cancels is canceled, not closed', async () => {
    const life = await heldBackWithPaid(plans('OFFICE'));
    life.channel(async () => ({ kind: 'temporary', detail: '421', channelDown: true }));
    const closes = Date.UTC(2026, 2, 11, 8);
    await life.advanceTo(closes - hour);
    await change(life, { paid: true }, closes - 1000);
    await life.advanceTo(closes);
    expect(await mails(life)).toEqual([{ name: 'OFFICE', status: 'Canceled', reason: 'canceled' }]);
  });

  it('comes after an answer to what has started', async () => {
    const life = await heldBackWithPaid(plans('REMINDER'));
    const silence = monday + 24 * hour;
    await change(life, { paid: true }, silence - 1000);
    await life.advanceTo(silence);
    expect(await mails(life)).toEqual([{ name: 'REMINDER', status: 'Canceled', reason: 'canceled' }]);
  });
});
