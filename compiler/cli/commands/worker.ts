import { startEngine } from '../../../runtime/engine.ts';
import { temporalTarget } from '../../../runtime/temporal/connect.ts';
import { UserError } from '../../../runtime/user-error.ts';
import { exitCodes } from '../exit.ts';
import { type RunOptions, say, withStore } from './options.ts';

/** `flowc worker`: relay and worker for a Temporal server and a database that run elsewhere. */
export async function worker(_args: readonly string[], options: RunOptions): Promise<number> {
  return withStore(options, async (workspace, interrupts) => {
    const temporal = temporalTarget(workspace.state, workspace.environment);
    if (!temporal) {
      throw new UserError(
        'environment',
        `No Temporal server is named for the environment \`${options.env}\`: set TEMPORAL_ADDRESS, write "temporal": { "address": "host:port" } into flowc.json, or run \`flowc dev\`.`,
      );
    }
    const engine = await startEngine({ workspace, temporal, log: say });
    try {
      for (const problem of engine.channelProblems) say(`warning: ${problem}`);
      process.stdout.write(
        `worker runs for ${workspace.campaigns.map(({ name }) => name).join(', ')} on ${temporal.options.address}\n`,
      );
      await interrupts.until(engine.ended);
      say('ending …');
      return exitCodes.ok;
    } finally {
      await engine.stop();
    }
  });
}
