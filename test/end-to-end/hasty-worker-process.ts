import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WatchOptions } from '../../runtime/watch/watch.ts';
import { repository } from '../cli/flowc.ts';
import { eventually, says, type World } from './world.ts';

export interface HastyWorker {
  /** The first line of its log, and of those before it, with these words; waits for it. */
  line(words: string): Promise<string>;
  /** Ends it as whoever runs services does. */
  stop(): Promise<void>;
}

/** A worker of the world with the watch's times shortened. `log` keeps the lines of all workers of a test. */
export async function startHastyWorker(
  world: World,
  times: NonNullable<WatchOptions['times']>,
  log: string[],
): Promise<HastyWorker> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=flowc-source',
      join(repository, 'test', 'end-to-end', 'hasty-worker.ts'),
      world.folder,
      JSON.stringify(times),
    ],
    { cwd: world.folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  createInterface(child.stdout).on('line', (line) => log.push(line));
  await says(child, 'worker runs');
  world.bundles.keep(world.workspace.state, child.pid!);
  return {
    line: (words) =>
      eventually(`the log says "${words}"`, 120, async () => log.find((one) => one.includes(words)) ?? null),
    stop: async () => {
      child.kill('SIGTERM');
      const hangs = setTimeout(() => child.kill('SIGKILL'), 60_000);
      await gone;
      clearTimeout(hangs);
    },
  };
}
