/** Changes of records and the events they cause, in one transaction with what follows from them. */
import { sql } from 'kysely';
import type { CampaignData } from '../data/types.ts';
import type { Fields } from '../model/values.ts';
import { type Changed, changeRecords, type Problem } from '../rules/change.ts';
import { exitHolds, exitReadsCommunications } from '../rules/exit.ts';
import { needsSignal } from '../rules/signal.ts';
import { startedFlows } from '../rules/triggers.ts';
import { activeCampaigns } from './campaigns.ts';
import { type CommunicationRow, communicationsOf, openStatuses } from './communications.ts';
import type { Db, Tx } from './database.ts';
import { chainOf, type EventDraft, writeEvents } from './events.ts';
import {
  insertParticipants,
  lockParticipants,
  lockProfiles,
  type ParticipantRow,
  type ProfileRow,
  saveFields,
} from './participants.ts';
import type { StoredCause } from './schema.ts';

/** One record to create or update. `fields` hold checked values; a bare name is the participant's field, else the profile's. */
export interface Change {
  readonly campaign: CampaignData;
  readonly externalId: string;
  readonly fields: Fields;
  readonly cause: StoredCause;
  /** Virtual epoch milliseconds. */
  readonly at: number;
}

export type ChangeOutcome =
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'created' | 'updated' | 'unchanged';
      readonly participantId: number;
      readonly touched: readonly string[];
      /** Length of the chain of events that led here without time passing. */
      readonly chain: number;
    };

/** What the store must know of the other campaigns a person is in. */
export type Campaigns = (name: string) => CampaignData | undefined;

/** {@link applyChanges} for one record. */
export async function applyChange(tx: Tx, change: Change, campaigns: Campaigns): Promise<ChangeOutcome> {
  const [outcome] = await applyChanges(tx, [change], campaigns);
  return outcome!;
}

/**
 * Creates or updates records by external id and writes the events. Each person may stand in the list once. Equal values
 * change nothing. A change of the profile is an event in each campaign the person is in.
 */
export async function applyChanges(
  tx: Tx,
  changes: readonly Change[],
  campaigns: Campaigns,
): Promise<readonly ChangeOutcome[]> {
  const profiles = await lockProfiles(
    tx,
    changes.map((change) => change.externalId),
  );
  const existing = await lockParticipants(
    tx,
    [...profiles.values()].filter((profile) => !profile.fresh).map((profile) => profile.id),
  );
  const byProfile = Map.groupBy(existing, (participant) => participant.profile_id);
  const planned = changes.map((change) => planOne(change, profiles, byProfile));
  await dropUnused(tx, planned);
  const work = await withNewParticipants(tx, planned);
  const drafts = await follow(tx, work, byProfile, campaigns);
  const participants = new Map([...existing, ...work.map((item) => item.participant)].map((row) => [row.id, row]));
  await writeEvents(tx, participants, drafts);
  return planned.map((item) => {
    if (item.changed.kind === 'refused') return item.changed;
    const participant = item.participant ?? work.find((other) => other.change === item.change)!.participant;
    const kind = !item.participant ? 'created' : item.changed.touched.length > 0 ? 'updated' : 'unchanged';
    const chain = drafts.find((draft) => draft.participantId === participant.id)?.chain ?? 0;
    return { kind, participantId: participant.id, touched: item.changed.touched, chain };
  });
}

interface Planned {
  readonly change: Change;
  readonly profile: ProfileRow;
  readonly participant: ParticipantRow | undefined;
  readonly changed: Changed;
}

/** A change that is to be written, with the participant's row. */
interface Work {
  readonly change: Change;
  readonly profile: ProfileRow;
  readonly participant: ParticipantRow;
  readonly created: boolean;
  readonly changed: Extract<Changed, { kind: 'changed' }>;
}

function planOne(
  change: Change,
  profiles: ReadonlyMap<string, ProfileRow>,
  byProfile: ReadonlyMap<number, readonly ParticipantRow[]>,
): Planned {
  const profile = profiles.get(change.externalId)!;
  const participant = byProfile.get(profile.id)?.find((row) => row.campaign === change.campaign.name);
  const current = { profile: profile.fresh ? null : profile.fields, participant: participant?.fields ?? null };
  return { change, profile, participant, changed: changeRecords(change.campaign, current, change.fields) };
}

/** A refused person leaves no empty profile behind. */
async function dropUnused(tx: Tx, planned: readonly Planned[]): Promise<void> {
  const unused = planned
    .filter((item) => item.changed.kind === 'refused' && item.profile.fresh)
    .map((item) => item.profile.id);
  if (unused.length > 0) await sql`delete from profile where id = any(${unused}::bigint[])`.execute(tx);
}

async function withNewParticipants(tx: Tx, planned: readonly Planned[]): Promise<Work[]> {
  const wanted = planned.flatMap((item) =>
    item.changed.kind === 'changed' ? [{ ...item, changed: item.changed }] : [],
  );
  const inserted = await insertParticipants(
    tx,
    wanted
      .filter((item) => !item.participant)
      .map(({ change, profile }) => ({
        campaign: change.campaign.name,
        external_id: change.externalId,
        profile_id: profile.id,
      })),
  );
  const created = new Map(inserted.map((row) => [row.profile_id, row]));
  return wanted.flatMap((item) => {
    const participant = item.participant ?? created.get(item.profile.id)!;
    const isNew = !item.participant;
    return isNew || item.changed.touched.length > 0 ? [{ ...item, participant, created: isNew }] : [];
  });
}

