/** The worker process of every hand-written control; same options as flowc's worker. Configuration in $BENCH_WORKER. */
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

interface Configuration {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** File of the workflow bundle. */
  readonly bundle: string;
  /** Module with `create(configuration)`. */
  readonly activities: string;
  readonly sinkUrl: string;
}

const configuration = JSON.parse(process.env.BENCH_WORKER!) as Configuration;
Runtime.install({
  logger: new DefaultLogger('WARN'),
  telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
});
const connection = await NativeConnection.connect({ address: configuration.address });
const { create } = (await import(configuration.activities)) as { create(configuration: object): object };
const worker = await Worker.create({
  connection,
  namespace: configuration.namespace,
  taskQueue: configuration.taskQueue,
  workflowBundle: { codePath: configuration.bundle },
  activities: create(configuration),
  maxCachedWorkflows: 5_000,
  maxConcurrentActivityTaskExecutions: 200,
  maxConcurrentLocalActivityExecutions: 200,
  shutdownGraceTime: '5 seconds',
});
process.on('message', () => worker.shutdown());
process.on('disconnect', () => process.exit(0));
const run = worker.run();
process.send!({ ready: true });
await run;
await connection.close();
process.exit(0);
