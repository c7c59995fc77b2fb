/** One soak: people, a stream of changes and faults from a seed, then rest, then every check. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { histories, nondeterminism, type Replays, replay } from '../end-to-end/replayed.ts';
import { agreement, isParticipant, judge, neverEnded, twice, type Unknowns, unknowns } from './checks.ts';
import { gather } from './evidence.ts';
import { type Fault, startFaults } from './faults.ts';
import type { Violation } from './oracle/verdict.ts';
import { later, peopleFrom } from './people.ts';
import { randomFrom } from './random.ts';
import { comeToRest } from './rest.ts';
import { type Hardship, hardship } from './slow-histories.ts';
import { startStream } from './stream.ts';
import { type SoakWorld, scale, startSoakWorld } from './world.ts';

export interface SoakOptions {
  readonly seed: number;
  /** Workflow runs to make, about. */
  readonly histories: number;
  /** Real minutes within which people join. */
  readonly minutes: number;
  readonly workers: number;
  /** Seconds of quiet between the last fault and the checks. */
  readonly quiet: number;
  /** Seconds between two faults; null: none happen. */
  readonly pause: readonly [number, number] | null;
  /** Where histories that do not replay are kept. */
  readonly keep: string;
  readonly log: (line: string) => void;
}

export interface SoakReport extends Hardship {
  readonly seed: number;
  readonly seconds: number;
  readonly lives: number;
  readonly histories: number;
  readonly replays: Replays;
  readonly nondeterminism: number;
  readonly faults: readonly Fault[];
  readonly messages: number;
  readonly deadlocks: number;
  readonly unknowns: Unknowns;
  readonly violations: readonly Violation[];
}

/** Lives make about this many workflow runs each: some close and begin again, or go on as new. */
const historiesPerLife = 1.1;

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, log } = options;
  const world = await startSoakWorld(options.workers);
  try {
    return await run(world, options);
  } finally {
    log(`seed ${seed}: ending`);
    await world.close();
  }
}

async function run(world: SoakWorld, options: SoakOptions): Promise<SoakReport> {
  const { seed, log, pause } = options;
  const began = Date.now();
  const count = Math.ceil(options.histories / historiesPerLife);
  const hours = (options.minutes * 60 * scale) / 3600;
  // The clock of the people has run since the world began.
  const lateness = (Date.now() - world.workspace.clock!.start) / (3_600_000 / scale);
  const lives = peopleFrom(randomFrom(seed), count, hours).map((life) => later(life, lateness));
  for (const { name } of world.workspace.campaigns) await setCampaignState(world.workspace.store.db, name, 'active');
  log(`seed ${seed}: ${lives.length} lives within ${options.minutes} minutes in ${world.folder}`);

  const stream = startStream(world, lives, randomFrom(seed + 1));
  const faults = startFaults(world, randomFrom(seed + 2), { pause: pause ?? [1e6, 1e6], log });
  // A stream that breaks must not leave the faults behind.
  await stream.done.finally(() => faults.stop());
  const lastFault = Date.now();
  log('everything was said; faults are over');
  await comeToRest(world, lives.filter((life) => life.sleeps).length, log);
  await sleep(Math.max(0, lastFault + options.quiet * 1000 - Date.now()));

  const evidence = await gather(world, stream.acts);
  const doubts = unknowns(evidence, faults);
  const apart = await agreement(world, evidence);
  log('replaying');
  const kept = (await histories(world.client)).filter(({ workflowId }) => isParticipant(world, workflowId));
  const replays = await replay(kept, (history) => world.bundles.of(history));
  const lines = nondeterminism(join(world.folder, '.flowc', 'worker.log'));
  const report: SoakReport = {
    seed,
    seconds: Math.round((Date.now() - began) / 1000),
    lives: lives.length,
    histories: kept.length,
    replays,
    nondeterminism: lines.length,
    ...hardship(kept, faults.happened),
    faults: faults.happened,
    messages: world.peer.accepted.length,
    deadlocks: stream.deadlocks(),
    unknowns: doubts,
    violations: [...judge(evidence), ...doubts.violations, ...twice(world), ...apart, ...neverEnded(world)],
  };
  await keepEvidence(world, options, report, { evidence, kept, lines });
  return report;
}

/** Of everybody something is wrong with: histories and what is known; and the workers' words. */
async function keepEvidence(
  world: SoakWorld,
  { keep, seed }: SoakOptions,
  report: SoakReport,
  found: {
    readonly evidence: Awaited<ReturnType<typeof gather>>;
    readonly kept: Awaited<ReturnType<typeof histories>>;
    readonly lines: readonly string[];
  },
): Promise<void> {
  const wrong = new Set([
    ...report.violations.map(({ who }) => who),
    ...report.replays.failures.map((one) => one.workflowId),
  ]);
  if (wrong.size === 0 && found.lines.length === 0) return;
  const folder = join(keep, `seed-${seed}`);
  mkdirSync(folder, { recursive: true });
  const { historyToJSON } = await import('@temporalio/common/lib/proto-utils.js');
  const fileOf = (who: string) => join(folder, who.replaceAll('/', '_'));
  for (const { workflowId, runId, history } of found.kept)
    if (wrong.has(workflowId)) writeFileSync(`${fileOf(workflowId)}.${runId.slice(0, 8)}.json`, historyToJSON(history));
  for (const one of found.evidence) {
    const who = `${one.life.campaign}/${one.life.person}`;
    if (!wrong.has(who)) continue;
    const said = report.violations.filter((violation) => violation.who === who);
    const failures = report.replays.failures.filter((failure) => failure.workflowId === who).map(({ error }) => error);
    const { messages, ...rest } = one;
    const known = {
      violations: said,
      failures,
      ...rest,
      messages: Object.fromEntries(messages),
      events: await eventsOf(world, one.life),
    };
    writeFileSync(`${fileOf(who)}.evidence.json`, JSON.stringify(known, null, 2));
  }
  writeFileSync(join(folder, 'nondeterminism.log'), found.lines.join('\n'));
  for (const name of ['words.log', 'worker.log']) {
    const log = join(world.folder, '.flowc', name);
    if (existsSync(log)) cpSync(log, join(folder, name));
  }
  writeFileSync(join(folder, 'faults.json'), JSON.stringify(report.faults, null, 2));
}

async function eventsOf(
  world: SoakWorld,
  { campaign, person }: { campaign: string; person: string },
): Promise<unknown> {
  return world.workspace.store.db
    .selectFrom('event')
    .innerJoin('participant', 'participant.id', 'event.participant_id')
    .selectAll('event')
    .where('participant.campaign', '=', campaign)
    .where('participant.external_id', '=', person)
    .orderBy('event.number')
    .execute();
}
