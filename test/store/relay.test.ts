import { type KyselyPlugin, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { EventMessage, Who } from '../../runtime/activities/port.ts';
import type { CampaignData } from '../../runtime/data/types.ts';
import type { Fields } from '../../runtime/model/values.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import type { Store } from '../../runtime/store/database.ts';
import { holdRun } from '../../runtime/store/holds.ts';
import { earlierEvents } from '../../runtime/store/messages.ts';
import { type Relay, type RelayOptions, relayBatch, startRelay } from '../../runtime/store/relay.ts';
import { lease, markRelayed } from '../../runtime/store/relay-batch.ts';
import { registerRelay, removeRelay } from '../../runtime/store/relay-presence.ts';
import { currentPointer, publish, registerWorker, removeWorker } from '../../runtime/store/releases.ts';
import { campaign, complete, useStore } from './fixture.ts';

const database = useStore();
const watched = campaign({
  triggers: { remind: [{ on: 'participant created' }], paid: [{ on: 'participant updated', fields: ['attempts'] }] },
});

function change(
  store: Store,
  externalId: string,
  fields: Fields,
  data: CampaignData = watched,
  kind: 'import' | 'api' = 'import',
) {
  return store.db
    .transaction()
    .execute((tx) =>
      applyChange(tx, { campaign: data, externalId, fields, cause: { kind }, at: 1000 }, () => undefined),
    );
}

interface Sent {
  readonly who: Who;
  readonly message: EventMessage;
  readonly versions: readonly string[];
}

function relayTo(store: Store, sent: Sent[], extra: Partial<RelayOptions> = {}): RelayOptions {
  return {
    store,
    campaigns: () => watched,
    signal: async (who, message, versions) => {
      sent.push({ who, message, versions });
    },
    channelUp: async () => false,
    log: () => {},
    ...extra,
  };
}

/** As the first commit of each run does. */
async function begin(store: Store, sent: readonly Sent[]): Promise<void> {
  for (const { who, message } of sent)
    await sql`
      insert into run (participant_id, id, flow, hash, incarnation, event, state, started, changed)
      select id, ${`remind:${message.id}`}, 'remind', 'remind1', 'i', ${message.id}, 'parked', 0, 0
      from participant where key = ${who.participant}`.execute(store.db);
}

const eventually = async (condition: () => boolean) => {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen within 10 seconds.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('the relay', () => {
  it("signals each participant's events in order, with the versions they start", async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    for (const id of ['ada', 'bob', 'cy']) {
      await change(store, id, complete);
      for (const attempts of [1, 2, 3]) await change(store, id, { attempts });
    }
    const sent: Sent[] = [];
    expect(await relayBatch(relayTo(store, sent))).toBe(3);
    expect(await relayBatch(relayTo(store, sent))).toBe(0);
    for (const id of ['ada', 'bob', 'cy'])
      expect(sent.filter(({ who }) => who.participant === id).map(({ message }) => message.number)).toEqual([
        1, 2, 3, 4,
      ]);
    expect(sent[0]).toMatchObject({
      who: { campaign: 'payment_reminder' },
      message: { type: 'participantCreated', starts: [{ flow: 'remind', hash: 'remind1' }], at: 1000 },
      versions: ['remind@remind1'],
    });
    expect(sent.filter(({ message }) => message.number === 2)[0]!.message.touched).toEqual(['attempts']);
  });

  it('signals again from the first event that failed, and never out of order', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    await change(store, 'ada', complete);
    await change(store, 'ada', { attempts: 1 });
    await change(store, 'ada', { attempts: 2 });
    const sent: Sent[] = [];
    const said: string[] = [];
    let failures = 1;
    const flaky = relayTo(store, sent, {
      log: (line) => said.push(line),
      signal: async (who, message, versions) => {
        if (message.number === 2 && failures-- > 0)
          throw new Error('Failed to signalWithStart Workflow', { cause: new Error('unavailable') });
        sent.push({ who, message, versions });
      },
    });
    const relay = startRelay(flaky);
    await eventually(() => sent.length === 3);
    await relay.stop();
    expect(sent.map(({ message }) => message.number)).toEqual([1, 2, 3]);
    expect(said).toEqual(['Temporal does not take signals (unavailable). They are kept and tried again.']);
    expect(await store.db.selectFrom('event').select('state').distinct().execute()).toEqual([{ state: 'signalled' }]);
  });

  it('leaves a person whose signal failed alone for two seconds', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    await change(store, 'ada', complete);
    const signal = () => Promise.reject(new Error('unavailable'));
    const before = Date.now();
    expect(await relayBatch(relayTo(store, [], { signal }))).toBe(0);
    const ada = await store.db.selectFrom('participant').select('retry_at').executeTakeFirstOrThrow();
    expect(ada.retry_at!.getTime() - before).toBeGreaterThanOrEqual(2000);
  });

  it('serves those first who wait longest, each campaign its own', async () => {
    const store = await database.store();
    const other = { ...watched, name: 'another' };
    for (const id of ['ada', 'bob', 'cy']) await change(store, id, complete);
    await change(store, 'dan', complete, other);
    // Ada has something new, but waits no shorter for it.
    const relay = await registerRelay(store.db);
    const [ada] = await lease(store.db, relay, [watched.name], 'bulk', 1);
    expect(ada!.key).toBe('ada');
    await markRelayed(store.db, relay, [{ id: ada!.id, upTo: 1, signalled: [1], retryAfterMs: null }]);
    await change(store, 'ada', { attempts: 1 });
    await change(store, 'bob', { attempts: 1 });
    const leased = [];
    for (let n = 0; n < 5; n++) leased.push(...(await lease(store.db, relay, [watched.name], 'bulk', 1)));
    expect(leased.map(({ key }) => key)).toEqual(['bob', 'cy', 'ada']);
    expect((await lease(store.db, relay, ['another'], 'bulk', 10)).map(({ key }) => key)).toEqual(['dan']);
  });

  it('takes a bounded number of events of one person at a time, the first ones', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    await change(store, 'ada', complete);
    for (let attempts = 1; attempts <= 101; attempts++) await change(store, 'ada', { attempts });
    const sent: Sent[] = [];
    const numbers = () => sent.splice(0).map(({ message }) => message.number);
    expect(await relayBatch(relayTo(store, sent))).toBe(1);
    expect(numbers()).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(await relayBatch(relayTo(store, sent))).toBe(1);
    expect(numbers()).toEqual([101, 102]);
    expect(await relayBatch(relayTo(store, sent))).toBe(0);
    expect(await store.db.selectFrom('event').select('state').distinct().execute()).toEqual([{ state: 'signalled' }]);
  });

  it('skips campaigns that are stopped and delivers what was kept once they start, with the flows of that moment', async () => {
    const store = await database.store();
    await change(store, 'ada', complete, campaign({ triggers: {} }));
    const sent: Sent[] = [];
    expect(await relayBatch(relayTo(store, sent))).toBe(0);
    await setCampaignState(store.db, watched.name, 'active');
    expect(await relayBatch(relayTo(store, sent))).toBe(1);
    expect(sent.map(({ message }) => message.starts)).toEqual([[{ flow: 'remind', hash: 'remind1' }]]);
  });

  it('marks kept events that start nothing as handled when the campaign starts', async () => {
    const store = await database.store();
    await change(store, 'ada', complete);
    await change(store, 'ada', { paid: true });
    await setCampaignState(store.db, watched.name, 'active');
    const sent: Sent[] = [];
    await relayBatch(relayTo(store, sent));
    expect(sent).toHaveLength(1);
    expect(await store.db.selectFrom('event').select('state').orderBy('number').execute()).toEqual([
      { state: 'signalled' },
      { state: 'handled' },
    ]);
  });

  it('is woken by a change without waiting for its poll', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    const sent: Sent[] = [];
    let relay: Relay | undefined;
    const looked = new Promise<void>((resolve) => {
      const campaigns = () => {
        resolve();
        return watched;
      };
      relay = startRelay(relayTo(store, sent, { campaigns, pollMs: 3_600_000 }));
    });
    await looked;
    await change(store, 'ada', complete);
    await eventually(() => sent.length === 1);
    // By now it waits: what follows is seen only because it is told.
    await change(store, 'bob', complete);
    await eventually(() => sent.length === 2);
    await relay!.stop();
  });

  it('goes on at once with what came while the person was being signalled', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    const sent: Sent[] = [];
    const signal: RelayOptions['signal'] = async (who, message, versions) => {
      if (message.number === 1) await change(store, 'ada', { attempts: 1 });
      sent.push({ who, message, versions });
    };
    const relay = startRelay(relayTo(store, sent, { signal, pollMs: 3_600_000 }));
    await change(store, 'ada', complete);
    await eventually(() => sent.length === 2);
    await relay.stop();
  });

  it('delivers every event of many participants once when two relays share the work', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    for (let id = 0; id < 120; id++) await change(store, `p${id}`, complete, watched, 'api');
    const sent: Sent[] = [];
    const relays = [1, 2].map(() => startRelay(relayTo(store, sent)));
    await eventually(() => sent.length >= 120);
    await Promise.all(relays.map((relay) => relay.stop()));
    expect(new Set(sent.map(({ who }) => who.participant)).size).toBe(120);
    expect(sent).toHaveLength(120);
  });

  it('delivers what it was never notified of', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    const sent: Sent[] = [];
    const deaf = { ...store, schema: 'nobody_notifies_here' };
    const relay = startRelay(relayTo(deaf, sent));
    await change(store, 'ada', complete);
    await eventually(() => sent.length === 1);
    await change(store, 'ada', { attempts: 1 });
    await eventually(() => sent.length === 2);
    await relay.stop();
    expect(sent.map(({ message }) => message.number)).toEqual([1, 2]);
  });

  it('leaves alone whom another relay has, and serves them when that one died', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    await change(store, 'ada', complete);
    const other = await registerRelay(store.db);
    expect(await lease(store.db, other, [watched.name], 'bulk', 10)).toHaveLength(1);
    const sent: Sent[] = [];
    expect(await relayBatch(relayTo(store, sent))).toBe(0);
    await removeRelay(store.db, other);
    expect(await relayBatch(relayTo(store, sent))).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('gives nobody to a relay that was taken for dead, and lets it mark nothing', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    await change(store, 'ada', complete);
    const hung = await registerRelay(store.db);
    const [ada] = await lease(store.db, hung, [watched.name], 'bulk', 10);
    await removeRelay(store.db, hung);
    const next = await registerRelay(store.db);
    expect(await lease(store.db, next, [watched.name], 'bulk', 10)).toHaveLength(1);
    await markRelayed(store.db, hung, [{ id: ada!.id, upTo: 1, signalled: [1], retryAfterMs: null }]);
    expect(await lease(store.db, hung, [watched.name], 'bulk', 10)).toEqual([]);
    expect(await store.db.selectFrom('event').select('state').execute()).toEqual([{ state: 'pending' }]);
    const row = await store.db.selectFrom('participant').select(['relayed', 'leased_by']).executeTakeFirstOrThrow();
    expect(row).toEqual({ relayed: 0, leased_by: next });
  });

  it('gives back whom it had when the database was away, and goes on', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    const sent: Sent[] = [];
    let cut = 1;
    const signal: RelayOptions['signal'] = async (who, message, versions) => {
      // The relay's own session and its pool: its batch can be marked by nobody.
      if (cut-- > 0)
        await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()`.execute(
          store.db,
        );
      sent.push({ who, message, versions });
    };
    const relay = startRelay(relayTo(store, sent, { signal, pollMs: 100 }));
    await change(store, 'ada', complete);
    await eventually(() => sent.length > 0);
    // The writer's connection may be one of those that were cut.
    for (let done = false; !done; )
      done = await change(store, 'ada', { attempts: 1 }).then(
        () => true,
        () => false,
      );
    await eventually(() => sent.some(({ message }) => message.number === 2));
    await relay.stop();
    const row = await store.db.selectFrom('participant').select(['relayed', 'leased_by']).executeTakeFirstOrThrow();
    expect(row).toEqual({ relayed: 2, leased_by: null });
  });

  it('takes those whom something happened to before an import, and one of an import to whom something happens', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    for (const id of ['ada', 'bob', 'cy']) await change(store, id, complete);
    await change(store, 'bob', { attempts: 1 }, watched, 'api');
    const relay = await registerRelay(store.db);
    const live = await lease(store.db, relay, [watched.name], 'live', 10);
    expect(live.map(({ key, events }) => [key, events.map(({ number }) => number)])).toEqual([['bob', [1, 2]]]);
    expect((await lease(store.db, relay, [watched.name], 'bulk', 10)).map(({ key }) => key)).toEqual(['ada', 'cy']);
  });

  it('takes campaigns in turn, however many wait in one of them', async () => {
    const store = await database.store();
    const other = { ...watched, name: 'another' };
    for (const { name } of [watched, other]) await setCampaignState(store.db, name, 'active');
    for (const id of ['ada', 'bob', 'cy']) await change(store, id, complete);
    await change(store, 'dan', complete, other);
    const relay = await registerRelay(store.db);
    const leased = await lease(store.db, relay, [watched.name, other.name], 'bulk', 2);
    expect(leased.map(({ key }) => key).sort()).toEqual(['ada', 'dan']);
  });

  it('needs three statements for a batch, however many people are in it', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    const statements = async () => {
      let n = 0;
      const plugin: KyselyPlugin = {
        transformQuery: ({ node }) => {
          n += 1;
          return node;
        },
        transformResult: async ({ result }) => result,
      };
      expect(await relayBatch(relayTo({ ...store, db: store.db.withPlugin(plugin) }, []))).toBeGreaterThan(0);
      return n;
    };
    await change(store, 'ada', complete);
    const one = await statements();
    for (let id = 0; id < 30; id++) await change(store, `p${id}`, complete);
    expect(await statements()).toBe(one);
    // Of the two lanes one is empty: campaigns, lease, mark, then campaigns and lease; a row for the relay and its end.
    expect(one).toBe(3 + 2 + 2);
  });

  it('passes over what was marked by somebody else', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    await change(store, 'ada', complete);
    await store.db.updateTable('event').set({ state: 'handled' }).execute();
    const sent: Sent[] = [];
    expect(await relayBatch(relayTo(store, sent))).toBe(1);
    expect(await relayBatch(relayTo(store, sent))).toBe(0);
    expect(sent).toEqual([]);
  });

  it('wakes no more people of an import than have room, until their runs have begun', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    for (let id = 0; id < 20; id++) await change(store, `p${id}`, complete);
    const sent: Sent[] = [];
    const relay = startRelay(relayTo(store, sent, { window: 4 }));
    await eventually(() => sent.length === 4);
    // What is no import waits for no room.
    await change(store, 'live', complete, watched, 'api');
    await eventually(() => sent.length === 5);
    expect(sent.at(-1)!.who.participant).toBe('live');
    await begin(store, sent.slice(0, 2));
    await eventually(() => sent.length === 7);
    await relay.stop();
    expect(new Set(sent.map(({ who }) => who.participant)).size).toBe(7);
  });

  it('starts nothing for an event of a time when the person had left, also when they are back', async () => {
    const data = campaign({
      exitWhen: (r) => r.profile.opted_out === true,
      exitReads: ['opted_out'],
      triggers: { paid: [{ on: 'participant updated', fields: ['attempts'] }] },
    });
    const store = await database.store();
    await change(store, 'ada', complete, data);
    const changes: Fields[] = [{ opted_out: true }, { attempts: 1 }, { opted_out: false }, { attempts: 2 }];
    for (const fields of changes) await change(store, 'ada', fields, data);
    await setCampaignState(store.db, watched.name, 'active');
    const sent: Sent[] = [];
    await relayBatch(relayTo(store, sent, { campaigns: () => data }));
    expect(sent.filter(({ message }) => message.starts.length > 0).map(({ message }) => message.number)).toEqual([5]);
  });

  it('takes the version from the published pointer', async () => {
    const store = await database.store();
    await setCampaignState(store.db, watched.name, 'active');
    await publish(store.db, watched.name, { remind: 'older' });
    await change(store, 'ada', complete);
    const sent: Sent[] = [];
    await relayBatch(relayTo(store, sent));
    expect(sent[0]!.versions).toEqual(['remind@older']);
  });
});

describe('events that come before a wake-up', () => {
  it('are those not taken yet, up to the last one stored before it, signalled or not, also inside a transaction', async () => {
    const store = await database.store();
    await change(store, 'ada', complete);
    for (const attempts of [1, 2, 3]) await change(store, 'ada', { attempts });
    await store.db.updateTable('event').set({ state: 'signalled' }).where('number', '<=', 2).execute();
    const { id } = await store.db.selectFrom('participant').select('id').executeTakeFirstOrThrow();
    const rows = await store.db.selectFrom('event').select(['number', 'at']).orderBy('number').execute();
    for (const { number } of rows)
      await store.db
        .updateTable('event')
        .set({ at: number * 1000 })
        .where('number', '=', number)
        .execute();
    const before = (taken: number, instant: number) =>
      store.db.transaction().execute((tx) => earlierEvents(tx, watched, id, { taken, before: instant }));
    expect((await before(0, 3500)).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(await before(1, 3000)).toMatchObject([
      { number: 2, type: 'participantUpdated', touched: ['attempts'], starts: [{ flow: 'paid', hash: 'paid1' }] },
    ]);
    expect(await before(4, 9000)).toEqual([]);
    await store.db.updateTable('event').set({ state: 'handled' }).where('number', '=', 3).execute();
    expect((await before(1, 3500)).map(({ number }) => number)).toEqual([2]);
  });
});

describe('publishing', () => {
  it('is refused while a living worker lacks a version, and says which', async () => {
    const store = await database.store();
    await registerWorker(store.db, 'worker-1', ['payment_reminder/remind@old']);
    await expect(publish(store.db, watched.name, { remind: 'new' })).rejects.toThrow(
      'payment_reminder cannot be published: the worker worker-1 lacks payment_reminder/remind@new. Restart the worker with this build, then publish again.',
    );
    await registerWorker(store.db, 'worker-1', ['payment_reminder/remind@old', 'payment_reminder/remind@new']);
    await publish(store.db, watched.name, { remind: 'new' });
    expect(await currentPointer(store.db, watched.name)).toEqual({ remind: 'new' });
    expect(await currentPointer(store.db, 'another')).toBeUndefined();
  });

  it('minds neither a worker that is gone nor one not heard of for a minute, until that one is back', async () => {
    const store = await database.store();
    await registerWorker(store.db, 'gone', []);
    await registerWorker(store.db, 'silent', ['payment_reminder/remind@old']);
    await registerWorker(store.db, 'fit', ['payment_reminder/remind@new']);
    await removeWorker(store.db, 'gone');
    await store.db
      .updateTable('worker')
      .set({ seen_at: new Date(Date.now() - 61_000) })
      .where('id', '=', 'silent')
      .execute();
    await publish(store.db, watched.name, { remind: 'new' });
    await expect(publish(store.db, watched.name, { remind: 'old' })).rejects.toThrow(
      'the worker fit lacks payment_reminder/remind@old',
    );
    await registerWorker(store.db, 'silent', ['payment_reminder/remind@old']);
    await expect(publish(store.db, watched.name, { remind: 'new' })).rejects.toThrow(
      'the worker silent lacks payment_reminder/remind@new',
    );
    expect(await currentPointer(store.db, watched.name)).toEqual({ remind: 'new' });
  });
});

describe('held runs', () => {
  it('go on, and the relay ends, while a channel of others answers nothing', async () => {
    const store = await database.store();
    const sent: Sent[] = [];
    await change(store, 'ada', complete);
    await setCampaignState(store.db, watched.name, 'active');
    await relayBatch(relayTo(store, []));
    const { id: participantId } = await store.db.selectFrom('participant').select('id').executeTakeFirstOrThrow();
    const causes = [
      { cause: 'channel', of: 'billing' },
      { cause: 'channel', of: 'other' },
      { cause: 'campaign stopped', of: watched.name },
    ] as const;
    for (const [index, cause] of causes.entries())
      await store.db
        .transaction()
        .execute((tx) => holdRun(tx, `remind:${index}`, 'start', { participantId, ...cause }));
    let asked = 0;
    const channelUp = (name: string) => {
      asked += name === 'billing' ? 1 : 0;
      return name === 'billing' ? new Promise<boolean>(() => {}) : Promise.resolve(true);
    };
    const relay = startRelay(relayTo(store, sent, { channelUp, pollMs: 20 }));
    await eventually(() => sent.length === 2);
    await relay.stop();
    expect(asked).toBe(1);
  });
});
