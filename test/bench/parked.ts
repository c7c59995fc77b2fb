/** `npm run bench:parked`: an import of thousands who then wait, and what it does to those whose message is due meanwhile. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { type RunningCommand, runningFlowc, startWorld } from '../end-to-end/world.ts';
import { startSmtpPeer } from '../peers/smtp-peer.ts';
import { cpuSeconds, familyCpuSeconds, pidOfPort, residentMiB } from './lib/processes.ts';
import { table } from './lib/report.ts';
import { controlStartsPerSecond } from './parked/control.ts';
import { campaign, parkedWorkspace, peopleFile } from './parked/workspace.ts';

const { values } = parseArgs({
  options: {
    parked: { type: 'string', default: '5000,10000,20000' },
    'due-per-second': { type: 'string', default: '2' },
    'quiet-seconds': { type: 'string', default: '60' },
    /** For how many people per second the due ones are meant to last. */
    'at-least': { type: 'string', default: '15' },
    control: { type: 'string', default: '1000' },
    out: { type: 'string', default: join(import.meta.dirname, 'results') },
  },
});
const levels = values.parked.split(',').map(Number);
const most = levels.at(-1)!;
const duePerSecond = Number(values['due-per-second']);
const quietMs = Number(values['quiet-seconds']) * 1000;
const month = 30 * 24 * 3_600_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const peer = await startSmtpPeer();
const world = await startWorld(parkedWorkspace(peer.port));
const { store } = world.workspace;
const address = world.temporal.address;
const pids = {
  server: pidOfPort(Number(address.split(':')[1]))!,
  store: pidOfPort(Number(new URL(store.url).port))!,
};

interface Level {
  readonly people: number;
  readonly seconds: number;
  readonly workerCpu: number;
  readonly serverCpu: number;
  readonly storeCpu: number;
  readonly workerMiB: number;
  readonly serverMiB: number;
}

try {
  const control = Number(values.control) > 0 ? await controlStartsPerSecond(address, Number(values.control)) : null;
  if (control !== null) say(`minimal-read-outbox starts ${control.toFixed(1)} people per second`);
  const measured = await measure();
  print(measured, control);
} finally {
  await world.close();
  await peer.stop();
}

async function measure() {
  const worker = await world.worker();
  await world.flowc('start', campaign);
  const due = Math.ceil(duePerSecond * (quietMs / 1000 + most / Number(values['at-least'])));
  // Before the first one is due all of them wait.
  const begin = Date.now() + 30_000 + (due * 2000) / Number(values['at-least']);
  world.write(
    'due.csv',
    peopleFile('due', due, (index) => begin + (index * 1000) / duePerSecond),
  );
  await world.flowc('import', campaign, 'due.csv');
  while ((await waiting()) < due) await sleep(200);
  if (Date.now() > begin) throw new Error('The people who are due were not planned in time: lower --at-least.');
  await sleep(begin + quietMs - Date.now());

  world.write(
    'people.csv',
    peopleFile('p', most, () => Date.now() + month),
  );
  const importing = runningFlowc(world.folder, ['import', campaign, 'people.csv']);
  const began = Date.now();
  const reached = await climb(worker.pid, due, importing);
  const ended = Date.now();
  await sleep(5_000);
  const quiet = await lateness(begin, begin + quietMs);
  const during = await lateness(began, Math.min(ended, begin + (due * 1000) / duePerSecond));
  return { reached, quiet, during, seconds: (ended - began) / 1000 };
}

/** What each slice of people took: from the level before it to its own. */
async function climb(worker: number, due: number, importing: RunningCommand): Promise<readonly Level[]> {
  const usage = () => ({
    at: Date.now(),
    worker: cpuSeconds([worker]),
    server: cpuSeconds([pids.server]),
    store: familyCpuSeconds([pids.store]),
  });
  const reached: Level[] = [];
  let before = usage();
  let below = 0;
  for (const people of levels) {
    let told = 0;
    while ((await waiting()) - due < people) {
      await sleep(250);
      if (Date.now() - told < 10_000) continue;
      told = Date.now();
      say(`${(await waiting()) - due} wait; worker ${residentMiB(worker)} MiB${importing.ended() ? ', imported' : ''}`);
    }
    const after = usage();
    const perThousand = (seconds: number): number => (seconds * 1000) / (people - below);
    reached.push({
      people,
      seconds: (after.at - before.at) / 1000,
      workerCpu: perThousand(after.worker - before.worker),
      serverCpu: perThousand(after.server - before.server),
      storeCpu: perThousand(after.store - before.store),
      workerMiB: residentMiB(worker),
      serverMiB: residentMiB(pids.server),
    });
    before = after;
    below = people;
  }
  return reached;
}

/** Those whose run has come to its wait, the due ones included. */
async function waiting(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from run where state = 'parked'`.execute(
    store.db,
  );
  return rows[0]!.n;
}

/** Milliseconds from the opening of a message to its hand-over, for those that opened between the two instants. */
async function lateness(from: number, to: number) {
  const { rows } = await sql<{ ms: number | null }>`
    select started - opens as ms from communication where opens >= ${Math.round(from)} and opens < ${Math.round(to)} order by ms nulls last
  `.execute(store.db);
  const quantile = (q: number) => rows[Math.min(rows.length - 1, Math.floor(q * rows.length))]?.ms ?? null;
  return { n: rows.length, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
}

function print({ reached, quiet, during, seconds }: Awaited<ReturnType<typeof measure>>, control: number | null): void {
  const head = ['people', 'seconds', 'people/s', 'worker CPU', 'server CPU', 'store CPU', 'worker MiB', 'server MiB'];
  let below = 0;
  const rows = reached.map((level) => {
    const rate = (level.people - below) / level.seconds;
    below = level.people;
    return [
      String(level.people),
      level.seconds.toFixed(0),
      rate.toFixed(1),
      ...[level.workerCpu, level.serverCpu, level.storeCpu].map((cpu) => cpu.toFixed(1)),
      String(level.workerMiB),
      String(level.serverMiB),
    ];
  });
  console.log(`Each row is the slice since the one above; CPU in seconds per 1,000 people:\n${table(head, rows)}\n`);
  const lines = Object.entries({ 'without the import': quiet, 'during the import': during }).map(([when, of]) => [
    when,
    ...[of.n, of.p50, of.p95, of.p99].map(String),
  ]);
  console.log(`How late a due message was handed over, in ms:\n${table(['', 'due', 'p50', 'p95', 'p99'], lines)}\n`);
  const rate = most / seconds;
  if (control !== null)
    console.log(
      `${rate.toFixed(1)} people per second, ${(rate / control).toFixed(2)} of minimal-read-outbox's ${control.toFixed(1)}.`,
    );
  mkdirSync(values.out, { recursive: true });
  const file = join(values.out, `parked-${new Date().toISOString().replaceAll(/[:.]/g, '').slice(0, 17)}.json`);
  writeFileSync(file, `${JSON.stringify({ reached, quiet, during, seconds, control }, null, 1)}\n`);
  console.log(`JSON: ${file}`);
}
