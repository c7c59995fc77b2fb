/** Everything that reaches the store from outside: files, changes by API, answers. Keeps when each was said and taken. */
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCsv } from '../../runtime/service/csv.ts';
import { importRows } from '../../runtime/service/import.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import { endCommunication } from '../../runtime/store/ended.ts';
import { csv } from '../end-to-end/world.ts';
import { type Campaign, type Fields, type Life, later } from './people.ts';
import type { Random } from './random.ts';
import { overdue } from './rest.ts';
import { type SoakWorld, scale } from './world.ts';

/** One thing that was said to the store. Instants are real epoch milliseconds: not yet said before `began`, stored for sure at `ended`. */
export interface Act {
  readonly kind: 'joined' | 'changed' | 'answered';
  readonly fields: Fields;
  readonly began: number;
  readonly ended: number;
  /** Of an answer: whether it was the communication's end. */
  readonly counted?: boolean;
  /** By flow, how many runs of the person stood at a wait or had ended when it was said: they had read the record before. */
  readonly settled: Readonly<Record<string, number>>;
}

export interface Stream {
  /** Of each life as it was led, in order. */
  readonly acts: ReadonlyMap<Life, readonly Act[]>;
  /** Everything was said. */
  readonly done: Promise<void>;
  /** What Postgres broke off to end a deadlock was said again. */
  deadlocks(): number;
}

/** Real milliseconds of a virtual hour. */
const hourMs = 3_600_000 / scale;
/** Nobody joins while this many wait for something that was due this long ago. */
const mostOverdue = 12;
const overdueSeconds = 8;
/** Who joins within these virtual hours stands in one file. */
const waveHours = 2;

export function startStream(world: SoakWorld, lives: readonly Life[], random: Random): Stream {
  const { workspace } = world;
  const acts = new Map<Life, Act[]>();
  const started = workspace.clock!.start;
  let files = 0;
  let deadlocks = 0;
  const find = (name: string) => workspace.campaigns.find((one) => one.name === name);
  const until = (hours: number) => sleep(Math.max(0, started + hours * hourMs - Date.now()));

  async function importFile(campaign: Campaign, heads: readonly string[], rows: readonly (readonly string[])[]) {
    const file = join(world.folder, `people-${++files}.csv`);
    writeFileSync(file, csv(heads, rows));
    const table = await readCsv(createReadStream(file), file);
    const { db } = workspace.store;
    const options = { db, campaign: find(campaign)!, campaigns: find, table, source: file, now: workspace.now };
    let refused = 0;
    for await (const step of importRows(options)) refused = step.refused;
    if (refused > 0) throw new Error(`${file} has ${refused} bad rows`);
  }

  async function change(campaign: Campaign, externalId: string, fields: Fields): Promise<void> {
    const cause = { kind: 'api' } as const;
    const given = { campaign: find(campaign)!, externalId, fields, cause, at: workspace.now() };
    const outcome = await workspace.store.db.transaction().execute((tx) => applyChange(tx, given, find));
    if (outcome.kind !== 'updated') throw new Error(`${externalId} ${JSON.stringify(fields)}: ${outcome.kind}`);
  }

  /** A transaction that Postgres broke off was not taken: said again. The act began with the first try. */
  async function said<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if ((error as { code?: string }).code !== '40P01') throw error;
        deadlocks += 1;
      }
    }
  }

  async function wave(campaign: Campaign, group: readonly Life[]): Promise<void> {
    const own = Object.keys(group[0]!.fields);
    const heads = ['external_id', 'email', 'timezone', ...own];
    const row = ({ person, zone, fields }: Life) => [
      person,
      `${person}@example.test`,
      zone,
      ...own.map((name) => String(fields[name])),
    ];
    const began = Date.now();
    await said(() => importFile(campaign, heads, group.map(row)));
    const ended = Date.now();
    for (const life of group) acts.set(life, [{ kind: 'joined', fields: life.fields, began, ended, settled: {} }]);
  }

  async function changes(life: Life): Promise<void> {
    for (const { after, through, fields } of life.changes) {
      await until(life.joins + after);
      const settled = await settledRuns(life);
      const began = Date.now();
      const [name, value] = Object.entries(fields)[0]!;
      await said(() =>
        random.chance(0.3)
          ? importFile(through, ['external_id', name], [[life.person, String(value)]])
          : change(through, life.person, fields),
      );
      acts.get(life)!.push({ kind: 'changed', fields, began, ended: Date.now(), settled });
    }
  }

  async function settledRuns({ campaign, person }: Life): Promise<Record<string, number>> {
    const rows = await workspace.store.db
      .selectFrom('run')
      .innerJoin('participant', 'participant.id', 'run.participant_id')
      .select(({ fn }) => ['run.flow', fn.countAll<string>().as('n')])
      .where('participant.campaign', '=', campaign)
      .where('participant.external_id', '=', person)
      .where('run.state', '!=', 'running')
      .groupBy('run.flow')
      .execute();
    return Object.fromEntries(rows.map(({ flow, n }) => [flow, Number(n)]));
  }

  async function reply(life: Life): Promise<void> {
    if (!life.reply) return;
    await until(life.joins + life.reply.after);
    const id = await askOf(life);
    if (id === null) return;
    const { outcome } = life.reply;
    const began = Date.now();
    const ended = { id, status: 'Completed', reason: 'answered', results: { outcome }, at: workspace.now() } as const;
    const counted = await said(() => endCommunication(workspace.store, ended, find('survey')!));
    acts.get(life)!.push({ kind: 'answered', fields: { outcome }, began, ended: Date.now(), counted, settled: {} });
  }

  /** The e-mail somebody answers; null when it has ended, or does not come for minutes: then nobody answers. */
  async function askOf({ person }: Life): Promise<string | null> {
    for (const deadline = Date.now() + 300_000; Date.now() < deadline; ) {
      const row = await workspace.store.db
        .selectFrom('communication')
        .innerJoin('participant', 'participant.id', 'communication.participant_id')
        .select(['communication.id', 'communication.status'])
        .where('participant.external_id', '=', person)
        .where('communication.name', '=', 'ASK')
        .executeTakeFirst();
      if (row && row.status === 'Started') return row.id;
      if (row && row.status !== 'Planned') return null;
      await sleep(1000);
    }
    return null;
  }

  async function everything(): Promise<void> {
    const waves = Map.groupBy(lives, (life) => Math.ceil(life.joins / waveHours) * waveHours);
    const lived: Promise<unknown>[] = [];
    let late = 0;
    for (const [hours, group] of [...waves].sort(([one], [other]) => one - other)) {
      await until(hours + late);
      await keepsUp();
      late = Math.max(late, (Date.now() - started) / hourMs - hours);
      const members = group.map((life) => later(life, late));
      const campaigns = Map.groupBy(members, (life) => life.campaign);
      await Promise.all([...campaigns].map(([campaign, some]) => wave(campaign, some)));
      for (const told of members.flatMap((life) => [changes(life), reply(life)])) {
        // Looked at in the end, with all others.
        told.catch(() => {});
        lived.push(told);
      }
    }
    await Promise.all(lived);
  }

  /** On a busy machine people join no faster than it takes them: what is due is done within seconds. */
  async function keepsUp(): Promise<void> {
    while ((await overdue(world, overdueSeconds)) > mostOverdue) await sleep(1000);
  }

  return { acts, done: everything(), deadlocks: () => deadlocks };
}
