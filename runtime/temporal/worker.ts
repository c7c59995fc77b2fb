import { type NativeConnection, Worker } from '@temporalio/worker';
import type { KernelActivities } from '../activities/port.ts';
import type { WorkflowBundle } from './bundle.ts';
import { cachedWorkflows } from './cache.ts';
import { taskQueue } from './signal.ts';

export interface RunningWorker {
  /** Settles when the worker has ended; rejects when it broke. */
  readonly run: Promise<void>;
  /** Lets running activities end, then `run` settles. May be called more than once. */
  shutdown(): void;
}

/** Starts a worker for all campaigns of the bundle. */
export async function runWorker(options: {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly bundle: WorkflowBundle;
  readonly activities: KernelActivities;
  readonly taskQueue?: string;
  /** How much the process may take, about. */
  readonly memoryMb: number;
}): Promise<RunningWorker> {
  const worker = await Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue ?? taskQueue,
    workflowBundle: { code: options.bundle.code },
    activities: options.activities,
    maxCachedWorkflows: cachedWorkflows(options.memoryMb),
    maxConcurrentActivityTaskExecutions: 200,
    maxConcurrentLocalActivityExecutions: 200,
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '20 seconds',
  });
  const run = worker.run();
  run.catch(() => {});
  return {
    run,
    shutdown() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}
