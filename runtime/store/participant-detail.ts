/** All the store knows of what happened to one person in one campaign, the peers' and scripts' words included. */
import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { StatusEntry } from './schema.ts';
import { type CommunicationStatus, type ParticipantStatus, participantStatuses } from './status.ts';

export interface CommunicationDetail extends CommunicationStatus {
  /** Every status it had, oldest first. */
  readonly history: readonly StatusEntry[];
  /** How often it was tried to hand it over. */
  readonly attempts: number;
  /** What the peer, or the template, said to the last try that did not work. */
  readonly detail: string | null;
}

export interface ScriptLine {
  /** Name of the Python action. */
  readonly name: string;
  readonly level: string;
  readonly text: string;
  /** Line of the script. */
  readonly line: number | null;
  /** Real epoch milliseconds. */
  readonly at: number;
}

export interface ParticipantDetail extends ParticipantStatus {
  readonly communications: readonly CommunicationDetail[];
  /** The last lines that scripts wrote, oldest first. */
  readonly log: readonly ScriptLine[];
}

const linesShown = 200;

/** Null when the campaign has no such participant. */
export async function participantDetail(
  db: Db,
  { campaign, externalId }: { readonly campaign: string; readonly externalId: string },
): Promise<ParticipantDetail | null> {
  const [found] = await participantStatuses(db, { campaign, externalId });
  if (!found) return null;
  const { rows: extras } = await sql<Pick<CommunicationDetail, 'id' | 'history' | 'attempts' | 'detail'>>`
    select c.id, c.history, coalesce(o.attempts, 0) as attempts, o.detail
    from communication c join participant p on p.id = c.participant_id left join outbox o on o.id = c.id
    where p.campaign = ${campaign} and p.external_id = ${externalId}
  `.execute(db);
  const { rows: log } = await sql<ScriptLine>`
    select l.name, l.level, l.text, l.line, (extract(epoch from l.at) * 1000)::bigint as at
    from script_log l join participant p on p.id = l.participant_id
    where p.campaign = ${campaign} and p.external_id = ${externalId}
    order by l.id desc limit ${linesShown}
  `.execute(db);
  const byId = new Map(extras.map((extra) => [extra.id, extra]));
  const communications = found.communications.map((one) => ({ ...one, ...byId.get(one.id)! }));
  return { ...found, communications, log: log.toReversed() };
}
