import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fields } from '../../runtime/model/values.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import type { Flow, Program, Programs } from '../../runtime/workflow/abi.ts';
import { useStore } from './fixture.ts';
import { hour, monday } from './flow-fixture.ts';
import { type Life, live } from './life.ts';

const database = useStore();
let open: Life | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function begin(programs: Programs, options?: Parameters<typeof live>[2]): Promise<Life> {
  open = await live(await database.store(), programs, options);
  await open.settle();
  return open;
}

const change = (life: Life, fields: Fields) =>
  life.store.db
    .transaction()
    .execute((tx) =>
      applyChange(
        tx,
        { campaign: life.data, externalId: 'ada', fields, cause: { kind: 'import' }, at: life.simulation.now() },
        () => life.data,
      ),
    );
const switchTo = (life: Life, state: 'active' | 'inactive') => setCampaignState(life.store.db, life.data.name, state);
const runs = (life: Life) =>
  life.store.db.selectFrom('run').select(['flow', 'state', 'ended_as', 'waits_for']).orderBy('started').execute();
const mails = (life: Life) =>
  life.store.db.selectFrom('communication').select(['name', 'status', 'reason']).orderBy('seq').execute();
const attempts = async (life: Life) =>
  (await life.store.db.selectFrom('participant').select('fields').executeTakeFirstOrThrow()).fields.attempts;

const hash = 'remind1';
const wait = (until: number, then: string) => ({ until, next: { label: '1 day', then, line: 'f.flow:3' } });

/** Waits a day, then counts an attempt and mails. */
const patient: Program = {
  hash,
  again: 'restart',
  segments: {
    start: async (flow: Flow) => {
      await flow.facts('start');
      const { until, next } = wait(monday + 24 * hour, 'later');
      return flow.waitUntil(until, next);
    },
    later: async (flow: Flow) => {
      await flow.set('attempts = attempts + 1');
      await flow.facts('start');
      flow.plan('REMINDER');
      return flow.stop();
    },
  },
};

/** Cancels everything of a person who has paid. */
const paidInTime: Program = {
  hash: 'paid1',
  again: 'restart',
  segments: {
    start: async (flow: Flow) => {
      const is = await flow.facts('start');
      if (is.paid) await flow.cancel('cancel communications');
      return flow.stop();
    },
  },
};

/** Mails at once. */
const eager: Program = {
  hash,
  again: 'restart',
  segments: {
    start: async (flow: Flow) => {
      await flow.facts('start');
      flow.plan('REMINDER');
      return flow.stop();
    },
  },
};

