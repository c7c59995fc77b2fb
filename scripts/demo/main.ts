// `npm run demo [-- --exit] [--folder FOLDER]`: the example for real, with fifty people. Results on stdout, chatter on stderr.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { type Running, withDev } from '../../compiler/cli/commands/dev.ts';
import { importCommand } from '../../compiler/cli/commands/import.ts';
import { say } from '../../compiler/cli/commands/options.ts';
import { checkFiles } from '../../compiler/cli/compile.ts';
import { exitCodes, reportFailure } from '../../compiler/cli/exit.ts';
import { openWorkspace } from '../../compiler/cli/files.ts';
import { untilInterrupted } from '../../compiler/cli/until-interrupted.ts';
import type { Db } from '../../runtime/store/database.ts';
import { participantStatuses } from '../../runtime/store/status.ts';
import { connectClient } from '../../runtime/temporal/connect.ts';
import { UserError } from '../../runtime/user-error.ts';
import { campaignName, type Expectation, expectationOf, hoursOf, windowsOf } from './expectation.ts';
import { openWorkflows } from './open-workflows.ts';
import { csvOf, people } from './people.ts';
import { type Situation, situationsOf } from './situation.ts';
import { type OpenWorkflow, verdictOf } from './verdict.ts';
import { situationTable, viewOn } from './view.ts';
import { freshWorkspace } from './workspace.ts';

/** Long for fifty e-mails on a slow machine; a demo that needs longer is broken. */
const patienceMs = 120_000;
/** After the last due e-mail: long enough for one that comes twice to be seen. */
const settleMs = 2_000;
const lookEveryMs = 300;

async function main(): Promise<number> {
  const { exit, folder } = readArguments(process.argv.slice(2));
  await freshWorkspace(folder);
  return withDev({ workspace: folder, env: 'dev', startAll: true, catchMail: true }, async (running) => {
    const leave = new AbortController();
    const interrupted = untilInterrupted(running.engine.ended).then(() => leave.abort());
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

/** Imports the people, watches until every due e-mail is out, and says what came of it. */
async function play(folder: string, running: Running, leave: AbortSignal): Promise<number> {
  const { model } = await checkFiles(openWorkspace(folder));
  const now = Date.now();
  const expectations = people(now, hoursOf(model!)).map((person) => expectationOf(model!, person, now));
  announce(running, expectations, windowsOf(model!));
  await importPeople(folder, expectations);
  await watch(running, expectations, leave);
  return leave.aborted ? exitCodes.ok : sum(running, expectations);
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

async function look({ workspace, catcher }: Running, expectations: readonly Expectation[]) {
  const statuses = await participantStatuses(workspace.store.db, { campaign: campaignName });
  return situationsOf(expectations, statuses, catcher!.messages(), Date.now());
}

async function sum(running: Running, expectations: readonly Expectation[]): Promise<number> {
  const client = await connectClient(running.temporal.target);
  const workflows = await openWorkflows(client).finally(() => client.connection.close());
  const situations = await look(running, expectations);
  const mails = running.catcher!.messages();
  const scored = await segments(running.workspace.store.db);
  const verdict = verdictOf(situations, mails, workflows);
  const out = [
    '',
    ...situationTable(situations, Date.now()),
    '',
    `${verdict.due} were due, ${verdict.delivered} got their e-mail; ${verdict.waiting} wait.`,
    `${mails.length} e-mails with ${new Set(mails.map(({ messageId }) => messageId)).size} Message-IDs: ${running.catcher!.inboxUrl}`,
    `Python scored ${scored.map(({ segment, people }) => `${people} ${segment}`).join(', ')}`,
    `${workflows.length} workflows run on Temporal: ${running.temporal.uiUrl ?? running.temporal.target.options.address}`,
    ...samples(situations, workflows),
  ];
  process.stdout.write(`${out.join('\n')}\n`);
  for (const problem of verdict.problems) process.stdout.write(`wrong: ${problem}\n`);
  return verdict.problems.length === 0 ? exitCodes.ok : exitCodes.problem;
}

/** What the Python script wrote, counted. */
async function segments(db: Db): Promise<readonly { readonly segment: string; readonly people: number }[]> {
  const { rows } = await sql<{ segment: string; people: number }>`
    select coalesce(fields ->> 'segment', 'nothing') as segment, count(*)::int as people
    from profile group by 1 order by 2 desc, 1`.execute(db);
  return rows;
}

/** Some who wait, from the soonest to the last, with what their timers say. */
function samples(situations: readonly Situation[], workflows: readonly OpenWorkflow[]): readonly string[] {
  const waiting = situations.filter(({ stage }) => stage === 'waiting');
  const sorted = waiting.toSorted((a, b) => a.expectation.opens - b.expectation.opens);
  const shown = sorted.filter((_, index) => index % Math.ceil(sorted.length / 8) === 0);
  return shown.flatMap(({ expectation }) => {
    const open = workflows.find(({ workflowId }) => workflowId.endsWith(`/${expectation.person.external_id}`));
    return open ? [`  ${open.workflowId}  ${open.timers.join(' · ')}`] : [];
  });
}

process.exitCode = await main().catch(reportFailure);
