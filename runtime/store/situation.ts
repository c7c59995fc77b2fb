/** What the rows of participants say of where they stand, for the watch and for repairs. */
import { sql } from 'kysely';
import type { Status } from '../model/statuses.ts';
import type { OpenCommunication, OpenRun, Situation } from '../rules/stuck.ts';
import { openStatuses } from './communications.ts';
import type { Db } from './database.ts';
import { dueInstant, type Silence } from './overdue.ts';

export interface Situations {
  readonly silences: readonly Silence[];
  readonly graceMs: number;
  /** Real milliseconds since a virtual instant. */
  readonly since: (instant: number) => number;
}

interface Row extends Omit<Situation, 'runs' | 'communications'> {
  readonly runs: readonly (Omit<OpenRun, 'overdueMs'> & { readonly due: number | null })[];
  readonly communications: readonly CommunicationDue[];
}

interface CommunicationDue {
  readonly id: string;
  readonly status: Status;
  readonly incarnation: string | null;
  readonly flow: string;
  readonly hash: string;
  readonly name: string;
  readonly due: number | null;
  readonly last: number | null;
}

/** By the participants' ids; those that are no more are left out. */
export async function situationsOf(
  db: Db,
  ids: readonly number[],
  { silences, graceMs, since }: Situations,
): Promise<Map<number, Situation>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select p.id as "participantId", p.campaign, p.external_id as "externalId", p.key, p.relayed,
      exists (select from campaign where name = p.campaign and campaign.state = 'active') as active,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', id, 'incarnation', incarnation, 'state', state,
          'due', case when state = 'running' then changed else until end) order by started, id)
        from run where participant_id = p.id and state <> 'ended'), '[]') as runs,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', c.id, 'status', c.status, 'incarnation', r.incarnation, 'flow', c.flow,
          'hash', c.hash, 'name', c.name, 'due', ${dueInstant}, 'last', coalesce(c.last_message, c.started)) order by c.seq)
        from communication c left join run r on r.participant_id = c.participant_id and r.id = c.run
        where c.participant_id = p.id and c.status in ${openStatuses}), '[]') as communications,
      coalesce((
        select jsonb_agg(number order by number) from event
        where participant_id = p.id and number > p.taken and number <= p.relayed and event.state = 'signalled'
          and written_at < now() - make_interval(secs => ${graceMs / 1000})), '[]') as untaken
    from participant p where p.id = any(${ids}::bigint[])
  `.execute(db);
  const silence = new Map(silences.map(({ flow, hash, name, ms }) => [`${flow}@${hash}/${name}`, ms]));
  const overdue = (due: number | null) => (due === null ? null : since(due));
  const dueOf = ({ status, flow, hash, name, due, last }: CommunicationDue): number | null => {
    if (status === 'Planned') return due;
    const ms = silence.get(`${flow}@${hash}/${name}`);
    return ms === undefined || last === null ? null : last + ms;
  };
  return new Map(
    rows.map((row) => {
      const runs = row.runs.map(({ due, ...run }): OpenRun => ({ ...run, overdueMs: overdue(due) }));
      const communications = row.communications.map(
        (one): OpenCommunication => ({
          id: one.id,
          status: one.status,
          incarnation: one.incarnation,
          overdueMs: overdue(dueOf(one)),
        }),
      );
      return [row.participantId, { ...row, runs, communications }];
    }),
  );
}