describe('a stopped campaign', () => {
  it('moves no run: its wait runs down, and it goes on once the campaign is started', async () => {
    const life = await begin({ remind: [patient] });
    await switchTo(life, 'inactive');
    await life.advanceTo(monday + 48 * hour);
    expect([await attempts(life), await mails(life)]).toEqual([0, []]);
    expect(await runs(life)).toMatchObject([{ state: 'parked', waits_for: 'campaign payment_reminder is stopped' }]);
    expect(life.simulation.details()).toContain('flow **remind**: held, the campaign is stopped');
    await switchTo(life, 'active');
    await life.settle();
    expect([await attempts(life), await mails(life)]).toMatchObject([1, [{ name: 'REMINDER', status: 'Started' }]]);
    expect(await runs(life)).toMatchObject([{ state: 'ended', ended_as: 'stopped' }]);
    expect(await life.store.db.selectFrom('hold').selectAll().execute()).toEqual([]);
  });

  it('handles the events it kept before anything that was held goes on', async () => {
    const life = await begin(
      { remind: [eager], paid: [paidInTime] },
      {
        triggers: {
          remind: [{ on: 'participant created' }],
          paid: [{ on: 'participant updated', fields: ['paid'] }],
        },
        stopped: true,
      },
    );
    await switchTo(life, 'active');
    life.channel(async (_message, handOff) => {
      await switchTo(life, 'inactive');
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    await life.settle();
    expect(await mails(life)).toMatchObject([{ status: 'Planned' }]);
    await change(life, { paid: true });
    life.channel(async (_message, handOff) => ((await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' }));
    await switchTo(life, 'active');
    await life.settle();
    expect(await mails(life)).toEqual([{ name: 'REMINDER', status: 'Canceled', reason: 'canceled' }]);
  });

  it('cancels at `closes` what it holds', async () => {
    const life = await begin({ remind: [eager] }, { stopped: true });
    await switchTo(life, 'active');
    life.channel(async (_message, handOff) => {
      await switchTo(life, 'inactive');
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    await life.advanceTo(monday + 24 * hour);
    expect(await mails(life)).toEqual([{ name: 'REMINDER', status: 'Canceled', reason: 'closed' }]);
    await switchTo(life, 'active');
    await life.settle();
    expect(life.simulation.running()).toBe(false);
  });
});

describe('`exit when`', () => {
  it('ends at once the run whose own write makes it hold: nothing it would plan is sent', async () => {
    const leaves: Program = {
      ...eager,
      segments: {
        start: async (flow: Flow) => {
          await flow.set('attempts = attempts + 1');
          await flow.facts('start');
          flow.plan('REMINDER');
          return flow.stop();
        },
      },
    };
    const life = await begin(
      { remind: [leaves] },
      { campaign: { exitWhen: (r) => r.participant.attempts === 1, exitReads: ['attempts'] } },
    );
    expect(await mails(life)).toEqual([]);
    expect(await runs(life)).toMatchObject([{ state: 'ended', ended_as: 'exited' }]);
    expect(life.simulation.running()).toBe(false);
  });

  it('is looked at when a communication changes, before the run that waits for it moves', async () => {
    const waits: Program = {
      hash,
      again: 'restart',
      segments: {
        start: async (flow: Flow) => {
          await flow.facts('start');
          flow.plan('REMINDER');
          return flow.waitForCommunication('REMINDER', { then: 'later', line: 'f.flow:3' });
        },
        later: async (flow: Flow) => {
          await flow.set('attempts = attempts + 1');
          return flow.stop();
        },
      },
    };
    const life = await begin(
      { remind: [waits] },
      {
        fields: { email: null },
        campaign: { exitWhen: (r) => r.named('REMINDER').status === 'Failed', exitReads: ['REMINDER'] },
      },
    );
    expect(await mails(life)).toMatchObject([{ status: 'Failed', reason: 'no_address' }]);
    expect(await runs(life)).toMatchObject([{ state: 'ended', ended_as: 'exited' }]);
    expect(await attempts(life)).toBe(0);
    expect(await life.store.db.selectFrom('participant').select('exited').execute()).toEqual([{ exited: true }]);
    expect(life.simulation.running()).toBe(false);
  });

  it('stops a mail that is due at the same moment', async () => {
    const life = await begin(
      { remind: [eager] },
      { campaign: { exitWhen: (r) => r.profile.opted_out === true, exitReads: ['opted_out'] }, stopped: true },
    );
    await switchTo(life, 'active');
    life.channel(async (_message, handOff) => {
      await change(life, { opted_out: true });
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    await life.settle();
    expect(await mails(life)).toEqual([{ name: 'REMINDER', status: 'Canceled', reason: 'exited' }]);
    expect(await life.store.db.selectFrom('outbox').select('state').execute()).toEqual([{ state: 'CANCELED' }]);
    expect(life.simulation.running()).toBe(false);
  });
});

describe('a circle of flows', () => {
  it('ends as failed, visibly, when communications that never start cause each other', async () => {
    const life = await begin(
      { remind: [eager] },
      {
        fields: { email: null },
        triggers: {
          remind: [{ on: 'participant created' }, { on: 'communication ended', names: ['REMINDER'] }],
        },
      },
    );
    const all = await runs(life);
    expect(all.length).toBeLessThanOrEqual(51);
    expect(all.filter((run) => run.ended_as === 'failed')).toHaveLength(1);
    expect(life.simulation.running()).toBe(false);
  });

  it('ends the run whose plan ends at once', async () => {
    const undated: Program = {
      ...eager,
      segments: {
        start: async (flow: Flow) => {
          await flow.facts('start');
          flow.plan('DATED');
          return flow.stop();
        },
      },
    };
    const life = await begin(
      { remind: [undated] },
      {
        triggers: { remind: [{ on: 'participant created' }, { on: 'communication ended', names: ['DATED'] }] },
      },
    );
    const failed = await life.store.db.selectFrom('run').select('failure').where('ended_as', '=', 'failed').execute();
    expect(failed).toEqual([{ failure: 'storm: 50 events caused each other without time passing' }]);
  });
});

describe('workers and relays that die after they wrote and before they answer', () => {
  const answers: Program = {
    hash,
    again: 'parallel',
    segments: {
      start: async (flow: Flow) => {
        await flow.facts('start');
        flow.plan('REMINDER');
        flow.plan('DATED');
        await flow.set('attempts = attempts + 1');
        await flow.facts('start');
        return flow.waitForCommunication('REMINDER', { then: 'later', line: 'f.flow:3' });
      },
      later: async (flow: Flow) => {
        await flow.set('attempts = attempts + 1');
        return flow.to('escalate');
      },
    },
  };
  const escalate: Program = {
    hash: 'escalate1',
    again: 'restart',
    segments: {
      start: async (flow: Flow) => {
        await flow.set('attempts = attempts + 1');
        await flow.facts('start');
        flow.plan('OFFICE');
        flow.plan('TEMPLATED');
        await flow.cancel('cancel communications');
        return flow.stop();
      },
    },
  };

  async function outcome(faults?: true) {
    const life = await begin(
      { remind: [answers], escalate: [escalate] },
      {
        triggers: {
          remind: [{ on: 'participant created' }],
          escalate: [{ on: 'another flow' }],
        },
        ...(faults ? { faults } : {}),
      },
    );
    await life.advanceTo(monday + 30 * hour);
    await life.close();
    const { rows } =
      await sql`select type, touched, communication ->> 'status' as status from event order by number`.execute(
        life.store.db,
      );
    return { attempts: await attempts(life), mails: await mails(life), runs: await runs(life), events: rows };
  }

  it('change nothing of what becomes of a person', async () => {
    const once = await outcome();
    expect(once.attempts).toBe(3);
    expect(once.mails).toMatchObject([
      { name: 'REMINDER', status: 'NoResponse' },
      { name: 'DATED', status: 'Failed' },
      { name: 'OFFICE', status: 'Canceled' },
      { name: 'TEMPLATED', status: 'Canceled' },
    ]);
    expect(await outcome(true)).toEqual(once);
  });
});
