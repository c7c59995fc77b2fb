/** `flowc worker` that looks for who stands still more often. Arguments: the workspace and the times, as JSON. */
import { environmentOf, readConfig } from '../../runtime/config.ts';
import { startEngine } from '../../runtime/engine.ts';
import { openStoreOf } from '../../runtime/open-store.ts';
import { temporalTarget } from '../../runtime/temporal/connect.ts';

const [folder = '.', times = '{}'] = process.argv.slice(2);
const log = (line: string) => process.stdout.write(`${line}\n`);
const workspace = await openStoreOf(folder, environmentOf(readConfig(folder), 'dev'), log);
const temporal = temporalTarget(workspace.state, workspace.environment)!;
const engine = await startEngine({ workspace, temporal, log, watchTimes: JSON.parse(times) });
process.once('SIGTERM', async () => {
  await engine.stop();
  await workspace.close();
  // A worker of the SDK that did not end in time leaves its threads behind.
  process.exit(0);
});
log('worker runs');
