import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import type { Db } from '../../runtime/store/database.ts';
import {
  countAsTaken,
  countHandledAsTaken,
  type Look,
  openParticipantsAfter,
  overdueParticipants,
  overdueQuery,
} from '../../runtime/store/overdue.ts';
import { useStore } from './fixture.ts';
import { communication, person, run, signalled } from './stuck-rows.ts';

const database = useStore();
const now = 1_000_000;
const hour = 3_600_000;
const look: Look = {
  before: now,
  graceMs: 60_000,
  silences: [{ flow: 'remind', hash: 'remind1', name: 'REMINDER', ms: 500_000 }],
  except: [],
  limit: 100,
};

/** Who is overdue once the person has these rows: their name, or nobody. */
async function found(rows: (db: Db, id: number) => Promise<unknown>, given: Partial<Look> = {}): Promise<boolean> {
  const { db } = await database.store();
  await setCampaignState(db, 'payment_reminder', 'active');
  const id = await person(db, 'ada');
  await rows(db, id);
  return (await overdueParticipants(db, { ...look, ...given })).includes(id);
}

describe('a run is overdue', () => {
  it.each([
    ['that waits until an instant which has passed', { state: 'parked', until: now - 1 }, true],
    ['not before that instant', { state: 'parked', until: now + 1 }, false],
    ['never when nothing says until when', { state: 'parked' }, false],
    ['that is at work and has not moved for long', { state: 'running', changed: now - 1 }, true],
    ['not when it moved a moment ago', { state: 'running', changed: now + 1 }, false],
    ['never once it has ended', { state: 'ended', until: now - 1, changed: now - 1 }, false],
  ] as const)('%s', async (_title, sketch, is) => {
    expect(await found((db, id) => run(db, id, sketch))).toBe(is);
  });
});

describe('a communication is overdue', () => {
  it.each([
    ['that should have opened', { status: 'Planned', opens: now - 1, closes: now + hour }, true],
    ['not before it opens', { status: 'Planned', opens: now + 1, closes: now + hour }, false],
    ['not while it is held', { status: 'Planned', opens: now - 1, closes: now + hour, waits: 'x' }, false],
    ['that is held and should have closed', { status: 'Planned', opens: 1, closes: now - 1, waits: 'x' }, true],
    ['that has been quiet for longer than its silence', { status: 'Started', lastMessage: now - 500_001 }, true],
    ['not before its silence is over', { status: 'Replied', lastMessage: now - 499_999 }, false],
    ['never once it has ended', { status: 'Completed', opens: 1, lastMessage: 1 }, false],
  ] as const)('%s', async (_title, sketch, is) => {
    expect(await found((db, id) => communication(db, id, sketch))).toBe(is);
  });
});

describe('an event is overdue', () => {
  it('that was signalled a minute ago and not taken', async () => {
    expect(await found((db, id) => signalled(db, id, 1, 61))).toBe(true);
  });

  it('not before a minute has passed', async () => {
    expect(await found((db, id) => signalled(db, id, 1, 30))).toBe(false);
  });

  it('not once it is taken', async () => {
    expect(
      await found(async (db, id) => {
        await signalled(db, id, 1, 61);
        await countAsTaken(db, id, 1);
      }),
    ).toBe(false);
  });

  it('not while a script of the participant may be at work', async () => {
    expect(
      await found(async (db, id) => {
        await signalled(db, id, 1, 61);
        await run(db, id, { state: 'running', changed: now + 1 });
      }),
    ).toBe(false);
  });

  it('not while the campaign is stopped: it is kept', async () => {
    expect(
      await found(async (db, id) => {
        await signalled(db, id, 1, 61);
        await setCampaignState(db, 'payment_reminder', 'inactive');
      }),
    ).toBe(false);
  });

  it('never when it needed no signal after all', async () => {
    const { db } = await database.store();
    const id = await person(db, 'ada');
    await signalled(db, id, 1, 61);
    await sql`update event set state = 'handled'`.execute(db);
    await countHandledAsTaken(db);
    expect(await db.selectFrom('participant').select('taken').executeTakeFirst()).toEqual({ taken: 1 });
  });
});

it('who was looked at a moment ago is left out', async () => {
  const overdue = { state: 'parked', until: now - 1 } as const;
  expect(await found((db, id) => run(db, id, overdue), { except: [1] })).toBe(false);
});

it('who has no deadline comes up in turn', async () => {
  const { db } = await database.store();
  const ids = [await person(db, 'ada'), await person(db, 'bob'), await person(db, 'cyd')];
  for (const id of ids) await run(db, id, { state: 'parked' });
  await communication(db, ids[1]!, { status: 'Planned' });
  expect(await openParticipantsAfter(db, 0, 2)).toEqual(ids.slice(0, 2));
  expect(await openParticipantsAfter(db, ids[1]!, 2)).toEqual(ids.slice(2));
});

it('looking for them reads no table from end to end', async () => {
  const { db } = await database.store();
  await setCampaignState(db, 'payment_reminder', 'active');
  await sql`insert into profile (external_id, fields) select n::text, '{}' from generate_series(1, 20000) n`.execute(
    db,
  );
  await sql`
    insert into participant (campaign, external_id, key, profile_id, fields, last_event, last_pending, relayed, taken)
    select 'payment_reminder', id::text, id::text, id, '{}', 1, 1, 1, 1 from profile`.execute(db);
  await sql`
    insert into run (participant_id, id, flow, hash, incarnation, event, state, until, started, changed)
    select id, 'remind:1', 'remind', 'remind1', 'first', '1', 'parked', ${now + hour}, 0, 0 from participant`.execute(
    db,
  );
  await sql`
    insert into communication (id, participant_id, run, flow, hash, name, kind, channel, agent, status, history, planning,
      zone, opens, closes, last_message, origin)
    select id::text, id, 'remind:1', 'remind', 'remind1', 'REMINDER', 'email', 'billing', 'a',
      case when id % 2 = 0 then 'Planned' else 'Started' end, '[]', 0, 'UTC', ${now + hour}, ${now + hour}, ${now}, 'x'
    from participant`.execute(db);
  await sql`
    insert into event (participant_id, number, id, type, touched, starts, exits, cause, chain, at, state)
    select id, 1, '1', 'participantCreated', '[]', '[]', false, '{}', 0, 0, 'signalled' from participant`.execute(db);
  for (const table of ['participant', 'run', 'communication', 'event'])
    await sql`analyze ${sql.table(table)}`.execute(db);

  const wholeTables = async () => {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${overdueQuery(look)}`.execute(db);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    return [...plan.matchAll(/Seq Scan on (participant|run|communication|event)\b/g)].map(([, table]) => table);
  };
  expect(await wholeTables()).toEqual([]);
  expect(await overdueParticipants(db, look)).toEqual([]);

  const indexes = { run_until: 'run', communication_due: 'communication', participant_untaken: 'participant' };
  for (const [index, table] of Object.entries(indexes)) {
    await sql`drop index ${sql.table(index)}`.execute(db);
    expect(await wholeTables(), `without ${index}`).toContain(table);
  }
});
