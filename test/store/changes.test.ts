import { describe, expect, it } from 'vitest';
import { today } from '../../runtime/data/index.ts';
import type { CampaignData } from '../../runtime/data/types.ts';
import type { Fields } from '../../runtime/model/values.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange, applyChanges } from '../../runtime/store/changes.ts';
import type { Store } from '../../runtime/store/database.ts';
import { keepParticipantIds } from '../../runtime/store/participants.ts';
import { writeStep } from '../../runtime/store/runs.ts';
import type { StoredCause } from '../../runtime/store/schema.ts';
import { campaign, complete, field, useStore } from './fixture.ts';

const database = useStore();

function change(
  store: Store,
  data: CampaignData,
  fields: Fields,
  cause: StoredCause = { kind: 'import' },
  others: CampaignData[] = [],
  at = 1000,
) {
  return store.db
    .transaction()
    .execute((tx) =>
      applyChange(tx, { campaign: data, externalId: 'ada', fields, cause, at }, (name) =>
        others.find((other) => other.name === name),
      ),
    );
}

async function running(data: CampaignData, ...others: CampaignData[]): Promise<Store> {
  const store = await database.store();
  for (const { name } of [data, ...others]) await setCampaignState(store.db, name, 'active');
  return store;
}

const parked = { id: 'hi:1-y', flow: 'hi', hash: 'hi1', incarnation: 'first', event: '1-y' };

const events = (store: Store) =>
  store.db
    .selectFrom('event')
    .innerJoin('participant', 'participant.id', 'event.participant_id')
    .select(['campaign', 'number', 'type', 'touched', 'starts', 'exits', 'state'])
    .orderBy('campaign')
    .orderBy('number')
    .execute();

async function park(store: Store, participantId: number): Promise<void> {
  const run = { id: 'remind:1', flow: 'remind', hash: 'h', incarnation: 'i', event: '1' };
  await store.db
    .insertInto('run')
    .values({ ...run, participant_id: participantId, state: 'parked', started: 1, changed: 1 })
    .execute();
}

