import { sql } from 'kysely';
import type { Running } from '../../compiler/cli/commands/dev.ts';
import { exitCodes } from '../../compiler/cli/exit.ts';
import type { Db } from '../../runtime/store/database.ts';
import { participantStatuses } from '../../runtime/store/status.ts';
import { connectClient } from '../../runtime/temporal/connect.ts';
import { campaignName, type Expectation } from './expectation.ts';
import { openWorkflows } from './open-workflows.ts';
import { type Situation, situationsOf } from './situation.ts';
import { type OpenWorkflow, verdictOf } from './verdict.ts';
import { situationTable } from './view.ts';

/** Where everybody stands now. */
export async function look(
  { workspace, catcher }: Running,
  expectations: readonly Expectation[],
): Promise<readonly Situation[]> {
  const statuses = await participantStatuses(workspace.store.db, { campaign: campaignName });
  return situationsOf(expectations, statuses, catcher!.messages(), Date.now());
}

/** Prints what came of it: store, inbox and Temporal side by side. @returns the exit code. */
export async function summarise(running: Running, expectations: readonly Expectation[]): Promise<number> {
  const client = await connectClient(running.temporal.target);
  const workflows = await openWorkflows(client).finally(() => client.connection.close());
  const situations = await look(running, expectations);
  const mails = running.catcher!.messages();
  const scored = await segments(running.workspace.store.db);
  const verdict = verdictOf(situations, mails, workflows);
  const out = [
    '',
    ...situationTable(situations, Date.now(), process.stdout.columns ?? Number.POSITIVE_INFINITY),
    '',
    `${verdict.due} were due, ${verdict.delivered} got their e-mail; ${verdict.waiting} wait.`,
    `${mails.length} e-mails with ${new Set(mails.map(({ messageId }) => messageId)).size} Message-IDs: ${running.catcher!.inboxUrl}`,
    `Python scored ${scored.map(({ segment, people }) => `${people} ${segment}`).join(', ')}.`,
    `${workflows.length} workflows run on Temporal, their timers say what they wait for: ${running.temporal.uiUrl ?? running.temporal.target.options.address}`,
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
