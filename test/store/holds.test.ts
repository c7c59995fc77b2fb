import { describe, expect, it } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import type { Store } from '../../runtime/store/database.ts';
import { type Hold, holdCommunication, holdRun, unhold } from '../../runtime/store/holds.ts';
import { type RelayOptions, relayBatch, resumeHeld } from '../../runtime/store/relay.ts';
import { campaign, complete, useStore } from './fixture.ts';

const database = useStore();
const data = campaign();
type Cause = Pick<Hold, 'cause' | 'of'>;
const stopped: Cause = { cause: 'campaign stopped', of: data.name };
const channelDown: Cause = { cause: 'channel', of: 'billing' };

/** People of an active campaign, whose events have been relayed; by name, their ids. */
async function people<Name extends string>(store: Store, ...names: readonly Name[]) {
  const ids: Record<string, number> = {};
  for (const externalId of names) {
    const change = { campaign: data, externalId, fields: complete, cause: { kind: 'import' }, at: 1000 } as const;
    await store.db.transaction().execute((tx) => applyChange(tx, change, () => undefined));
    const row = store.db.selectFrom('participant').select('id').where('key', '=', externalId);
    ids[externalId] = (await row.executeTakeFirstOrThrow()).id;
  }
  await setCampaignState(store.db, data.name, 'active');
  await relayBatch(relayTo(store, []));
  return ids as Readonly<Record<Name, number>>;
}

function relayTo(store: Store, told: string[], extra: Partial<RelayOptions> = {}): RelayOptions {
  return {
    store,
    campaigns: () => data,
    signal: async (who, message) => {
      if (message.type === 'resume') told.push(who.participant);
    },
    channelUp: async () => false,
    log: () => {},
    ...extra,
  };
}

/** Who is told when it is looked once. */
async function resumed(store: Store, extra: Partial<RelayOptions> = {}): Promise<readonly string[]> {
  const told: string[] = [];
  await resumeHeld(relayTo(store, told, extra));
  return told;
}
const channelUp = async (name: string) => name === 'billing';

async function plan(store: Store, participantId: number, id: string): Promise<void> {
  await store.db
    .insertInto('communication')
    .values({
      id,
      participant_id: participantId,
      run: 'r',
      flow: 'remind',
      hash: 'h',
      name: 'MAIL',
      kind: 'email',
      channel: 'billing',
      agent: 'a',
      status: 'Planned',
      history: '[]',
      results: '{}',
      planning: 1,
      zone: 'UTC',
      origin: 'x',
    })
    .execute();
}

const holdMail = (store: Store, participantId: number, id: string, cause: Cause) =>
  store.db.transaction().execute((tx) => holdCommunication(tx, id, { participantId, ...cause }));
const holdIt = (store: Store, participantId: number, run: string, cause: Cause = stopped) =>
  store.db.transaction().execute((tx) => holdRun(tx, run, 'start', { participantId, ...cause }));

