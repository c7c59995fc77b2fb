/** Sends people through one implementation and measures what it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { people } from './people.ts';
import { cpuSeconds, descendantsCpuSeconds, familyCpuSeconds, peakMiB, pidOfPort, resetPeak } from './processes.ts';
import { startSink } from './sink.ts';
import type { Charged, Counts, Driver, Implementation, Person, Sink } from './types.ts';

export interface Settings {
  readonly address: string;
  readonly namespace: string;
  readonly timeoutMs: number;
  readonly answerDelayMs: number;
  readonly joinConcurrency: number;
  /** Pause after each join. */
  readonly joinPauseMs: number;
  /** Of the Postgres behind the Temporal server, if its CPU time is to be told. */
  readonly serverDatabasePort: number | null;
}

export interface Journeys {
  /** From the first join until message 2 of the last one arrived. */
  readonly seconds: number;
  readonly lagP50: number;
  readonly lagP95: number;
  /** Answered, but got the reminder: the system was too slow. */
  readonly late: number;
  readonly errors: number;
  readonly duplicates: number;
}

/** Seconds are CPU seconds per 1,000 journeys, sizes peak MiB. */
export interface Load extends Journeys {
  readonly name: string;
  readonly n: number;
  readonly perSecond: number;
  readonly workerCpu: number;
  readonly serverCpu: number;
  readonly storeCpu: number | null;
  readonly serverDatabaseCpu: number | null;
  readonly scriptCpu: number | null;
  readonly driverCpu: number;
  readonly workerMiB: number;
  readonly serverMiB: number;
  readonly info: Readonly<Record<string, number>>;
}

export interface ExactCounts {
  readonly answered: Counts;
  readonly unanswered: Counts;
}

export interface Measured {
  readonly counts: ExactCounts | null;
  readonly load: Load | null;
}

/** 20 people without load, read back from the server; then, for `n` above 0, the load. */
export async function measure(implementation: Implementation, n: number, settings: Settings): Promise<Measured> {
  const sink = await startSink();
  const runId = `${Date.now().toString(36)}`;
  const { address, namespace } = settings;
  const driver = await implementation.setup({ address, namespace, runId, sink });
  try {
    const first = people(20, 'w', settings.timeoutMs);
    // One after the other, answers late enough for every wait to have armed its timer: the counts are exact.
    await drive(driver, sink, first, { ...settings, joinConcurrency: 1, joinPauseMs: 150, answerDelayMs: 800 });
    await driver.allClosed();
    const counts = driver.counts
      ? {
          answered: await driver.counts(first.filter((person) => person.answers)),
          unanswered: await driver.counts(first.filter((person) => !person.answers)),
        }
      : null;
    return { counts, load: n > 0 ? await load(implementation.name, driver, sink, n, settings) : null };
  } finally {
    await driver.stop();
    sink.stop();
  }
}

async function load(name: string, driver: Driver, sink: Sink, n: number, settings: Settings): Promise<Load> {
  const listener = pidOfPort(Number(settings.address.split(':')[1]));
  const server = driver.charged.server ?? (listener ? [listener] : []);
  const { serverDatabasePort: port } = settings;
  const serverDatabase = port === null ? undefined : pidOfPort(port);
  const charged = {
    ...driver.charged,
    server,
    serverDatabase: serverDatabase ? [serverDatabase] : [],
  };
  resetPeak([...charged.worker, ...charged.server]);
  const before = cpuOf(charged);
  const own = process.cpuUsage();
  const journeys = await drive(driver, sink, people(n, 'p', settings.timeoutMs), settings);
  await driver.allClosed();
  const after = cpuOf(charged);
  const { user, system } = process.cpuUsage(own);
  const per1000 = (seconds: number) => (seconds * 1000) / n;
  return {
    name,
    n,
    perSecond: n / journeys.seconds,
    ...journeys,
    workerCpu: per1000(after.worker - before.worker),
    serverCpu: per1000(after.server - before.server),
    storeCpu: charged.store ? per1000(after.store - before.store) : null,
    serverDatabaseCpu: charged.serverDatabase.length > 0 ? per1000(after.serverDatabase - before.serverDatabase) : null,
    scriptCpu: charged.scripts ? per1000(after.scripts - before.scripts) : null,
    driverCpu: per1000((user + system) / 1e6),
    workerMiB: peakMiB(charged.worker),
    serverMiB: peakMiB(charged.server),
    info: driver.info,
  };
}

function cpuOf({
  worker,
  server,
  store,
  scripts,
  serverDatabase,
}: Charged & { readonly serverDatabase: readonly number[] }) {
  return {
    worker: cpuSeconds(worker),
    server: cpuSeconds(server ?? []),
    store: familyCpuSeconds(store ?? []),
    scripts: descendantsCpuSeconds(scripts ?? []),
    serverDatabase: familyCpuSeconds(serverDatabase),
  };
}

async function drive(
  driver: Driver,
  sink: Sink,
  all: readonly Person[],
  { answerDelayMs, joinConcurrency, joinPauseMs }: Settings,
): Promise<Journeys> {
  sink.reset(all);
  const byId = new Map(all.map((person) => [person.id, person]));
  const joined = new Map<string, number>();
  const lags: number[] = [];
  const errors: unknown[] = [];
  let late = 0;
  const { promise: arrived, resolve: allArrived } = Promise.withResolvers<void>();
  const answer = async (person: Person): Promise<void> => {
    await sleep(answerDelayMs);
    await driver.answer(person).catch((error: unknown) => errors.push(error));
  };
  sink.onMessage(({ participant, n, template }) => {
    const person = byId.get(participant);
    if (!person) return;
    if (n === 1) {
      if (person.answers) void answer(person);
      return;
    }
    // The ideal journey: one second until the window opens, then the answer or its time limit.
    lags.push(
      performance.now() - joined.get(participant)! - 1000 - (person.answers ? answerDelayMs : person.timeoutMs),
    );
    if (person.answers && template !== 'thanks') late++;
    if (lags.length === all.length) allArrived();
  });
  const start = performance.now();
  const queue = all.values();
  const lane = async (): Promise<void> => {
    for (const person of queue) {
      joined.set(person.id, performance.now());
      await driver.join(person);
      if (joinPauseMs > 0) await sleep(joinPauseMs);
    }
  };
  await Promise.all(Array.from({ length: Math.min(joinConcurrency, all.length) }, lane));
  const limit = 60_000 + all.length * 300;
  const inTime = await Promise.race([arrived.then(() => true), sleep(limit, false, { ref: false })]);
  if (!inTime)
    throw new Error(`message 2 reached ${lags.length} of ${all.length} people${errors[0] ? ` (${errors[0]})` : ''}`);
  const seconds = (performance.now() - start) / 1000;
  lags.sort((a, b) => a - b);
  const quantile = (q: number) => Math.round(lags[Math.min(lags.length - 1, Math.floor(q * lags.length))]!);
  const { duplicates } = sink.seen;
  return { seconds, lagP50: quantile(0.5), lagP95: quantile(0.95), late, errors: errors.length, duplicates };
}
