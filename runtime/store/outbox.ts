/**
 * The outbox of sends: RESERVED → HANDED_OFF → SENT | FAILED | UNKNOWN, RESERVED → CANCELED. Each step is a compare-and-set:
 * whoever loses it changes nothing and finds out what the row says. The number of the attempt that reserved last is part of
 * it: one that Temporal gave up on, but that still runs, can neither hand over nor undo what the next one did.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import type { OutboxState } from './schema.ts';
import { storable } from './storable.ts';

export interface OutboxRow {
  readonly state: OutboxState;
  readonly attempts: number;
}

/** Reserves the communication for one attempt, or gives what stands there. */
export async function reserve(db: Db, id: string): Promise<OutboxRow> {
  const { rows } = await sql<OutboxRow>`
    insert into outbox (id, state, attempts) values (${id}, 'RESERVED', 1)
    on conflict (id) do update set
      attempts = case when outbox.state = 'RESERVED' then outbox.attempts + 1 else outbox.attempts end
    returning state, attempts
  `.execute(db);
  return rows[0]!;
}

/** The allowed stretch a communication is sent in. */
export interface Stretch {
  readonly opens: number;
  readonly until: number;
}

/**
 * RESERVED → HANDED_OFF, while the campaign runs, the person has not left it, the plan is still this one and the workflow has
 * taken every event it must get (`taken`: the newest); false: one of these is not so, or a newer attempt or a cancel was faster.
 * Committed before the message may leave.
 */
export async function handOff(
  db: Db,
  id: string,
  attempt: number,
  { opens, until, taken }: Stretch & { readonly taken: number },
): Promise<boolean> {
  const { rows } = await sql`
    update outbox set state = 'HANDED_OFF', handed_off_at = now()
    where id = ${id} and state = 'RESERVED' and attempts = ${attempt} and exists (
      select from communication c
      join participant p on p.id = c.participant_id
      join campaign on campaign.name = p.campaign
      where c.id = ${id} and c.opens = ${opens} and c.until = ${until} and campaign.state = 'active' and not p.exited
        and (p.last_pending <= ${taken} or not exists (
          select from event where participant_id = p.id and number > ${taken} and state <> 'handled')))
    returning id
  `.execute(db);
  return rows.length > 0;
}

/** The peer said that it did not take the message, or nothing left: the next attempt may hand it over. */
export async function release(db: Db, id: string, attempt: number, detail: string): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ state: 'RESERVED', detail: storable(detail, longestWords), handed_off_at: null })
    .where('id', '=', id)
    .where('attempts', '=', attempt)
    .where('state', 'in', ['RESERVED', 'HANDED_OFF'])
    .execute();
}

/** By the attempt that reserved it, or by anybody once it was handed over at least this long ago. */
export type Settler = { readonly attempt: number } | { readonly silentForMs: number };

export interface Settlement {
  readonly state: 'SENT' | 'FAILED' | 'UNKNOWN';
  readonly providerId?: string;
  readonly detail?: string;
}

/** Writes how an attempt ended; false when the row had been settled or canceled meanwhile, or is another attempt's. */
export async function settle(tx: Tx, id: string, outcome: Settlement, by: Settler): Promise<boolean> {
  const { rows } = await sql`${settling(id, outcome, by)}`.execute(tx);
  return rows.length > 0;
}

/** The statement of {@link settle}, for a statement that writes more. */
export function settling(id: string, { state, providerId, detail }: Settlement, by: Settler): RawBuilder<unknown> {
  const whose =
    'attempt' in by
      ? sql`attempts = ${by.attempt}`
      : sql`handed_off_at <= now() - make_interval(secs => ${by.silentForMs / 1000})`;
  return sql`
    update outbox set state = ${state}, provider_id = ${wordsOf(providerId)}, detail = ${wordsOf(detail)}, settled_at = now()
    where id = ${id} and state in ('RESERVED', 'HANDED_OFF') and ${whose} returning id`;
}

/** A peer's. */
const longestWords = 2000;

function wordsOf(text: string | undefined): string | null {
  return text === undefined ? null : storable(text, longestWords);
}

/** Puts a tombstone where nothing was handed over yet; gives the state that is there then. */
export async function cancelSend(tx: Tx, id: string): Promise<OutboxState> {
  const { rows } = await sql<{ state: OutboxState }>`${cancelingSend(id)}`.execute(tx);
  return rows[0]!.state;
}

/** The statement of {@link cancelSend}, for a statement that writes more. */
export function cancelingSend(id: string): RawBuilder<unknown> {
  return sql`
    insert into outbox (id, state, settled_at) values (${id}, 'CANCELED', now())
    on conflict (id) do update set
      state = case when outbox.state = 'RESERVED' then 'CANCELED' else outbox.state end,
      settled_at = coalesce(outbox.settled_at, case when outbox.state = 'RESERVED' then now() end)
    returning state`;
}

export async function outboxState(db: Db | Tx, id: string): Promise<OutboxState | undefined> {
  return (await db.selectFrom('outbox').select('state').where('id', '=', id).executeTakeFirst())?.state;
}
