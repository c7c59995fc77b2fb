import { whyNotRunnable } from '../../../runtime/model/runnable.ts';
import { campaignOf } from '../../../runtime/open-store.ts';
import * as campaigns from '../../../runtime/store/campaigns.ts';
import { UserError } from '../../../runtime/user-error.ts';
import { exitCodes } from '../exit.ts';
import { type RunOptions, withStore } from './options.ts';

/** `flowc start|stop CAMPAIGN`: the state is kept in the database; running workers follow it at once. */
export async function setCampaignState(
  verb: 'start' | 'stop',
  args: readonly string[],
  options: RunOptions,
): Promise<number> {
  return withStore(options, async (workspace) => {
    const campaign = campaignOf(workspace, args[0]!);
    const { name } = campaign;
    const why = verb === 'start' ? whyNotRunnable(campaign) : null;
    if (why !== null) throw new UserError('problem', why);
    const state = verb === 'start' ? 'active' : 'inactive';
    const before = await campaigns.setCampaignState(workspace.store.db, name, state);
    process.stdout.write(before === state ? `${name} is ${state} already\n` : `${name} is ${state}\n`);
    return exitCodes.ok;
  });
}
