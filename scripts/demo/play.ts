import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../compiler/cli/commands/dev.ts';
import { importCommand } from '../../compiler/cli/commands/import.ts';
import { checkFiles } from '../../compiler/cli/compile.ts';
import { exitCodes } from '../../compiler/cli/exit.ts';
import { openWorkspace } from '../../compiler/cli/files.ts';
import { connectClient } from '../../runtime/temporal/connect.ts';
import { UserError } from '../../runtime/user-error.ts';
import { campaignName, type Expectation, expectationOf, hoursOf, windowsOf } from './expectation.ts';
import { openWorkflows } from './open-workflows.ts';
import { csvOf, people } from './people.ts';
import type { Situation } from './situation.ts';
import { look, summarise } from './summary.ts';
import { viewOn } from './view.ts';

/** Long for fifty e-mails on a slow machine; a demo that needs longer is broken. */
const patienceMs = 120_000;
/** After the last due e-mail: long enough for one that comes twice to be seen. */
const settleMs = 2_000;
const lookEveryMs = 300;

/**
 * Imports the people, watches until every due e-mail is out, and says what came of it.
 * @returns the exit code; that of a problem when somebody leaves before anything was shown.
 */
export async function play(folder: string, running: Running, leave: AbortSignal): Promise<number> {
  const { model } = await checkFiles(openWorkspace(folder));
  const now = Date.now();
  const expectations = people(now, hoursOf(model!)).map((person) => expectationOf(model!, person, now));
  await refuseStrangers(running);
  announce(running, expectations, windowsOf(model!));
  await importPeople(folder, expectations);
  await watch(running, expectations, leave);
  return leave.aborted ? exitCodes.problem : summarise(running, expectations);
}

/** On a server of somebody's own an earlier demo may still wait, and its workflows have seen these people's events. */
async function refuseStrangers({ temporal: { target } }: Running): Promise<void> {
  const client = await connectClient(target);
  const strangers = await openWorkflows(client).finally(() => client.connection.close());
  if (strangers.length === 0) return;
  throw new UserError(
    'environment',
    `On Temporal at ${target.options.address} ${strangers.length} workflows of ${campaignName} are open, such as ${strangers[0]!.workflowId}: terminate them, or unset TEMPORAL_ADDRESS so that the demo starts a server of its own.`,
  );
}

function announce(
  { temporal, catcher }: Running,
  expectations: readonly Expectation[],
  windows: readonly string[],
): void {
  const due = expectations.filter((one) => one.due).length;
  process.stdout.write(
    [
      `Temporal  ${temporal.uiUrl ?? temporal.target.options.address}`,
      `Inbox     ${catcher!.inboxUrl}`,
      `People    ${expectations.length}: ${due} can be written to now, ${expectations.length - due} have to wait`,
      `Windows   ${windows.join('\n          ')}`,
      '',
    ].join('\n'),
  );
}

async function importPeople(folder: string, expectations: readonly Expectation[]): Promise<void> {
  const file = join(folder, '.flowc', 'people.csv');
  mkdirSync(join(folder, '.flowc'), { recursive: true });
  writeFileSync(file, csvOf(expectations.map(({ person }) => person)));
  const code = await importCommand([campaignName, file], { workspace: folder, env: 'dev', format: 'pretty' });
  if (code !== exitCodes.ok) throw new UserError('problem', `The people of the demo were not imported: see ${file}.`);
}

/** Until every due e-mail arrived or failed, or patience ends. */
async function watch(running: Running, expectations: readonly Expectation[], leave: AbortSignal): Promise<void> {
  const view = viewOn(process.stdout);
  const deadline = Date.now() + patienceMs;
  const started = ({ stage }: Situation) => stage !== 'imported' && stage !== 'sending';
  while (!leave.aborted && Date.now() < deadline) {
    const situations = await look(running, expectations);
    view.show(situations);
    if (situations.every(started)) break;
    await pause(lookEveryMs, undefined, { signal: leave }).catch(() => {});
  }
  if (!leave.aborted) await pause(settleMs, undefined, { signal: leave }).catch(() => {});
  view.end();
}
