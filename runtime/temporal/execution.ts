/** What Temporal says of one workflow now: asked of the workflow itself, since lists of workflows lag behind. */
import type { Client } from '@temporalio/client';
import type { Execution, HistoryEnd, PendingActivity } from '../rules/stuck.ts';
import { millis } from './timestamp.ts';

/** Of `temporal.api.enums.v1`: the package of the protocol is no module that Node can import names from. */
const executionStatus: Readonly<Record<number, string>> = {
  2: 'COMPLETED',
  3: 'FAILED',
  4: 'CANCELED',
  5: 'TERMINATED',
  6: 'CONTINUED_AS_NEW',
  7: 'TIMED_OUT',
};
const running = 1;
const notFound = 5;
const eventTypes = { taskTimedOut: 8, taskFailed: 9, markerRecorded: 25 } as const;

/** Describes the newest execution of the workflow. */
export async function executionOf(client: Client, workflowId: string): Promise<Execution> {
  const described = await describe(client, workflowId);
  if (!described) return { kind: 'none' };
  const { workflowExecutionInfo: info, pendingWorkflowTask: task, pendingActivities } = described;
  if (info?.status !== running) return { kind: 'closed', as: executionStatus[info?.status ?? 0] ?? 'CLOSED' };
  const attempts = task?.attempt ?? 0;
  return {
    kind: 'running',
    incarnation: info.firstRunId || info.execution!.runId!,
    task: task ? { attempts, failure: attempts > 1 ? await lastTaskFailure(client, workflowId) : null } : null,
    activities: (pendingActivities ?? []).map(
      (one): PendingActivity => ({
        type: one.activityType?.name ?? 'activity',
        attempts: one.attempt ?? 1,
        failure: firstLine(one.lastFailure?.message),
      }),
    ),
    end: null,
  };
}

async function describe({ connection, options: { namespace } }: Client, workflowId: string) {
  try {
    return await connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === notFound;
}

/** Only the first of several failed attempts is written into the history; it stands at its end. */
async function lastTaskFailure(client: Client, workflowId: string): Promise<string | null> {
  for (const event of await lastEvents(client, workflowId)) {
    if (event.eventType === eventTypes.taskTimedOut) return 'the worker gave no answer in time';
    if (event.eventType === eventTypes.taskFailed)
      return firstLine(event.workflowTaskFailedEventAttributes?.failure?.message);
  }
  return null;
}

/** A step beside the database leaves a marker, with its failure if it has failed. */
export async function historyEnd(client: Client, workflowId: string): Promise<HistoryEnd> {
  const events = await lastEvents(client, workflowId);
  const marker = events.find((event) => event.eventType === eventTypes.markerRecorded);
  const failure = marker?.markerRecordedEventAttributes?.failure;
  return {
    quietMs: Date.now() - millis(events[0]?.eventTime),
    // The failure of an activity wraps what it threw.
    failure: firstLine(failure?.cause?.message ?? failure?.message),
  };
}

/** Newest first. */
async function lastEvents({ connection, options: { namespace } }: Client, workflowId: string) {
  const { history } = await connection.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId },
    maximumPageSize: 10,
  });
  return history?.events ?? [];
}

const longestWords = 500;

function firstLine(text: string | null | undefined): string | null {
  return text?.split('\n')[0]?.slice(0, longestWords).trim() || null;
}
