/** Heals who stands still, where nothing can be sent twice by it, and ends the rest as terminated. */
import type { CampaignData } from '../data/types.ts';
import { virtualNow } from '../model/clock.ts';
import { type StuckKind, stuckKinds } from '../model/stuck.ts';
import { hasTakenAll, type Situation } from '../rules/stuck.ts';
import { countAsTaken } from '../store/overdue.ts';
import { participantsAfter, type RepairScope, type Which } from '../store/repair-lists.ts';
import { markRepaired } from '../store/stuck.ts';
import { dropEvents, type Ended, endAsTerminated, type Rows, signalAgain } from '../store/terminate.ts';
import { terminateWorkflow } from '../temporal/open-workflows.ts';
import { type Examined, type Examining, examine } from './examine.ts';

export interface Repairing extends Examining {
  readonly campaigns: (name: string) => CampaignData | undefined;
  /** `look`: nothing is changed, the lines say what would be. */
  readonly mode: 'repair' | 'look';
}

/** What was, or would be, done about one participant. */
export interface Repair {
  readonly campaign: string;
  readonly participant: string;
  readonly kind: StuckKind | 'set back' | 'terminated by hand';
  readonly said: string | null;
  /** Runs ended as terminated; communications canceled, and ended as `unknown`. */
  readonly runs: number;
  readonly canceled: number;
  readonly unknown: number;
  /** Events that go to the next workflow, and events that nobody will handle. */
  readonly signalled: number;
  readonly dropped: number;
  /** The workflow was terminated. */
  readonly terminated: boolean;
  /** Null: healed. */
  readonly left: string | null;
}

const batch = 200;

/** All that stands still in the scope, one after the other. Looks at every open participant, not only at those found before. */
export async function* repairAll(repairing: Repairing, scope: RepairScope): AsyncGenerator<Repair> {
  for await (const examined of examineAll(repairing, 'open', scope)) {
    const done = await repairOne(repairing, examined);
    if (done) yield done;
  }
}

export async function* examineAll(repairing: Repairing, which: Which, scope: RepairScope): AsyncGenerator<Examined> {
  for (let after = 0; ; ) {
    const ids = await participantsAfter(repairing.db, which, scope, after, batch);
    if (ids.length === 0) return;
    after = ids.at(-1)!;
    yield* await examine(repairing, ids);
  }
}

/** Null: nothing stands still. */
export async function repairOne(repairing: Repairing, examined: Examined): Promise<Repair | null> {
  const { db, mode } = repairing;
  const { situation, execution, finding } = examined;
  const { participantId, relayed } = situation;
  if (!finding) {
    if (mode === 'repair') {
      if (hasTakenAll(situation, execution)) await countAsTaken(db, participantId, relayed);
      await markRepaired(db, participantId);
    }
    return null;
  }
  const { kind, said, events } = finding;
  const nothing = { ...nothingDone(situation), kind, said };
  if (!stuckKinds[kind].heals) return { ...nothing, left: todoOf(situation, kind) };
  const ended = await end(repairing, situation, finding);
  if (ended === 'unknown campaign') return { ...nothing, left: notInBuild(situation) };
  const signalled = mode === 'look' ? events.length : await signalAgain(db, participantId, events);
  const left = signalled === null ? 'Newer events are on their way to it: repair again in a moment.' : null;
  return finished(repairing, situation, { ...nothing, ...countsOf(ended), signalled: signalled ?? 0, left }, ended);
}

/** Ends one participant's workflow, and everything the store has of it, whatever the workflow is doing. */
export async function terminateOne(repairing: Repairing, { situation, execution }: Examined): Promise<Repair> {
  const { client, db, mode } = repairing;
  const { campaign, key, participantId, untaken } = situation;
  const nothing = { ...nothingDone(situation), kind: 'terminated by hand' as const };
  if (!repairing.campaigns(campaign)) return { ...nothing, left: notInBuild(situation) };
  const runs = execution.kind === 'running';
  const terminated =
    runs && (mode === 'look' || (await terminateWorkflow(client, `${campaign}/${key}`, 'flowc repair --terminate')));
  const ended = (await end(repairing, situation, allRows(situation))) as Ended;
  const dropped = mode === 'look' ? untaken.length : await dropEvents(db, participantId, 'signalled');
  return finished(repairing, situation, { ...nothing, ...countsOf(ended), dropped, terminated }, ended);
}

/** Counts what would be ended, or ends it. */
export async function end(
  { db, clock, mode, campaigns }: Repairing,
  { participantId, campaign }: Situation,
  rows: Rows,
  mayBeSentBefore?: number,
): Promise<Ended | 'unknown campaign'> {
  const data = campaigns(campaign);
  if (!data) return 'unknown campaign';
  if (mode === 'look') return { runs: rows.runs.length, canceled: rows.communications.length, unknown: 0, waiting: 0 };
  const now = virtualNow(clock, Date.now());
  return endAsTerminated(db, rows, {
    participantId,
    data,
    now,
    ...(mayBeSentBefore === undefined ? {} : { mayBeSentBefore }),
  });
}

export function allRows({ runs, communications }: Situation): Rows {
  return { runs: runs.map(({ id }) => id), communications: communications.map(({ id }) => id) };
}

export function nothingDone({ campaign, externalId }: Pick<Situation, 'campaign' | 'externalId'>) {
  const counts = { runs: 0, canceled: 0, unknown: 0, signalled: 0, dropped: 0 };
  return { campaign, participant: externalId, said: null, ...counts, terminated: false, left: null };
}

export function countsOf({ runs, canceled, unknown }: Ended) {
  return { runs, canceled, unknown };
}

/** Who is healed stands still no longer; a message handed over a moment ago keeps the finding. */
export async function finished(
  { db, mode }: Repairing,
  { participantId }: Situation,
  repair: Repair,
  { waiting }: Ended,
): Promise<Repair> {
  if (waiting > 0) return { ...repair, left: 'A message was handed over a moment ago: repair again in half a minute.' };
  if (mode === 'repair' && repair.left === null) await markRepaired(db, participantId);
  return repair;
}

function todoOf({ campaign, externalId }: Situation, kind: StuckKind): string {
  return stuckKinds[kind].todo.replace('CAMPAIGN PARTICIPANT', `${campaign} ${externalId}`);
}

function notInBuild({ campaign }: Situation): string {
  return `The build holds no campaign ${campaign}: repair with one that does.`;
}
