import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Db } from '../../runtime/store/database.ts';
import { outboxState } from '../../runtime/store/outbox.ts';
import { dropEvents, type Ended, endAsTerminated, signalAgain } from '../../runtime/store/terminate.ts';
import { campaign, useStore } from './fixture.ts';
import { type CommunicationSketch, communication, person, run, signalled } from './stuck-rows.ts';

const database = useStore();
const data = campaign({ triggers: { remind: [{ on: 'communication ended', names: [] }] } });
const now = 5_000;

interface Outcome {
  readonly ended: Ended;
  readonly status: string;
  readonly outbox: string | undefined;
}

/** What becomes of one communication whose outbox row is made by `prepare`. */
async function endOf(
  sketch: CommunicationSketch,
  prepare: (db: Db, id: string) => Promise<unknown> = async () => {},
  mayBeSentBefore?: number,
): Promise<Outcome> {
  const { db } = await database.store();
  const participantId = await person(db, 'ada');
  await run(db, participantId, { state: 'parked' });
  const id = await communication(db, participantId, sketch);
  await prepare(db, id);
  const ending = { participantId, data, now, ...(mayBeSentBefore === undefined ? {} : { mayBeSentBefore }) };
  const ended = await endAsTerminated(db, { runs: ['remind:1'], communications: [id] }, ending);
  const row = await db.selectFrom('communication').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return { ended, status: `${row.status} ${row.reason ?? ''}`.trim(), outbox: await outboxState(db, id) };
}

const outbox = (state: 'RESERVED' | 'HANDED_OFF' | 'SENT', secondsAgo = 0) => {
  return (db: Db, id: string) =>
    sql`insert into outbox (id, state, attempts, handed_off_at)
      values (${id}, ${state}, 1, now() - make_interval(secs => ${secondsAgo}))`.execute(db);
};

describe('what has no workflow ends as terminated', () => {
  it('a plan, with a tombstone: nothing can be sent any more', async () => {
    expect(await endOf({ status: 'Planned' })).toEqual({
      ended: { runs: 1, canceled: 1, unknown: 0, waiting: 0 },
      status: 'Canceled terminated',
      outbox: 'CANCELED',
    });
  });

  it('a send that has not handed over', async () => {
    const { status, outbox: state } = await endOf({ status: 'Planned' }, outbox('RESERVED'));
    expect([status, state]).toEqual(['Canceled terminated', 'CANCELED']);
  });

  it('a conversation', async () => {
    const { status, outbox: state } = await endOf({ status: 'Started', lastMessage: 1 }, outbox('SENT'));
    expect([status, state]).toEqual(['Canceled terminated', 'SENT']);
  });
});

describe('a message that was handed over', () => {
  it('without an answer, ends as unknown', async () => {
    expect(await endOf({ status: 'Planned' }, outbox('HANDED_OFF', 60))).toEqual({
      ended: { runs: 1, canceled: 0, unknown: 1, waiting: 0 },
      status: 'Failed unknown',
      outbox: 'UNKNOWN',
    });
  });

  it('a moment ago, may still get its answer', async () => {
    expect(await endOf({ status: 'Planned' }, outbox('HANDED_OFF', 1))).toEqual({
      ended: { runs: 1, canceled: 0, unknown: 0, waiting: 1 },
      status: 'Planned',
      outbox: 'HANDED_OFF',
    });
  });

  it('perhaps, since the backup: ends as unknown, and cannot be handed over again', async () => {
    const opened = await endOf({ status: 'Planned', opens: 100 }, undefined, 200);
    expect([opened.status, opened.outbox]).toEqual(['Failed unknown', 'CANCELED']);
    const later = await endOf({ status: 'Planned', opens: 300 }, undefined, 200);
    expect(later.status).toBe('Canceled terminated');
  });
});

it('ends start no flow and wake no workflow', async () => {
  const { db } = await database.store();
  const participantId = await person(db, 'ada');
  await run(db, participantId, { state: 'parked', until: 1 });
  const id = await communication(db, participantId, { status: 'Planned' });
  await endAsTerminated(db, { runs: ['remind:1'], communications: [id] }, { participantId, data, now });
  const events = await db.selectFrom('event').select(['type', 'starts', 'state', 'cause']).execute();
  expect(events).toEqual([{ type: 'communicationEnded', starts: [], state: 'handled', cause: { kind: 'repair' } }]);
  const runs = await db.selectFrom('run').select(['state', 'ended_as', 'until']).execute();
  expect(runs).toEqual([{ state: 'ended', ended_as: 'terminated', until: null }]);
});

describe('events that no workflow took', () => {
  async function states(db: Db) {
    const events = await db.selectFrom('event').select(['number', 'state']).orderBy('number').execute();
    const participant = await db.selectFrom('participant').select(['relayed', 'taken']).executeTakeFirst();
    return { ...participant, events: events.map(({ number, state }) => `${number} ${state}`) };
  }

  it('are signalled again, in their order', async () => {
    const { db } = await database.store();
    const id = await person(db, 'ada');
    for (const number of [1, 2, 3]) await signalled(db, id, number, 61);
    await sql`update participant set taken = 1`.execute(db);
    expect(await signalAgain(db, id, [2, 3])).toBe(2);
    expect(await states(db)).toEqual({ relayed: 1, taken: 1, events: ['1 signalled', '2 pending', '3 pending'] });
  });

  it('not while newer ones are on their way', async () => {
    const { db } = await database.store();
    const id = await person(db, 'ada');
    for (const number of [1, 2]) await signalled(db, id, number, 61);
    await sql`update participant set relayed = 1`.execute(db);
    expect(await signalAgain(db, id, [1])).toBe(null);
    expect((await states(db)).events).toEqual(['1 signalled', '2 signalled']);
  });

  it('are dropped with a workflow that is ended by hand', async () => {
    const { db } = await database.store();
    const id = await person(db, 'ada');
    for (const number of [1, 2]) await signalled(db, id, number, 61);
    await sql`update participant set taken = 1`.execute(db);
    expect(await dropEvents(db, id, 'signalled')).toBe(1);
    expect(await states(db)).toEqual({ relayed: 2, taken: 2, events: ['1 signalled', '2 handled'] });
  });

  it('are dropped with those still kept after a restored backup', async () => {
    const { db } = await database.store();
    const id = await person(db, 'ada');
    for (const number of [1, 2]) await signalled(db, id, number, 61);
    await sql`update event set state = 'pending' where number = 2`.execute(db);
    await sql`update participant set relayed = 1`.execute(db);
    expect(await dropEvents(db, id, 'all')).toBe(2);
    expect(await states(db)).toEqual({ relayed: 2, taken: 2, events: ['1 handled', '2 handled'] });
  });
});
