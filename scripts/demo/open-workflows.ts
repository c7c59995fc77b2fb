import { type Client, defaultPayloadConverter } from '@temporalio/client';
import { campaignName } from './expectation.ts';
import type { OpenWorkflow } from './verdict.ts';

/** Reads from the Temporal server which participants' workflows are running and what their timers say. */
export async function openWorkflows(client: Client): Promise<readonly OpenWorkflow[]> {
  const found: OpenWorkflow[] = [];
  const query = `WorkflowType = '${campaignName}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    found.push({ workflowId, timers: await pendingTimers(client, workflowId) });
  }
  return found.sort((a, b) => (a.workflowId < b.workflowId ? -1 : 1));
}

/** Summaries of the timers that were started and have neither fired nor been canceled. */
async function pendingTimers(client: Client, workflowId: string): Promise<readonly string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const pending = new Map<string, string>();
  for (const event of events ?? []) {
    const started = event.timerStartedEventAttributes?.timerId;
    const gone = event.timerFiredEventAttributes?.timerId ?? event.timerCanceledEventAttributes?.timerId;
    const summary = event.userMetadata?.summary;
    if (started) pending.set(started, summary ? defaultPayloadConverter.fromPayload<string>(summary) : '');
    if (gone) pending.delete(gone);
  }
  return [...pending.values()];
}
