/** Drivers of implementations that run as one Temporal workflow per participant. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { add, countWorkflow } from './history.ts';
import { startWorker, type WorkerProcess } from './processes.ts';
import type { Context, Counts, Implementation, Person } from './types.ts';

export const benchFolder = dirname(import.meta.dirname);

export async function connect({ address, namespace }: Pick<Context, 'address' | 'namespace'>): Promise<Client> {
  return new Client({ connection: await Connection.connect({ address }), namespace });
}

/** Waits until the server holds no open workflow whose id begins like this. */
export async function noneOpen(client: Client, idPrefix: string): Promise<void> {
  const query = `WorkflowId STARTS_WITH '${idPrefix}' AND ExecutionStatus = 'Running'`;
  while (Number((await client.workflow.count(query)).count) > 0) await sleep(200);
}

/** Means per workflow, read back from the server. */
export async function meanCounts(
  client: Client,
  workflows: readonly { readonly id: string; readonly runId?: string }[],
): Promise<Counts> {
  let sum: Counts = {};
  for (const { id, runId } of workflows)
    sum = add(sum, await countWorkflow((...of) => client.workflow.getHandle(...of), id, runId));
  return Object.fromEntries(Object.entries(sum).map(([name, n]) => [name, n / workflows.length]));
}

interface Control {
  readonly name: string;
  readonly title: string;
  /** File under `workflows/`. */
  readonly workflows: string;
  readonly workflowType: string;
  readonly args: (person: Person) => readonly unknown[];
  readonly signal: { readonly name: string; readonly args: readonly unknown[] };
  /** What it needs besides the server, and whatever happens outside its workflow. */
  readonly beside?: (context: Context) => Promise<Beside>;
}

export interface Beside {
  /** Module of `workers/` with the activities. */
  readonly activities: string;
  readonly configuration: object;
  readonly store: readonly number[];
  joining(person: Person): Promise<unknown>;
  answering(person: Person): Promise<unknown>;
  stop(): Promise<void>;
}

/** A hand-written control: its workflow, plain activities, one generic worker process. */
export function control(of: Control): Implementation {
  const { name, title } = of;
  return {
    name,
    title,
    async setup(context) {
      const taskQueue = `bench-${name}-${context.runId}`;
      const prefix = `${name}-${context.runId}-`;
      const workflowId = ({ id }: Person) => prefix + id;
      const { file, kilobytes } = await bundle(join(benchFolder, 'workflows', of.workflows));
      const beside = await of.beside?.(context);
      const worker: WorkerProcess = await startWorker(join(benchFolder, 'workers', 'temporal-worker.ts'), {
        address: context.address,
        namespace: context.namespace,
        taskQueue,
        bundle: file,
        activities: join(benchFolder, 'workers', beside?.activities ?? 'activities.ts'),
        sinkUrl: context.sink.url,
        ...beside?.configuration,
      });
      const client = await connect(context);
      const firstRun = new Map<string, string>();
      return {
        info: { bundleKb: kilobytes },
        charged: { worker: [worker.pid], ...(beside ? { store: beside.store } : {}) },
        async join(person) {
          await beside?.joining(person);
          const options = { workflowId: workflowId(person), taskQueue, args: [...of.args(person)] };
          const handle = await client.workflow.start(of.workflowType, options);
          firstRun.set(person.id, handle.firstExecutionRunId);
        },
        async answer(person) {
          await beside?.answering(person);
          await client.workflow.getHandle(workflowId(person)).signal(of.signal.name, ...of.signal.args);
        },
        allClosed: () => noneOpen(client, prefix),
        counts: (people) =>
          meanCounts(
            client,
            people.map((person) => ({ id: workflowId(person), runId: firstRun.get(person.id)! })),
          ),
        async stop() {
          await worker.stop();
          await client.connection.close();
          await beside?.stop();
        },
      };
    },
  };
}

const bundles = new Map<string, Promise<{ readonly file: string; readonly kilobytes: number }>>();

function bundle(workflowsPath: string) {
  const made = bundles.get(workflowsPath) ?? makeBundle(workflowsPath);
  bundles.set(workflowsPath, made);
  return made;
}

async function makeBundle(workflowsPath: string) {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const folder = join(benchFolder, '.cache');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${basename(workflowsPath, '.ts')}.bundle.js`);
  await writeFile(file, code);
  return { file, kilobytes: Math.round(code.length / 1024) };
}
