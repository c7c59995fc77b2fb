/** What is known at the end about each life: what was said, what the store says became of it, what the peer was given. */
import { sql } from 'kysely';
import { virtualNow } from '../../runtime/model/clock.ts';
import type { Life } from './people.ts';
import type { Act } from './stream.ts';
import type { SoakWorld } from './world.ts';

export interface RunEvidence {
  readonly flow: string;
  readonly state: string;
  readonly endedAs: string | null;
  readonly failure: string | null;
  /** Virtual epoch milliseconds, as all instants here. */
  readonly started: number;
  readonly waitsFor: string | null;
  readonly until: number | null;
}

export interface CommunicationEvidence {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reason: string | null;
  readonly zone: string;
  readonly opens: number | null;
  readonly until: number | null;
  readonly started: number | null;
  readonly ended: number | null;
  readonly results: Readonly<Record<string, unknown>>;
  readonly outbox: string | null;
  /** When the store let it out of the door. */
  readonly handedOff: number | null;
}

/** A span in which something was stored. */
export interface Span {
  readonly began: number;
  readonly ended: number;
}

export interface Said extends Span {
  readonly kind: Act['kind'];
  readonly fields: Life['fields'];
  readonly counted?: boolean;
  readonly settled: Act['settled'];
}

export interface Evidence {
  readonly life: Life;
  readonly said: readonly Said[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly exited: boolean;
  /** In the order they began. */
  readonly runs: readonly RunEvidence[];
  /** In the order they were planned. */
  readonly communications: readonly CommunicationEvidence[];
  /** By name, how many messages the peer took. */
  readonly messages: ReadonlyMap<string, number>;
}

interface Row {
  readonly campaign: string;
  readonly person: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly exited: boolean;
  readonly runs: readonly RunEvidence[];
  readonly communications: readonly (CommunicationEvidence & { readonly realHandedOff: number | null })[];
}

export async function gather(world: SoakWorld, acts: ReadonlyMap<Life, readonly Act[]>): Promise<readonly Evidence[]> {
  const rows = new Map((await stored(world)).map((row) => [`${row.campaign}/${row.person}`, row]));
  const messages = delivered(world);
  const virtual = (real: number) => virtualNow(world.workspace.clock, real);
  return [...acts].map(([life, said]) => {
    const key = `${life.campaign}/${life.person}`;
    const row = rows.get(key);
    if (!row) throw new Error(`the store does not know ${key}`);
    return {
      life,
      said: said.map((act) => ({ ...act, began: virtual(act.began), ended: virtual(act.ended) })),
      fields: row.fields,
      exited: row.exited,
      runs: row.runs,
      communications: row.communications.map((one) => ({
        ...one,
        handedOff: one.realHandedOff === null ? null : virtual(one.realHandedOff),
      })),
      messages: messages.get(key) ?? new Map(),
    };
  });
}

async function stored(world: SoakWorld): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select p.campaign, p.external_id as person, p.fields, p.exited,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'flow', r.flow, 'state', r.state, 'endedAs', r.ended_as, 'failure', r.failure, 'started', r.started,
          'waitsFor', r.waits_for, 'until', r.until) order by r.started, r.id)
        from run r where r.participant_id = p.id), '[]') as runs,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', c.id, 'name', c.name, 'status', c.status, 'reason', c.reason, 'zone', c.zone, 'opens', c.opens,
          'until', c.until, 'started', c.started, 'ended', c.ended, 'results', c.results, 'outbox', o.state,
          'realHandedOff', (extract(epoch from o.handed_off_at) * 1000)::float8) order by c.seq)
        from communication c left join outbox o on o.id = c.id where c.participant_id = p.id), '[]') as communications
    from participant p
  `.execute(world.workspace.store.db);
  return rows;
}

/** Subjects are `<campaign> <NAME>`. */
function delivered({ peer }: SoakWorld): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const { to, data } of peer.accepted) {
    const [, campaign, name] = /^Subject: (\S+) (\S+)\s*$/m.exec(data) ?? [];
    const key = `${campaign}/${to[0]!.split('@')[0]}`;
    const counts = found.get(key) ?? new Map<string, number>();
    counts.set(name!, (counts.get(name!) ?? 0) + 1);
    found.set(key, counts);
  }
  return found;
}
