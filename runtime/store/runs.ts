/** Runs: begun once, by one incarnation of the participant's workflow, and moved on step by step. */
import { type RawBuilder, sql } from 'kysely';
import type { RunRef, StepResult } from '../activities/port.ts';
import type { Tx } from './database.ts';

export interface RunRow {
  readonly id: string;
  readonly flow: string;
  readonly hash: string;
  readonly incarnation: string;
  readonly state: 'running' | 'parked' | 'ended';
  readonly ended_as: string | null;
  /** Number of the last request decided, and what each of the last requests decided. */
  readonly last_step: number;
  readonly decided: Readonly<Record<number, StepResult>> | null;
}

/** Where a run stands. */
export type RunPlace =
  | { readonly kind: 'running'; readonly segment: string }
  | {
      readonly kind: 'parked';
      readonly waitsFor: string;
      readonly until: number | null;
      readonly line: string;
      readonly segment: string;
      readonly watches?: readonly string[];
    }
  | {
      readonly kind: 'ended';
      readonly as: 'stopped' | 'handed over' | 'failed' | 'exited';
      readonly failure?: string;
    };

/** A communication as it is planned. */
export interface NewCommunication {
  readonly id: string;
  readonly flow: string;
  readonly hash: string;
  readonly name: string;
  readonly kind: string;
  readonly channel: string;
  readonly agent: string;
  readonly base: unknown;
  readonly planning: number;
  readonly zone: string;
  readonly opens: number | null;
  readonly until: number | null;
  readonly closes: number | null;
  readonly label: string | null;
  readonly origin: string;
}

export interface StepRow {
  readonly participantId: number;
  readonly run: RunRef;
  readonly step: number;
  readonly decided: StepResult | null;
  readonly place: RunPlace;
  readonly now: number;
  /** Number of the newest event the workflow has taken. */
  readonly taken: number;
  readonly plans: readonly NewCommunication[];
}

/** A workflow task that is lost is repeated from its beginning: it cannot hold more steps of one run than this. */
const repeatable = 100;

/** The run's row, what the step planned, and how far events are taken, in one statement. */
export async function writeStep(tx: Tx, row: StepRow): Promise<void> {
  const { participantId, run, place, now } = row;
  const parked = place.kind === 'parked' ? place : null;
  const ended = place.kind === 'ended' ? place : null;
  await sql`
    with heard as (
      update participant set taken = ${row.taken} where id = ${participantId} and taken < ${row.taken}),
    planned as (
      ${insertPlans(row)})
    insert into run (id, participant_id, flow, hash, incarnation, event, communication, state, ended_as, failure, segment,
      waits_for, until, line, watches, last_step, decided, started, changed)
    values (${run.id}, ${participantId}, ${run.flow}, ${run.hash}, ${run.incarnation}, ${run.event},
      ${run.communication ?? null}, ${place.kind}, ${ended?.as ?? null}, ${ended?.failure ?? null},
      ${'segment' in place ? place.segment : null}, ${parked?.waitsFor ?? null}, ${parked?.until ?? null},
      ${parked?.line ?? null}, ${parked?.watches ? JSON.stringify(parked.watches) : null}::jsonb, ${row.step},
      ${JSON.stringify(row.decided === null ? {} : { [row.step]: row.decided })}::jsonb, ${now}, ${now})
    on conflict (participant_id, id) do update set
      state = excluded.state, ended_as = excluded.ended_as, failure = excluded.failure, segment = excluded.segment,
      waits_for = excluded.waits_for, until = excluded.until, line = excluded.line, watches = excluded.watches,
      last_step = excluded.last_step, changed = excluded.changed,
      decided = coalesce(run.decided, '{}') - ${String(row.step - repeatable)}::text || excluded.decided
  `.execute(tx);
}

type Plans = Pick<StepRow, 'participantId' | 'run' | 'now' | 'plans'>;

/** Only what was planned so far, for whoever reads the record next in this transaction. */
export async function writePlans(tx: Tx, planned: Plans): Promise<void> {
  if (planned.plans.length > 0) await insertPlans(planned).execute(tx);
}

function insertPlans({ participantId, run, now, plans }: Plans): RawBuilder<unknown> {
  const history = JSON.stringify([{ status: 'Planned', at: now }]);
  return sql`
    insert into communication (id, participant_id, run, flow, hash, name, kind, channel, agent, status, history, results,
      base, planning, zone, opens, until, closes, label, origin)
    select id, ${participantId}::bigint, ${run.id}::text, flow, hash, name, kind, channel, agent, 'Planned',
      ${history}::jsonb, '{}', base, planning, zone, opens, until, closes, label, origin
    from jsonb_to_recordset(${JSON.stringify(plans)}::jsonb) as row(
      id text, flow text, hash text, name text, kind text, channel text, agent text, base jsonb, planning bigint,
      zone text, opens bigint, until bigint, closes bigint, label text, origin text)`;
}

/** Ends runs of the participant where they wait: one, or all. */
export async function endRuns(
  tx: Tx,
  participantId: number,
  as: 'replaced' | 'exited',
  now: number,
  run?: string,
): Promise<void> {
  await tx
    .updateTable('run')
    .set({ state: 'ended', ended_as: as, segment: null, waits_for: null, until: null, line: null, watches: null })
    .set({ changed: now })
    .where('participant_id', '=', participantId)
    .where('state', '<>', 'ended')
    .$if(run !== undefined, (query) => query.where('id', '=', run!))
    .execute();
}

/** A run that had ended has failed: what it left behind went wrong later. */
export async function failEnded(
  tx: Tx,
  participantId: number,
  run: string,
  failure: string,
  now: number,
): Promise<void> {
  await tx
    .updateTable('run')
    .set({ ended_as: 'failed', failure, changed: now })
    .where('participant_id', '=', participantId)
    .where('id', '=', run)
    .where('state', '=', 'ended')
    .execute();
}
