/** Exact counts of a workflow's history, and the actions Temporal Cloud would bill for it. */
import type { WorkflowHandle } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import protos from '@temporalio/proto';
import type { Counts } from './types.ts';

type Event = NonNullable<History['events']>[number];
const type = protos.temporal.api.enums.v1.EventType;

/** Counts of one history or a part of it. `until` is where message 2 had been handed over. */
export function countHistory(history: History, serverBytes: number): Counts {
  const events = history.events ?? [];
  const until = handedOver(events);
  const whole = count(events);
  const upToMessage2 = Object.entries(count(events.slice(0, until))).map(([name, n]) => [`${name}@2`, n] as const);
  return { ...whole, bytes: serverBytes, ...Object.fromEntries(upToMessage2) };
}

export function add(a: Counts, b: Counts): Counts {
  const sum = { ...a };
  for (const [name, n] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + n;
  return sum;
}

/** Number of events up to the completion of the second send: everything it takes to get message 2 out. */
function handedOver(events: readonly Event[]): number {
  const sends = new Set<string>();
  let completed = 0;
  for (const [index, event] of events.entries()) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name?.startsWith('send')) sends.add(String(event.eventId));
    const done = event.activityTaskCompletedEventAttributes;
    if (done && sends.has(String(done.scheduledEventId)) && ++completed === 2) return index + 1;
  }
  return events.length;
}

function count(events: readonly Event[]): Record<string, number> {
  const n = { workflowTasks: 0, activities: 0, localActivities: 0, timers: 0, signals: 0, upserts: 0, children: 0 };
  const tasksWithMarkers = new Set<string>();
  let [retries, patches] = [0, 0];
  for (const event of events) {
    switch (event.eventType) {
      case type.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
        n.workflowTasks++;
        break;
      case type.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        n.activities++;
        break;
      case type.EVENT_TYPE_ACTIVITY_TASK_STARTED:
        retries += Math.max(0, (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1);
        break;
      case type.EVENT_TYPE_TIMER_STARTED:
        n.timers++;
        break;
      case type.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
        n.signals++;
        break;
      case type.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
        n.children++;
        break;
      case type.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
        n.upserts++;
        break;
      case type.EVENT_TYPE_MARKER_RECORDED: {
        const marker = event.markerRecordedEventAttributes!;
        tasksWithMarkers.add(String(marker.workflowTaskCompletedEventId));
        if (/local.?activity/i.test(marker.markerName ?? '')) n.localActivities++;
        else patches++;
        break;
      }
    }
  }
  // docs.temporal.io/evaluate/cloud/actions: start 1, signal 1, both together by signalWithStart 1, timer 1, activity 1 and
  // each retry, all markers of one workflow task together 1, search attributes 1 (TemporalChangeVersion exempt), child 2.
  const signalledWithStart = events[1]?.eventType === type.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED;
  const actions =
    (signalledWithStart ? 0 : 1) +
    n.signals +
    n.timers +
    n.activities +
    retries +
    tasksWithMarkers.size +
    Math.max(0, n.upserts - patches) +
    2 * n.children;
  return { actions, events: events.length, ...n };
}

/** The whole life of one workflow: runs begun by continue-as-new and children included. */
export async function countWorkflow(
  handleOf: (workflowId: string, runId?: string) => WorkflowHandle,
  workflowId: string,
  runId?: string,
): Promise<Counts> {
  const handle = handleOf(workflowId, runId);
  const description = await handle.describe();
  const status = description.status.name;
  if (status !== 'COMPLETED' && status !== 'CONTINUED_AS_NEW') throw new Error(`${workflowId} is ${status}`);
  const history = await handle.fetchHistory();
  let sum = countHistory(history, Number(description.historySize ?? 0));
  for (const event of history.events ?? []) {
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
    // Its start is one of the two actions counted with the parent.
    if (child) sum = add(add(sum, await countWorkflow(handleOf, child.workflowId!, child.runId!)), { actions: -1 });
    const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    if (next) sum = add(sum, await countWorkflow(handleOf, workflowId, next));
  }
  return sum;
}
