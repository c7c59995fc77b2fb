import { isFinal } from '../../../runtime/model/statuses.ts';
import { campaignOf, type OpenWorkspace } from '../../../runtime/open-store.ts';
import { restoredBackup } from '../../../runtime/store/generation.ts';
import {
  type CampaignCounts,
  type CommunicationStatus,
  campaignCounts,
  type ParticipantStatus,
  participantStatuses,
} from '../../../runtime/store/status.ts';
import { stuckCounts, stuckParticipants } from '../../../runtime/store/stuck.ts';
import { table } from '../../table.ts';
import { exitCodes } from '../exit.ts';
import { type Format, type RunOptions, say, withStore } from './options.ts';
import { detailText, statusOfOne } from './status-of-one.ts';
import { restoredText, stuckCountsText, stuckListText, stuckText } from './status-stuck.ts';
import { runWaits } from './status-words.ts';

const shown = 1_000;

/** `flowc status [CAMPAIGN [PARTICIPANT]]`: all campaigns in numbers, one campaign's participants and what each waits for, or one of them. */
export async function status(args: readonly string[], options: RunOptions & { format: Format }): Promise<number> {
  return withStore(options, async (workspace) => {
    if (args[0] && args[1]) await ofOne(workspace, args[0], args[1], options.format);
    else if (args[0]) await ofCampaign(workspace, args[0], options.format);
    else await ofAll(workspace, options.format);
    return exitCodes.ok;
  });
}

async function ofOne(workspace: OpenWorkspace, campaign: string, externalId: string, format: Format): Promise<void> {
  const participant = await statusOfOne(workspace, campaign, externalId);
  const zone = participant.timezone ?? campaignOf(workspace, campaign).timezone;
  const stuck = await stuckParticipants(workspace.store.db, { campaign, externalId });
  print(
    { participant, stuck },
    format,
    () => `${stuckText(stuck, zone)}${detailText(participant, zone, workspace.now())}`,
  );
}

async function ofCampaign(workspace: OpenWorkspace, given: string, format: Format): Promise<void> {
  const { db } = workspace.store;
  const { name, timezone } = campaignOf(workspace, given);
  const participants = await participantStatuses(db, { campaign: name, limit: shown });
  const stuck = await stuckParticipants(db, { campaign: name, limit: shown });
  const restored = await restoredBackup(db);
  print({ participants, stuck, restored: restored ?? null }, format, () =>
    [
      restoredText(restored),
      participantTable(participants, timezone, workspace.now()),
      stuckListText(stuck, timezone),
    ].join(''),
  );
  if (participants.length === shown) say(`Only the first ${shown} participants are shown.`);
}

async function ofAll({ store: { db }, campaigns: built }: OpenWorkspace, format: Format): Promise<void> {
  const counted = new Map((await campaignCounts(db)).map((counts) => [counts.campaign, counts]));
  const campaigns = built.map(({ name }) => counted.get(name) ?? untouched(name));
  const stuck = await stuckCounts(db);
  const restored = await restoredBackup(db);
  print({ campaigns, stuck, restored: restored ?? null }, format, () =>
    [restoredText(restored), campaignTable(campaigns), stuckCountsText(stuck)].join(''),
  );
}

function print(result: object, format: Format, text: () => string): void {
  process.stdout.write(format === 'json' ? `${JSON.stringify({ version: 1, ...result }, null, 2)}\n` : text());
}

function untouched(campaign: string): CampaignCounts {
  const none = { participants: 0, open: 0, parked: 0, failed: 0, pendingEvents: 0, held: 0, unknown: 0 };
  return { campaign, state: 'inactive', communications: {}, ...none };
}

function campaignTable(campaigns: readonly CampaignCounts[]): string {
  const heads = [
    'campaign',
    'state',
    'participants',
    'open',
    'waiting runs',
    'failed runs',
    'kept events',
    'communications',
  ];
  const rows = campaigns.map((counts) => {
    const { campaign, state, participants, open, parked, failed, pendingEvents, communications, held } = counts;
    const statuses = Object.entries(communications).map(([name, n]) => `${n} ${name}`);
    const all = [...statuses, ...(held > 0 ? [`${held} held`] : [])].join(', ');
    return [campaign, state, ...[participants, open, parked, failed, pendingEvents].map(String), all];
  });
  return table(heads, rows);
}

function participantTable(participants: readonly ParticipantStatus[], timezone: string, now: number): string {
  const heads = ['participant', 'timezone', 'communications', 'waits for'];
  const rows = participants.map((one) => [
    one.externalId,
    one.timezone ?? timezone,
    one.communications.map(({ name, status, reason }) => `${name} ${status}${reason ? ` (${reason})` : ''}`).join(', '),
    waitsOf(one, one.timezone ?? timezone, now).join('; '),
  ]);
  return table(heads, rows);
}

function waitsOf(participant: ParticipantStatus, zone: string, now: number): string[] {
  if (participant.exited) return ['left the campaign'];
  const openings = participant.communications.filter(({ status }) => !isFinal(status)).flatMap(openingOf);
  const runs = participant.runs
    .map((run) => (run.failure ? `${run.flow} failed: ${run.failure}` : runWaits(run, zone, now)))
    .filter((text) => text !== '');
  return [...openings, ...runs];
}

function openingOf({ name, status, label, waits }: CommunicationStatus): string[] {
  if (waits) return [`${name}: ${waits}`];
  return status === 'Planned' && label ? [`${name} opens ${label}`] : [];
}
