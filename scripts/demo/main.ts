// `npm run demo [-- --exit] [--folder FOLDER]`: the example for real, with fifty people. Results on stdout, chatter on stderr.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withDev } from '../../compiler/cli/commands/dev.ts';
import { say } from '../../compiler/cli/commands/options.ts';
import { reportFailure } from '../../compiler/cli/exit.ts';
import { UserError } from '../../runtime/user-error.ts';
import { play } from './play.ts';
import { freshWorkspace } from './workspace.ts';

async function main(): Promise<number> {
  const { exit, folder } = readArguments(process.argv.slice(2));
  await freshWorkspace(folder);
  say(`starting Temporal, Postgres, an inbox and a worker in ${folder} …`);
  return withDev({ workspace: folder, env: 'dev', startAll: true, catchMail: true }, async (running) => {
    const leave = new AbortController();
    const interrupted = running.interrupts.until(running.engine.ended).then(() => leave.abort());
    // The worker ends by itself only when it broke; after a demo that is over it is ended on purpose.
    interrupted.catch(() => {});
    const work = play(folder, running, leave.signal).then(async (code) => {
      if (exit || leave.signal.aborted) return code;
      process.stdout.write('\nEverything keeps running; Ctrl-C ends it.\n');
      await interrupted;
      return code;
    });
    const code = await Promise.race([work, interrupted.then(() => work)]);
    say('ending …');
    return code;
  });
}

interface Arguments {
  readonly exit: boolean;
  /** Where the copy of the example lives while the demo runs. */
  readonly folder: string;
}

function readArguments(args: readonly string[]): Arguments {
  try {
    const options = { exit: { type: 'boolean' }, folder: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const usual = join(import.meta.dirname, '..', '..', '.flowc', 'demo');
    return { exit: values.exit ?? false, folder: values.folder ? resolve(values.folder) : usual };
  } catch (error) {
    throw new UserError('usage', `${(error as Error).message}. Allowed: npm run demo -- [--exit] [--folder FOLDER].`);
  }
}

process.exitCode = await main().catch(reportFailure);
