import { campaignOf, type OpenWorkspace } from '../../../runtime/open-store.ts';
import { restoredBackup } from '../../../runtime/store/generation.ts';
import { silencesOf } from '../../../runtime/store/overdue.ts';
import { participantByExternalId, type RepairScope } from '../../../runtime/store/repair-lists.ts';
import { connectClient, temporalTarget } from '../../../runtime/temporal/connect.ts';
import { UserError } from '../../../runtime/user-error.ts';
import { examine } from '../../../runtime/watch/examine.ts';
import { callSetBack, isSetBack } from '../../../runtime/watch/generation.ts';
import { type Repair, type Repairing, repairAll, terminateOne } from '../../../runtime/watch/repair.ts';
import { type RestoredRepairing, repairRestored } from '../../../runtime/watch/repair-restored.ts';
import { usualTimes } from '../../../runtime/watch/watch.ts';
import { exitCodes } from '../exit.ts';
import { type Format, type RunOptions, withStore } from './options.ts';
import { repairLine } from './repair-words.ts';

export interface RepairOptions extends RunOptions {
  readonly format: Format;
  readonly dryRun?: true;
  readonly terminate?: true;
  readonly restored?: true;
}

/** `flowc repair [CAMPAIGN [PARTICIPANT]]`: repairs stuck participants, ends what no workflow will end; one line each. */
export async function repair(args: readonly string[], options: RepairOptions): Promise<number> {
  return withStore(options, async (workspace) => {
    const scope = scopeOf(workspace, args);
    const target = temporalTarget(workspace.state, workspace.environment);
    if (!target)
      throw new UserError(
        'environment',
        `The environment \`${options.env}\` names no Temporal server, and a repair needs to ask one which workflows exist. Set TEMPORAL_ADDRESS, or repair while \`flowc dev\` runs.`,
      );
    const client = await connectClient(target);
    try {
      const repairing: RestoredRepairing = {
        db: workspace.store.db,
        client,
        clock: workspace.clock,
        silences: silencesOf(workspace.campaigns),
        // What Temporal says now needs no grace: only who is idle for a while is unknown to the workflow.
        times: { ...usualTimes, graceMs: 0 },
        campaigns: (name) => workspace.campaigns.find((one) => one.name === name),
        mode: options.dryRun ? 'look' : 'repair',
        workspace: workspace.campaigns[0]!.workspace,
        built: workspace.campaigns.map(({ name }) => name),
      };
      return await print(await repairs(repairing, scope, options), options);
    } finally {
      await client.connection.close();
    }
  });
}

function scopeOf(workspace: OpenWorkspace, [campaign, externalId]: readonly string[]): RepairScope {
  if (campaign === undefined) return {};
  return { campaign: campaignOf(workspace, campaign).name, ...(externalId === undefined ? {} : { externalId }) };
}

async function repairs(
  repairing: RestoredRepairing,
  scope: RepairScope,
  { terminate, restored }: RepairOptions,
): Promise<AsyncIterable<Repair>> {
  if (restored) await callSetBack(repairing);
  const setBack = await isSetBack(repairing);
  if (setBack && (scope.campaign !== undefined || terminate))
    throw new UserError(
      'usage',
      'The database is older than what Temporal has done with it: `flowc repair` without a campaign compares everything. Run that first.',
    );
  if (setBack) return repairRestored(repairing, (await restoredBackup(repairing.db))!);
  const { campaign, externalId } = scope;
  if (terminate && (campaign === undefined || externalId === undefined))
    throw new UserError(
      'usage',
      '`--terminate` ends one participant: name the campaign and the participant, as in `flowc repair --terminate CAMPAIGN PARTICIPANT`.',
    );
  if (campaign === undefined || externalId === undefined) return repairAll(repairing, scope);
  const id = await participantByExternalId(repairing.db, campaign, externalId);
  if (id === undefined)
    throw new UserError(
      'usage',
      `${campaign} has no participant \`${externalId}\`. \`flowc status ${campaign}\` lists its participants by external_id.`,
    );
  return terminate ? terminated(repairing, id) : repairAll(repairing, scope);
}

async function* terminated(repairing: Repairing, id: number): AsyncGenerator<Repair> {
  for (const examined of await examine(repairing, [id])) yield await terminateOne(repairing, examined);
}

/** A line as soon as one is done: a repair of many takes a while. */
async function print(all: AsyncIterable<Repair>, { format, dryRun }: RepairOptions): Promise<number> {
  const done: Repair[] = [];
  for await (const one of all) {
    done.push(one);
    if (format === 'pretty') process.stdout.write(`${repairLine(one, dryRun ? 'look' : 'repair')}\n`);
  }
  if (format === 'json') {
    const document = { version: 1, dryRun: dryRun === true, repairs: done };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else if (done.length === 0) process.stdout.write('Nobody is stuck.\n');
  return done.some(({ left }) => left !== null) ? exitCodes.problem : exitCodes.ok;
}