/** One participant a change reaches: the one it names, and for a profile's change those of the other campaigns. */
interface Reached {
  readonly work: Work;
  readonly data: CampaignData;
  readonly participant: ParticipantRow;
  readonly fields: Fields;
  readonly touched: readonly string[];
  readonly created: boolean;
}

/** Saves the records and works out what follows: flows, exits, and whether the workflow must know. */
async function follow(
  tx: Tx,
  work: readonly Work[],
  byProfile: ReadonlyMap<number, readonly ParticipantRow[]>,
  campaigns: Campaigns,
): Promise<readonly EventDraft[]> {
  const reached = work.flatMap((item) => reach(item, byProfile, campaigns));
  const known = reached.filter((item) => !item.created).map((item) => item.participant.id);
  const active = await activeCampaigns(tx);
  const open = await openParticipants(tx, known);
  const communications = await communicationsFor(tx, reached);
  const exits = reached.map((item) => exitOf(item, communications.get(item.participant.id) ?? []));
  await saveFields(
    tx,
    work.filter(profileChanged).map(({ profile, changed }) => ({ id: profile.id, fields: changed.records.profile })),
    reached.flatMap((item, index) =>
      isOwn(item) || exits[index] !== item.participant.exited
        ? [{ id: item.participant.id, fields: item.fields, exited: exits[index]! }]
        : [],
    ),
  );
  const drafts: EventDraft[] = [];
  for (const [index, item] of reached.entries()) {
    const { at } = item.work.change;
    const cause = causeFor(item);
    const type = item.created ? ('participantCreated' as const) : ('participantUpdated' as const);
    const event = { type, touched: item.created ? [] : item.touched, communication: null, cause, starts: [] };
    const exited = exits[index]!;
    const starts = exited ? [] : startedFlows(item.data, event);
    const newlyExits = exited && !item.participant.exited;
    const isOpen = open.has(item.participant.id);
    const signal =
      needsSignal({ type, starts, exits: newlyExits, cause, open: isOpen }) || !active.has(item.participant.campaign);
    // The event that caused it is one of the participant whose run, or whose import, changed the record.
    const chain = await chainOf(tx, item.work.participant.id, cause, at);
    const { id: participantId } = item.participant;
    drafts.push({ participantId, type, touched: event.touched, starts, exits: exited, cause, chain, at, signal });
  }
  return drafts;
}

function profileChanged({ profile, changed }: Work): boolean {
  return profile.fresh || changed.touched.some((name) => name.startsWith('profile.'));
}

function reach(
  work: Work,
  byProfile: ReadonlyMap<number, readonly ParticipantRow[]>,
  campaigns: Campaigns,
): readonly Reached[] {
  const { change, participant, changed, created } = work;
  const own: Reached = {
    work,
    data: change.campaign,
    participant,
    fields: changed.records.participant,
    touched: changed.touched,
    created,
  };
  const ofProfile = changed.touched.filter((name) => name.startsWith('profile.'));
  if (ofProfile.length === 0) return [own];
  const others = (byProfile.get(work.profile.id) ?? []).flatMap((row) => {
    const data = row.campaign === change.campaign.name ? undefined : campaigns(row.campaign);
    return data ? [{ work, data, participant: row, fields: row.fields, touched: ofProfile, created: false }] : [];
  });
  return [own, ...others];
}

/** The participant that the change names. */
function isOwn({ participant, work }: Reached): boolean {
  return participant.id === work.participant.id;
}

/** What a run of one campaign does to the profile comes from outside for the others. */
function causeFor(item: Reached): StoredCause {
  const { cause, campaign } = item.work.change;
  return isOwn(item) ? cause : { ...cause, campaign: campaign.name };
}

/** Does `exit when` hold after the change? */
function exitOf({ data, participant, fields, work }: Reached, communications: readonly CommunicationRow[]): boolean {
  return exitHolds(data, {
    now: work.change.at,
    externalId: participant.external_id,
    participant: fields,
    profile: work.changed.records.profile,
    communications,
  });
}

async function communicationsFor(tx: Tx, reached: readonly Reached[]): Promise<Map<number, CommunicationRow[]>> {
  const readers = reached.filter((item) => exitReadsCommunications(item.data) && !item.created);
  return readers.length === 0
    ? new Map()
    : communicationsOf(
        tx,
        readers.map((item) => item.participant.id),
      );
}

/** Those with a run that has not ended or a communication without a final status. */
export async function openParticipants(tx: Db | Tx, ids: readonly number[]): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  const { rows } = await sql<{ participant_id: number }>`
    select participant_id from run where participant_id = any(${ids}::bigint[]) and state <> 'ended'
    union
    select participant_id from communication
    where participant_id = any(${ids}::bigint[]) and status in ${openStatuses}
  `.execute(tx);
  return new Set(rows.map((row) => row.participant_id));
}