describe('what is held', () => {
  it('is told to resume once its campaign or channel is back, and only once', async () => {
    const store = await database.store();
    const { ada, bob } = await people(store, 'ada', 'bob');
    await plan(store, ada, 'a1');
    await plan(store, bob, 'b1');
    await holdMail(store, ada, 'a1', stopped);
    await holdMail(store, bob, 'b1', channelDown);
    await setCampaignState(store.db, data.name, 'inactive');
    expect(await resumed(store)).toEqual([]);
    await setCampaignState(store.db, data.name, 'active');
    expect(await resumed(store)).toEqual(['ada']);
    expect(await resumed(store, { channelUp })).toEqual(['bob']);
    expect(await resumed(store, { channelUp: async () => true })).toEqual([]);
  });

  it('waits until the events kept for the person are relayed', async () => {
    const store = await database.store();
    const { ada } = await people(store, 'ada');
    await holdIt(store, ada, 'remind:1-x');
    await store.db.updateTable('participant').set({ last_pending: 9 }).execute();
    expect(await resumed(store)).toEqual([]);
  });

  it('stays on the list when it is held anew while it is told', async () => {
    const store = await database.store();
    const { ada } = await people(store, 'ada');
    await holdIt(store, ada, 'remind:1-x');
    expect(await resumed(store, { signal: () => holdIt(store, ada, 'remind:1-x') })).toEqual([]);
    expect(await resumed(store)).toEqual(['ada']);
    expect(await resumed(store)).toEqual([]);
  });

  it('is told to one person once, whatever is held of them for this cause; other causes stay', async () => {
    const store = await database.store();
    const { ada } = await people(store, 'ada');
    await holdIt(store, ada, 'remind:1-x');
    await holdIt(store, ada, 'remind:2-x');
    await plan(store, ada, 'a1');
    await holdMail(store, ada, 'a1', channelDown);
    await holdIt(store, ada, 'another channel', { cause: 'channel', of: 'office_line' });
    expect(await resumed(store)).toEqual(['ada']);
    expect(await resumed(store, { channelUp })).toEqual(['ada']);
    expect(await resumed(store, { channelUp })).toEqual([]);
    expect(await store.db.selectFrom('hold').select(['subject', 'of']).execute()).toEqual([
      { subject: 'another channel', of: 'office_line' },
    ]);
  });

  it('waits for the cause it was held for last', async () => {
    const store = await database.store();
    const { ada } = await people(store, 'ada');
    await plan(store, ada, 'a1');
    await holdMail(store, ada, 'a1', stopped);
    await holdMail(store, ada, 'a1', channelDown);
    expect(await resumed(store)).toEqual([]);
    expect(await resumed(store, { channelUp })).toEqual(['ada']);
  });

  it('is told at a bounded rate, first to those held longest', async () => {
    const store = await database.store();
    const ids = await people(store, 'ada', 'bob', 'cy');
    for (const name of ['cy', 'ada', 'bob'] as const) await holdIt(store, ids[name], 'remind:1-x');
    // Held longest since the first of what is held.
    await holdIt(store, ids.cy, 'remind:2-x');
    expect(await resumed(store, { resumesPerSecond: 2 })).toEqual(['cy', 'ada']);
    expect(await resumed(store, { resumesPerSecond: 2 })).toEqual(['bob']);
  });

  it('is one person’s alone, though runs of two may have one name', async () => {
    const store = await database.store();
    const { ada, bob } = await people(store, 'ada', 'bob');
    for (const participant_id of [ada, bob])
      for (const id of ['remind:1-x', 'remind:2-x'])
        await store.db
          .insertInto('run')
          .values({
            id,
            participant_id,
            flow: 'remind',
            hash: 'h',
            incarnation: 'i',
            event: id,
            state: 'running',
            watches: JSON.stringify(['paid']),
            until: 5000,
            started: 1,
            changed: 1,
          })
          .execute();
    await holdIt(store, ada, 'remind:1-x');
    const runs = () =>
      store.db
        .selectFrom('run')
        .select(['participant_id', 'id', 'state', 'segment', 'waits_for', 'until', 'watches'])
        .where('state', '=', 'parked')
        .execute();
    // It waits for no date and no field while it is held.
    const held = { state: 'parked', segment: 'start', until: null, watches: null };
    expect(await runs()).toEqual([
      { participant_id: ada, id: 'remind:1-x', waits_for: 'campaign payment_reminder is stopped', ...held },
    ]);
    await holdIt(store, ada, 'remind:2-x');
    await holdIt(store, bob, 'remind:1-x');
    await store.db.transaction().execute((tx) => unhold(tx, ada, 'remind:1-x'));
    expect(
      await store.db.selectFrom('hold').select(['participant_id', 'subject']).orderBy('participant_id').execute(),
    ).toEqual([
      { participant_id: ada, subject: 'remind:2-x' },
      { participant_id: bob, subject: 'remind:1-x' },
    ]);
  });
});
