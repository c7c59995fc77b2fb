/**
 * Temporal's copy of the store's generation: the memo of a workflow that no worker ever runs. A describe reads it, and it outlives
 * every database.
 */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';

interface Copy {
  readonly generation: number;
  readonly runId: string;
}

function idOf(workspace: string): string {
  return `flowc/${workspace}/generation`;
}

/** 0 when there is none. */
export async function temporalGeneration(client: Client, workspace: string): Promise<number> {
  return (await copyOf(client, workspace))?.generation ?? 0;
}

/** Writes the copy, unless a higher one stands there. */
export async function copyGeneration(client: Client, workspace: string, generation: number): Promise<void> {
  const before = await copyOf(client, workspace);
  if (before && before.generation >= generation) return;
  await client.workflow.start('generation', {
    workflowId: idOf(workspace),
    // Nobody polls it: the workflow only stands there.
    taskQueue: 'flowc-generation',
    memo: { generation },
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: 'generation of the database',
    staticDetails: 'Tells a database that was restored from a backup. Leave it as it is.',
  });
  if (before) await forget(client, workspace, before.runId);
}

async function copyOf(client: Client, workspace: string): Promise<Copy | null> {
  try {
    const { memo, runId } = await client.workflow.getHandle(idOf(workspace)).describe();
    return { generation: Number(memo?.generation ?? 0), runId };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** Lists of workflows would fill with the old ones. Where it is not allowed they stay until they lapse. */
async function forget(client: Client, workspace: string, runId: string): Promise<void> {
  await client.connection.workflowService
    .deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId: idOf(workspace), runId },
    })
    .catch(() => {});
}