describe('a change of a record', () => {
  it('creates the person with defaults and one event that starts the matching flows', async () => {
    const data = campaign();
    const store = await running(data);
    expect(await change(store, data, complete)).toMatchObject({ kind: 'created' });
    const participant = await store.db.selectFrom('participant').selectAll().executeTakeFirstOrThrow();
    expect(participant.fields).toEqual({ ...complete, paid: false, attempts: 0 });
    expect(await store.db.selectFrom('profile').select('fields').execute()).toEqual([{ fields: { opted_out: false } }]);
    expect(await events(store)).toMatchObject([
      { number: 1, type: 'participantCreated', starts: ['remind'], state: 'pending' },
    ]);
  });

  it('gives the participant an opaque id for workflow ids where flowc.json says so, and keeps it', async () => {
    const data = campaign();
    const store = await running(data);
    await keepParticipantIds(store.db, 'opaque');
    await change(store, data, complete);
    const { key } = await store.db.selectFrom('participant').select('key').executeTakeFirstOrThrow();
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    await keepParticipantIds(store.db, 'external_id');
    await change(store, data, { paid: true });
    expect(await store.db.selectFrom('participant').select(['key', 'external_id']).execute()).toEqual([
      { key, external_id: 'ada' },
    ]);
  });

  it('refuses to create a person without a required field, and leaves nothing behind', async () => {
    const data = campaign();
    const store = await running(data);
    expect(await change(store, data, { order_id: '42' })).toEqual({
      kind: 'refused',
      problems: [{ field: 'due_date', value: '', reason: 'it is required' }],
    });
    expect(await store.db.selectFrom('profile').selectAll().execute()).toEqual([]);
    expect(await events(store)).toEqual([]);
  });

  it('writes no event when all values are equal', async () => {
    const data = campaign();
    const store = await running(data);
    await change(store, data, { ...complete, amount: '12.5' });
    expect(await change(store, data, { ...complete, amount: '12.50', paid: false })).toMatchObject({
      kind: 'unchanged',
    });
    expect(await events(store)).toHaveLength(1);
  });

  it('tells which fields really changed and starts only flows that watch one of them', async () => {
    const data = campaign({
      triggers: {
        moved: [{ on: 'participant updated', fields: ['due_date'] }],
        any: [{ on: 'participant updated', fields: [] }],
      },
    });
    const store = await running(data);
    await change(store, data, complete);
    await change(store, data, { order_id: '42', paid: true });
    await change(store, data, { due_date: '2026-04-01' });
    expect(await events(store)).toMatchObject([
      { type: 'participantCreated', starts: [], state: 'handled' },
      { type: 'participantUpdated', touched: ['paid'], starts: ['any'], state: 'pending' },
      { type: 'participantUpdated', touched: ['due_date'], starts: ['any', 'moved'], state: 'pending' },
    ]);
  });

  it('stores an event that starts nothing and meets nothing as handled', async () => {
    const data = campaign();
    const store = await running(data);
    await change(store, data, complete);
    await change(store, data, { paid: true });
    expect((await events(store))[1]).toMatchObject({ type: 'participantUpdated', starts: [], state: 'handled' });
  });

  it('signals an event that meets a parked run', async () => {
    const data = campaign();
    const store = await running(data);
    await change(store, data, complete);
    const { id } = await store.db.selectFrom('participant').select('id').executeTakeFirstOrThrow();
    await park(store, id);
    await change(store, data, { paid: true });
    expect((await events(store))[1]).toMatchObject({ starts: [], state: 'pending' });
  });

  it('does not start the flow that made the change, but starts its siblings', async () => {
    const data = campaign({
      triggers: { a: [{ on: 'participant updated', fields: [] }], b: [{ on: 'participant updated', fields: [] }] },
    });
    const store = await running(data);
    await change(store, data, complete);
    await change(store, data, { paid: true }, { kind: 'set', flow: 'a' });
    expect((await events(store))[1]).toMatchObject({ starts: ['b'] });
  });

  it('makes a change of the profile an event in every campaign the person is in', async () => {
    const data = campaign();
    const other = campaign({
      name: 'welcome',
      participant: [field('plan', 'string')],
      triggers: { hi: [{ on: 'participant updated', fields: ['segment'] }] },
    });
    const store = await running(data, other);
    await change(store, data, complete);
    await change(store, other, {});
    await change(store, data, { segment: 'gold' }, { kind: 'api' }, [other]);
    expect(await events(store)).toMatchObject([
      { campaign: 'payment_reminder', number: 1 },
      { campaign: 'payment_reminder', number: 2, touched: ['profile.segment'], starts: [] },
      { campaign: 'welcome', number: 1 },
      { campaign: 'welcome', number: 2, touched: ['profile.segment'], starts: ['hi'], state: 'pending' },
    ]);
  });

  it('is an outside event to the other campaigns when a run wrote it: a flow of the same name starts, a parked run is told', async () => {
    const triggers = { remind: [{ on: 'participant updated' as const, fields: ['segment'] }] };
    const data = campaign({ triggers });
    const other = campaign({ name: 'welcome', participant: [], triggers });
    const quiet = campaign({ name: 'quiet', participant: [], triggers: {} });
    const store = await running(data, other, quiet);
    for (const each of [data, other, quiet]) await change(store, each, each === data ? complete : {});
    const { id } = await store.db
      .selectFrom('participant')
      .select('id')
      .where('campaign', '=', 'quiet')
      .executeTakeFirstOrThrow();
    await park(store, id);
    const first = await store.db.selectFrom('event').select('id').executeTakeFirstOrThrow();
    await store.db.updateTable('event').set({ chain: 7 }).where('id', '=', first.id).execute();
    const cause = { kind: 'set' as const, flow: 'remind', event: first.id };
    await change(store, data, { segment: 'gold' }, cause, [other, quiet]);
    const written = store.db
      .selectFrom('event')
      .innerJoin('participant', 'participant.id', 'event.participant_id')
      .select(['campaign', 'starts', 'state', 'chain'])
      .where('number', '=', 2)
      .orderBy('campaign');
    expect(await written.execute()).toEqual([
      { campaign: 'payment_reminder', starts: [], state: 'handled', chain: 8 },
      { campaign: 'quiet', starts: [], state: 'pending', chain: 8 },
      { campaign: 'welcome', starts: ['remind'], state: 'pending', chain: 8 },
    ]);
  });

  it('starts nothing while the exit condition holds, and starts again after', async () => {
    const data = campaign({
      exitWhen: (r) => r.profile.opted_out === true,
      exitReads: ['opted_out'],
      triggers: { any: [{ on: 'participant updated', fields: [] }] },
    });
    const store = await running(data);
    await change(store, data, complete);
    await change(store, data, { opted_out: true });
    await change(store, data, { paid: true });
    await change(store, data, { opted_out: false });
    expect((await events(store)).slice(1)).toMatchObject([
      { starts: [], exits: true },
      { starts: [], exits: true },
      { starts: ['any'], exits: false },
    ]);
  });

  it('looks at an exit condition with `today` after every change, whatever it touches', async () => {
    const data = campaign({
      exitWhen: (r) => String(r.participant.due_date) < today(r)!,
      exitReads: ['due_date', 'profile.timezone'],
    });
    const store = await running(data);
    await change(store, data, complete, { kind: 'import' }, [], Date.UTC(2026, 2, 9));
    await change(store, data, { attempts: 1 }, { kind: 'import' }, [], Date.UTC(2026, 2, 20));
    expect((await events(store)).map((event) => event.exits)).toEqual([false, true]);
  });

  it('is a change from outside for the other campaigns of the person, also when a run made it', async () => {
    const data = campaign({ triggers: { sync: [{ on: 'participant created' }] } });
    // A flow of the same name, and a person with a parked run there.
    const other = campaign({
      name: 'welcome',
      participant: [field('plan', 'string')],
      triggers: { sync: [{ on: 'participant updated', fields: ['segment'] }] },
    });
    const silent = campaign({ name: 'silent', participant: [field('plan', 'string')], triggers: {} });
    const store = await running(data, other, silent);
    await change(store, data, complete);
    await change(store, other, {});
    await change(store, silent, {});
    const { id } = await store.db
      .selectFrom('participant')
      .select('id')
      .where('campaign', '=', 'silent')
      .executeTakeFirstOrThrow();
    const place = { kind: 'running', segment: 'start' } as const;
    const row = { participantId: id, run: parked, step: 0, decided: null, place, now: 1000, taken: 0, plans: [] };
    await store.db.transaction().execute((tx) => writeStep(tx, row));
    const cause = { kind: 'set', flow: 'sync', run: 'sync:1-x', event: '1-x' } as const;
    await change(store, data, { segment: 'gold' }, cause, [other, silent]);
    const touched = (await events(store)).filter((event) => event.touched.length > 0);
    expect(touched).toMatchObject([
      { campaign: 'payment_reminder', state: 'handled' },
      { campaign: 'silent', starts: [], state: 'pending' },
      { campaign: 'welcome', starts: ['sync'], state: 'pending' },
    ]);
  });

  it('counts a chain of events across the campaigns of a person', async () => {
    const triggers = { sync: [{ on: 'participant updated' as const, fields: ['segment'] }] };
    const data = campaign({ triggers });
    const other = campaign({ name: 'welcome', participant: [field('plan', 'string')], triggers });
    const store = await running(data, other);
    await change(store, data, complete);
    await change(store, other, {});
    for (let round = 0; round < 6; round++) {
      const [from, to] = round % 2 === 0 ? [data, other] : [other, data];
      const { id: event } = await store.db
        .selectFrom('event')
        .innerJoin('participant', 'participant.id', 'event.participant_id')
        .select('event.id')
        .where('campaign', '=', from.name)
        .orderBy('number', 'desc')
        .executeTakeFirstOrThrow();
      const segment = round % 2 === 0 ? 'gold' : 'silver';
      await change(store, from, { segment }, { kind: 'set', flow: 'sync', run: `sync:${event}`, event }, [to]);
    }
    const chains = await store.db.selectFrom('event').select('chain').orderBy('chain', 'desc').execute();
    expect(chains[0]).toEqual({ chain: 6 });
  });

  it('keeps every event of a stopped campaign', async () => {
    const data = campaign({ triggers: {} });
    const store = await database.store();
    await change(store, data, complete);
    expect(await events(store)).toMatchObject([{ state: 'pending' }]);
  });

  it('numbers the events of one participant without gaps under concurrent writers', async () => {
    const data = campaign();
    const store = await running(data);
    await change(store, data, complete);
    await Promise.all(Array.from({ length: 20 }, (_, index) => change(store, data, { attempts: index + 1 })));
    expect((await events(store)).map((event) => event.number)).toEqual(
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
  });

  it('creates a person once when two writers bring them at the same moment', async () => {
    const data = campaign();
    const store = await running(data);
    const bring = () =>
      store.db.transaction().execute((tx) =>
        applyChanges(
          tx,
          ['a', 'b', 'c'].map((externalId) => ({
            campaign: data,
            externalId,
            fields: complete,
            cause: { kind: 'import' as const },
            at: 1,
          })),
          () => undefined,
        ),
      );
    const outcomes = (await Promise.all([bring(), bring(), bring()])).flat().map((outcome) => outcome.kind);
    expect(outcomes.filter((kind) => kind === 'created')).toHaveLength(3);
    expect(outcomes.filter((kind) => kind === 'unchanged')).toHaveLength(6);
    expect(await events(store)).toHaveLength(3);
  });
});
