/**
 * After a restored backup: compares Temporal's workflows with the store's rows. A workflow that did or learned anything since the
 * backup knows what the store does not; it is terminated, and what the store has of its participant ends with it, so that nothing it
 * sent goes out again. One that stood still meanwhile goes on.
 */
import { virtualNow } from '../model/clock.ts';
import { endRestored, type Restored } from '../store/generation.ts';
import { campaignsWithParticipants, participantsByKey } from '../store/repair-lists.ts';
import { dropEvents, type Ended } from '../store/terminate.ts';
import { copyGeneration } from '../temporal/generation.ts';
import { hasMoved, openWorkflows, terminateWorkflow } from '../temporal/open-workflows.ts';
import { type Examined, examine } from './examine.ts';
import {
  allRows,
  countsOf,
  end,
  examineAll,
  finished,
  nothingDone,
  type Repair,
  type Repairing,
  repairOne,
} from './repair.ts';

/** The clocks of database and Temporal server may differ by this much. */
const clockSkewMs = 5_000;
const reason = 'flowc repair: the database was restored from a backup that is older than this';

export interface RestoredRepairing extends Repairing {
  readonly workspace: string;
  /** Campaigns of the build. */
  readonly built: readonly string[];
}

export async function* repairRestored(repairing: RestoredRepairing, restored: Restored): AsyncGenerator<Repair> {
  const { db, client, mode, workspace } = repairing;
  const compared = new Set<number>();
  for (const [campaign, keys] of await openByCampaign(repairing)) {
    const known = await participantsByKey(db, campaign, keys);
    for (const key of keys) if (!known.has(key)) yield await withoutRow(repairing, campaign, key);
    for (const examined of await examine(repairing, [...known.values()])) {
      compared.add(examined.situation.participantId);
      const done = await compare(repairing, restored, examined);
      if (done) yield done;
    }
  }
  for await (const examined of examineAll(repairing, 'kept', {})) {
    if (compared.has(examined.situation.participantId)) continue;
    const done = await compare(repairing, restored, examined);
    if (done) yield done;
  }
  if (mode === 'repair') await copyGeneration(client, workspace, await endRestored(db, restored));
}

async function openByCampaign({
  db,
  client,
  built,
}: RestoredRepairing): Promise<ReadonlyMap<string, readonly string[]>> {
  const campaigns = new Set([...built, ...(await campaignsWithParticipants(db))]);
  const open = await openWorkflows(client, [...campaigns]);
  const byCampaign = Map.groupBy(open, ({ campaign }) => campaign);
  return new Map([...byCampaign].map(([campaign, list]) => [campaign, list.map(({ key }) => key)]));
}

async function withoutRow({ client, mode }: Repairing, campaign: string, key: string): Promise<Repair> {
  if (mode === 'repair') await terminateWorkflow(client, `${campaign}/${key}`, reason);
  return { ...nothingDone({ campaign, externalId: key }), kind: 'set back', terminated: true };
}

async function compare(repairing: Repairing, restored: Restored, examined: Examined): Promise<Repair | null> {
  const { db, client, mode, clock } = repairing;
  const { situation, execution } = examined;
  const { campaign, key, participantId } = situation;
  const workflowId = `${campaign}/${key}`;
  if (!(await hasMoved(client, workflowId, restored.from - clockSkewMs, restored.found)))
    return repairOne(repairing, examined);
  const nothing = { ...nothingDone(situation), kind: 'set back' as const };
  const terminated = execution.kind === 'running';
  if (terminated && mode === 'repair') await terminateWorkflow(client, workflowId, reason);
  const ended = await end(repairing, situation, allRows(situation), virtualNow(clock, restored.found));
  if (ended === 'unknown campaign')
    return { ...nothing, terminated, left: `The build holds no campaign ${campaign}: repair with one that does.` };
  // What they would cause has been caused.
  const dropped = mode === 'repair' ? await dropEvents(db, participantId, 'all') : 0;
  const did: Ended = ended;
  if (!terminated && did.runs + did.canceled + did.unknown + dropped === 0) return null;
  return finished(repairing, situation, { ...nothing, ...countsOf(did), dropped, terminated }, did);
}
