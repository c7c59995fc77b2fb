/** One participant as the activities load them: record, run and communications in one query. */
import { sql } from 'kysely';
import type { CampaignData, Reader } from '../data/types.ts';
import type { Fields } from '../model/values.ts';
import { createReader } from '../rules/reader.ts';
import { type CommunicationRow, openStatuses } from '../store/communications.ts';
import type { Db, Tx } from '../store/database.ts';
import { holdRun } from '../store/holds.ts';
import { lockParticipant } from '../store/participants.ts';
import { insertRun, type RunRow } from '../store/runs.ts';
import type { Halt, RunRef, StretchResult, Who } from './port.ts';

export interface LoadedRecord {
  readonly id: number;
  readonly externalId: string;
  readonly participant: Fields;
  readonly profile: Fields;
  /** `exit when` holds. */
  readonly exited: boolean;
  /** The campaign runs. */
  readonly active: boolean;
  readonly lastEvent: number;
  readonly run: RunRow | null;
  /** In the order they were planned. */
  readonly communications: readonly CommunicationRow[];
}

/** Communications that ended are read up to this many: expressions ask for the newest of a name. */
const endedAtMost = 200;

/** Whose profile it is. Throws a plain Error when there is no such participant. */
export async function externalIdOf(tx: Tx, who: Who): Promise<string> {
  const row = await tx
    .selectFrom('participant')
    .select('external_id')
    .where('campaign', '=', who.campaign)
    .where('key', '=', who.participant)
    .executeTakeFirst();
  return row?.external_id ?? missing(who);
}

function missing(who: Who): never {
  throw new Error(`The store holds no participant of the workflow's name in ${who.campaign}.`);
}

/** Throws a plain Error when there is no such participant. */
export async function loadRecord(db: Db | Tx, who: Who, run: string | null): Promise<LoadedRecord> {
  const { rows } = await sql<LoadedRecord>`
    select p.id, p.external_id as "externalId", p.fields as participant, profile.fields as profile, p.exited,
      p.last_event as "lastEvent",
      exists (select from campaign where name = p.campaign and campaign.state = 'active') as active,
      (select to_jsonb(r) from run r where r.participant_id = p.id and r.id = ${run}) as run,
      coalesce((
        select jsonb_agg(to_jsonb(c) order by c.seq) from (
          select * from communication where participant_id = p.id
          order by status not in ${openStatuses}, seq desc
          limit ${endedAtMost}) c
      ), '[]') as communications
    from participant p join profile on profile.id = p.profile_id
    where p.campaign = ${who.campaign} and p.key = ${who.participant}
  `.execute(db);
  return rows[0] ?? missing(who);
}

/** The answer to a run that does not go on. */
export function halted(halt: Halt): StretchResult {
  return { facts: {}, [halt]: true };
}

/** Where a run stands when it asks for something. `first` of a segment: nothing of it was done, so it may be held before it. */
export interface Asking {
  readonly who: Who;
  readonly run: RunRef;
  readonly now: number;
  readonly first?: string;
  /** Number of the effect it asks for. */
  readonly step?: number;
}

/** The record of a run that may go on, else why it does not. Its first effect writes the run's row. */
export async function beginRun(db: Db, asking: Asking): Promise<LoadedRecord | Halt> {
  // The first segment of a run finds no row: it is not looked for twice.
  if (asking.first !== 'start') {
    const record = await loadRecord(db, asking.who, asking.run.id);
    if (record.run && mayGoOn(record, asking)) return record;
  }
  return db.transaction().execute((tx) => beginRunIn(tx, asking));
}

/**
 * In a transaction: the participant's row is locked first, so that whoever changes the record after this read sees the run and
 * tells its workflow.
 */
export async function beginRunIn(tx: Tx, asking: Asking): Promise<LoadedRecord | Halt> {
  const { who, run, now, first } = asking;
  const id = (await lockParticipant(tx, who)) ?? missing(who);
  const record = await loadRecord(tx, who, run.id);
  if (record.run && record.run.incarnation !== run.incarnation) return 'already';
  // A new run of a person who has left leaves no row.
  if (record.exited) return record.run ? 'exited' : 'already';
  if (!record.run) await insertRun(tx, id, run, now);
  if (first !== undefined && isHeld(record, asking)) {
    await holdRun(tx, run.id, first, { participantId: id, cause: 'campaign stopped', of: who.campaign });
    return 'held';
  }
  if (record.run) return record;
  const { id: runId, flow, hash, incarnation } = run;
  return { ...record, run: { id: runId, flow, hash, incarnation, state: 'running', last_step: 0 } };
}

function mayGoOn(record: LoadedRecord, asking: Asking): boolean {
  return record.run?.incarnation === asking.run.incarnation && !record.exited && !isHeld(record, asking);
}

/** Before a segment, while the campaign is stopped; not when a repeated request did its work before. */
function isHeld({ active, run }: LoadedRecord, { first, step }: Asking): boolean {
  const done = run !== null && (run.state === 'ended' || (step !== undefined && run.last_step >= step));
  return first !== undefined && !active && !done;
}

/** The record as generated expressions read it. */
export function readerOf(data: CampaignData, record: LoadedRecord, own: string | undefined, now: number): Reader {
  return createReader({
    now,
    externalId: record.externalId,
    participant: record.participant,
    profile: record.profile,
    timezone: data.timezone,
    communications: record.communications,
    own: own ?? null,
  });
}
