import { campaignOf } from '../../../runtime/open-store.ts';
import { publishBuilt } from '../../../runtime/publish.ts';
import { exitCodes } from '../exit.ts';
import { type RunOptions, withStore } from './options.ts';

/** `flowc publish [CAMPAIGN]`: new runs use the versions built last. */
export async function publish(args: readonly string[], options: RunOptions): Promise<number> {
  return withStore(options, async (workspace) => {
    const chosen = args[0] ? [campaignOf(workspace, args[0])] : workspace.campaigns;
    for (const { campaign, moved } of await publishBuilt(workspace.store.db, chosen)) {
      const flows = moved.length > 0 ? moved.join(', ') : 'nothing new';
      process.stdout.write(`${campaign}: ${flows}\n`);
    }
    return exitCodes.ok;
  });
}
