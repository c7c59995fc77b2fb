/** `npm run bench`: one journey, several engines, one run. README.md says what is measured. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTemporal } from '../../runtime/temporal/server.ts';
import { type ExactCounts, type Load, measure } from './lib/drive.ts';
import { endAll, ending } from './lib/endings.ts';
import { countsTable, loadTable, uneven } from './lib/report.ts';
import type { Implementation } from './lib/types.ts';

const implementations: Readonly<Record<string, () => Promise<Implementation>>> = {
  minimal: async () => (await import('./implementations/minimal.ts')).minimal,
  'minimal-read': async () => (await import('./implementations/minimal-read.ts')).minimalRead,
  'minimal-read-outbox': async () => (await import('./implementations/minimal-read-outbox.ts')).minimalReadOutbox,
  flowc: async () => (await import('./implementations/flowc.ts')).flowc,
  'flowc-script': async () => (await import('./implementations/flowc.ts')).flowcScript,
  interpreter: async () => (await import('./implementations/interpreter.ts')).interpreter,
  dittofeed: async () => (await import('./implementations/dittofeed.ts')).dittofeed,
  restate: async () => {
    installRestate();
    return (await import('./implementations/restate.ts')).restate;
  },
};

const { values } = parseArgs({
  options: {
    impl: { type: 'string', default: 'minimal,minimal-read,minimal-read-outbox,flowc,interpreter,dittofeed' },
    n: { type: 'string', default: '300' },
    repeat: { type: 'string', default: '1' },
    address: { type: 'string' },
    namespace: { type: 'string', default: 'default' },
    'db-port': { type: 'string' },
    'join-concurrency': { type: 'string', default: '50' },
    'answer-delay-ms': { type: 'string', default: '200' },
    'counts-only': { type: 'boolean', default: false },
    out: { type: 'string', default: join(import.meta.dirname, 'results') },
  },
});
const chosen = await Promise.all(values.impl.split(',').map(implementationOf));
const server = values.address ? null : await ownServer();
const settings = {
  address: values.address ?? server!.address,
  namespace: values.namespace,
  // The bound that the flow of `workspace/` has, counted from the opening of the window.
  timeoutMs: 2000,
  answerDelayMs: Number(values['answer-delay-ms']),
  joinConcurrency: Number(values['join-concurrency']),
  joinPauseMs: 0,
  serverDatabasePort: values['db-port'] ? Number(values['db-port']) : null,
};

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => endAll().finally(() => process.exit(130)));

const counts = new Map<string, ExactCounts>();
const loads: Load[] = [];
const failures: string[] = [];
const sizes = values['counts-only'] ? [0] : values.n.split(',').map(Number);
for (const n of sizes) {
  for (let repetition = 1; repetition <= (n === 0 ? 1 : Number(values.repeat)); repetition++) {
    for (const implementation of chosen) await measureOne(implementation, n);
  }
}
if (counts.size > 0)
  console.log(`Whole journey, in parentheses until message 2 was handed over:\n${countsTable(counts)}\n`);
const busy = uneven(counts);
if (busy.length > 0)
  console.log(`The machine was too busy for exact counts of ${busy.join(', ')}: run --counts-only again.\n`);
if (loads.length > 0)
  console.log(
    `Medians; in parentheses relative to ${loads[0]!.name}. CPU in seconds per 1,000 journeys, lag in ms:\n${loadTable(loads)}\n`,
  );
await mkdir(values.out, { recursive: true });
const file = join(values.out, `${new Date().toISOString().replaceAll(/[:.]/g, '').slice(0, 17)}.json`);
const machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model, node: process.version };
const results = { settings, machine, counts: Object.fromEntries(counts), loads, failures };
await writeFile(file, `${JSON.stringify(results, null, 1)}\n`);
console.log(`JSON: ${file}`);
await endAll();
process.exit(failures.length > 0 ? 1 : 0);

async function measureOne(implementation: Implementation, n: number): Promise<void> {
  const { name } = implementation;
  try {
    const measured = await measure(implementation, n, settings);
    if (measured.counts) counts.set(name, measured.counts);
    if (measured.load) loads.push(measured.load);
    process.stderr.write(
      `${name}: ${measured.load ? `${measured.load.perSecond.toFixed(1)} journeys/s` : 'counted'}\n`,
    );
  } catch (error) {
    failures.push(`${name}: ${error}`);
    process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : error}\n`);
  }
}

/** A dev server with nothing in it, as `flowc dev` starts it; ended with this process. */
async function ownServer(): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(os.tmpdir(), 'flowc-bench-'));
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const started = await startTemporal({ folder, log, headless: 'headless' });
  const stop = ending(async () => {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { address: started.address, stop };
}

function implementationOf(name: string): Promise<Implementation> {
  const load = Object.hasOwn(implementations, name) ? implementations[name] : undefined;
  if (load) return load();
  console.error(`There is no implementation "${name}". Choose from: ${Object.keys(implementations).join(', ')}.`);
  process.exit(2);
}

/** Nothing else of the bench needs more than the project has: Restate is fetched when it is asked for. */
function installRestate(): void {
  const folder = join(import.meta.dirname, 'restate');
  if (existsSync(join(folder, 'node_modules'))) return;
  const installed = spawnSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (installed.status !== 0) throw new Error('npm could not install Restate; run the bench without it.');
}
