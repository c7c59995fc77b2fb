/** Rows of one participant as the store's tests of the watch need them. */
import { sql } from 'kysely';
import type { Status } from '../../runtime/model/statuses.ts';
import type { Db } from '../../runtime/store/database.ts';

/** Inserts a person of `payment_reminder`; gives the participant's id. */
export async function person(db: Db, name: string): Promise<number> {
  const profile = await db
    .insertInto('profile')
    .values({ external_id: name, fields: '{}' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const row = await db
    .insertInto('participant')
    .values({ campaign: 'payment_reminder', external_id: name, key: name, profile_id: profile.id, fields: '{}' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export interface RunSketch {
  readonly state: 'running' | 'parked' | 'ended';
  readonly until?: number;
  readonly changed?: number;
}

export async function run(db: Db, participantId: number, { state, until, changed = 0 }: RunSketch): Promise<void> {
  await db
    .insertInto('run')
    .values({
      id: 'remind:1',
      participant_id: participantId,
      flow: 'remind',
      hash: 'remind1',
      incarnation: 'first',
      event: '1',
      communication: null,
      state,
      until: until ?? null,
      started: 0,
      changed,
    })
    .execute();
}

export interface CommunicationSketch {
  readonly name?: string;
  readonly status: Status;
  readonly opens?: number;
  readonly closes?: number;
  readonly waits?: string;
  readonly lastMessage?: number;
}

/** Gives its id. */
export async function communication(db: Db, participantId: number, sketch: CommunicationSketch): Promise<string> {
  const { name = 'REMINDER', status, opens = 0, closes = 10, waits, lastMessage } = sketch;
  const id = `payment_reminder/${participantId}/remind:1/${name}/1`;
  await db
    .insertInto('communication')
    .values({
      id,
      participant_id: participantId,
      run: 'remind:1',
      flow: 'remind',
      hash: 'remind1',
      name,
      kind: 'email',
      channel: 'billing',
      agent: 'concierge',
      status,
      history: JSON.stringify([{ status, at: 0 }]),
      results: '{}',
      planning: 0,
      zone: 'UTC',
      opens,
      until: closes,
      closes,
      waits: waits ?? null,
      last_message: lastMessage ?? null,
      origin: 'flows.flow:1',
    })
    .execute();
  return id;
}

/** An event that was signalled some seconds ago. */
export async function signalled(db: Db, participantId: number, number: number, secondsAgo: number): Promise<void> {
  await sql`
    insert into event (participant_id, number, id, type, touched, starts, exits, cause, chain, at, state, written_at)
    values (${participantId}, ${number}, ${`${number}-abc`}, 'participantUpdated', '[]', '[]', false, '{"kind": "api"}', 0, 0,
      'signalled', now() - make_interval(secs => ${secondsAgo}))
  `.execute(db);
  await sql`
    update participant set last_event = ${number}, last_pending = ${number}, relayed = ${number} where id = ${participantId}
  `.execute(db);
}
