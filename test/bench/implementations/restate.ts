/** Restate's server from npm and its TypeScript SDK, on loopback, telemetry off. Installed by the set-up when asked for. */
import { spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { get, post } from '../lib/http.ts';
import { childrenOf, startWorker } from '../lib/processes.ts';
import { benchFolder } from '../lib/temporal.ts';
import type { Implementation } from '../lib/types.ts';

const port = { ingress: 29180, admin: 29170, node: 29122, sdk: 29080 };
const ingress = `http://127.0.0.1:${port.ingress}`;
const admin = `http://127.0.0.1:${port.admin}`;
const restateFolder = join(benchFolder, 'restate');

export const restate: Implementation = {
  name: 'restate',
  title: 'Restate, fields from the request',
  async setup({ sink }) {
    const server = await startServer();
    const configuration = { port: port.sdk, sinkUrl: sink.url };
    const worker = await startWorker(join(restateFolder, 'worker.mjs'), configuration, { RESTATE_LOGGING: 'ERROR' });
    await post(`${admin}/deployments`, { uri: `http://127.0.0.1:${port.sdk}`, force: true });
    const journeys = `${ingress}/journey`;
    return {
      info: {},
      charged: { worker: [worker.pid], server: server.pids },
      join: ({ id, fields, t0, timeoutMs }) => post(`${journeys}/${id}/run/send`, { id, fields, t0, timeoutMs }),
      answer: ({ id }) => post(`${journeys}/${id}/ended/send`, { status: 'answered' }),
      async allClosed() {
        while ((await openInvocations()) > 0) await sleep(200);
      },
      async stop() {
        await worker.stop();
        await server.stop();
      },
    };
  },
};

async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-restate-'));
  const log = await open(join(folder, 'server.log'), 'w');
  const launcher = spawn(join(restateFolder, 'node_modules', '.bin', 'restate-server'), ['--base-dir', folder], {
    stdio: ['ignore', log.fd, log.fd],
    env: {
      ...process.env,
      RESTATE_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: '1',
      RESTATE_LOG_FILTER: 'error',
      RUST_LOG: 'error',
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_ADDRESS: `127.0.0.1:${port.node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${port.node}/`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${port.ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${port.admin}`,
    },
  });
  await healthy(`${admin}/health`);
  await healthy(`${ingress}/restate/health`);
  // The package's launcher starts the server as its child.
  const children = childrenOf(launcher.pid!);
  const pids = children.length > 0 ? children : [launcher.pid!];
  return {
    pids,
    async stop() {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        for (const pid of new Set([...pids, launcher.pid!])) quietly(() => process.kill(pid, signal));
        await sleep(1500);
      }
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function healthy(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await get(url);
      return;
    } catch (error) {
      if (attempt === 150) throw error;
      await sleep(200);
    }
  }
}

async function openInvocations(): Promise<number> {
  const response = await fetch(`${admin}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: `select count(*) as c from sys_invocation where status <> 'completed'` }),
  });
  const { rows } = (await response.json()) as { readonly rows: readonly { readonly c: string }[] };
  return Number(rows[0]?.c);
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // It has ended.
  }
}
