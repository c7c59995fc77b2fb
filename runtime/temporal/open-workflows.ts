/** Workflows as Temporal lists them, and what their histories say of a stretch of time. */
import type { Client } from '@temporalio/client';
import { isNotFound } from './execution.ts';
import { millis } from './timestamp.ts';

export interface OpenWorkflow {
  readonly campaign: string;
  /** Second half of the workflow's id. */
  readonly key: string;
}

/** Participants' workflows that run. Lists lag a second or two behind. */
export async function openWorkflows(client: Client, campaigns: readonly string[]): Promise<readonly OpenWorkflow[]> {
  if (campaigns.length === 0) return [];
  const types = campaigns.map((name) => `'${name}'`).join(', ');
  const found: OpenWorkflow[] = [];
  for await (const { workflowId, type } of client.workflow.list({
    query: `ExecutionStatus = 'Running' AND WorkflowType IN (${types})`,
  })) {
    if (workflowId.startsWith(`${type}/`)) found.push({ campaign: type, key: workflowId.slice(type.length + 1) });
  }
  return found;
}

/** False when it had ended already. */
export async function terminateWorkflow(client: Client, workflowId: string, reason: string): Promise<boolean> {
  const { namespace } = client.options;
  try {
    await client.connection.workflowService.terminateWorkflowExecution({
      namespace,
      workflowExecution: { workflowId },
      reason,
      identity: client.options.identity,
    });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Of `temporal.api.enums.v1.EventType`: what only happens when time passes or a task is asked for, and changes nothing. */
const idleEvents = new Set([
  5, // workflow task scheduled
  6, // workflow task started
  8, // workflow task timed out
  9, // workflow task failed
  17, // timer fired
]);

const running = 1;

/**
 * Did the workflow do or learn anything between the two instants (real epoch milliseconds)? What it did there the store of a backup
 * taken at `from` does not know. A send under way may have handed its message over in that time.
 */
export async function hasMoved(client: Client, workflowId: string, from: number, to: number): Promise<boolean> {
  const { namespace } = client.options;
  const service = client.connection.workflowService;
  const execution = { workflowId };
  try {
    const described = await service.describeWorkflowExecution({ namespace, execution });
    const { workflowExecutionInfo: info, pendingActivities } = described;
    if (info?.status !== running) return millis(info?.closeTime) >= from;
    const underWay = (pendingActivities ?? []).some((one) => {
      return (one.attempt ?? 1) > 1 || millis(one.lastStartedTime ?? one.scheduledTime) < to;
    });
    if (underWay) return true;
    let nextPageToken: Uint8Array | null | undefined;
    do {
      const page = await service.getWorkflowExecutionHistoryReverse({
        namespace,
        execution,
        maximumPageSize: 100,
        ...(nextPageToken ? { nextPageToken } : {}),
      });
      for (const { eventTime, eventType } of page.history?.events ?? []) {
        if (millis(eventTime) < from) return false;
        if (millis(eventTime) <= to && !idleEvents.has(eventType ?? 0)) return true;
      }
      nextPageToken = page.nextPageToken;
    } while (nextPageToken && nextPageToken.length > 0);
    // Its whole history is younger than the discovery: it began with the store as it is now.
    return false;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
