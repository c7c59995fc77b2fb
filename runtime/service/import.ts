/** Imports of people into a campaign: every good row in, every bad row listed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignData } from '../data/types.ts';
import { closest } from '../model/closest.ts';
import { readText } from '../model/field-types.ts';
import { matchKey } from '../model/system-fields.ts';
import { fieldsFrom, type Value } from '../model/values.ts';
import { type OwnedField, ownedFields } from '../rules/fields.ts';
import { applyChanges, type Campaigns, type Change } from '../store/changes.ts';
import { isConnectionLost } from '../store/connection-lost.ts';
import type { Db } from '../store/database.ts';
import { addToUpload, badCells, beginUpload, countsOfUpload, endUpload } from '../store/uploads.ts';
import { messageOf, UserError } from '../user-error.ts';
import type { RawRow, Table } from './csv.ts';

export interface ImportOptions {
  readonly db: Db;
  readonly campaign: CampaignData;
  readonly campaigns: Campaigns;
  readonly table: Table;
  /** File name, for messages and the list of uploads. */
  readonly source: string;
  /** Virtual epoch milliseconds. */
  readonly now: () => number;
  /** Gets a sentence when the database is lost, and one when it is back. */
  readonly log?: (line: string) => void;
  /** Nobody wants to wait any more for a database that was lost. */
  readonly signal?: AbortSignal;
  /** How long a lost database is waited for, in milliseconds. Default: a minute. */
  readonly patienceMs?: number;
}

/** A row that was not imported. */
export interface BadRow {
  readonly row: number;
  readonly field: string;
  readonly value: string;
  /** A clause that says what is allowed. */
  readonly reason: string;
}

export interface ImportCounts {
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** Counts so far, and the bad cells found since the last one. */
export interface ImportProgress extends ImportCounts {
  readonly upload: number;
  /** The last row of the file that was handled. */
  readonly lastRow: number;
  readonly bad: readonly BadRow[];
}

const batchSize = 500;
const longestKey = 200;
const usualPatienceMs = 60_000;
const longestPauseMs = 2_000;

/**
 * Creates or updates a participant per row, by `external_id`; a batch of rows is one transaction. Goes on where it was when
 * the database is lost and comes back. Throws UserError when it does not, when the header does not fit the campaign or when
 * the table has no rows.
 */
export async function* importRows(options: ImportOptions): AsyncGenerator<ImportProgress, ImportCounts> {
  const { db, campaign, table, source } = options;
  const columns = columnsFor(campaign, table.columns, source);
  const upload = await beginUpload(db, campaign.name, source);
  let counts: ImportCounts = { rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0 };
  try {
    for await (const batch of batches(table.rows, columns)) {
      const done = await persistently(options, counts, { upload, batch });
      counts = sum(counts, done.counts);
      yield { upload, ...counts, lastRow: batch.at(-1)!.number, bad: done.bad };
    }
  } finally {
    // A database that is gone hears of no end: what it has says how far the import came.
    await endUpload(db, upload).catch(() => {});
  }
  if (counts.rows === 0) throw problem(`${source} has no rows below its header. Add one line for each person.`);
  return counts;
}

type Column = { readonly kind: 'key' } | { readonly kind: 'field'; readonly name: string; readonly owned: OwnedField };

function columnsFor(campaign: CampaignData, names: readonly string[], source: string): readonly Column[] {
  if (!names.includes(matchKey))
    throw problem(
      `${source} has no column ${matchKey}, by which people are found again. Its columns: ${names.join(', ')}. Add the column, or rename the one that holds the key.`,
    );
  const fields = ownedFields(campaign);
  return names.map((name) => {
    if (name === matchKey) return { kind: 'key' };
    const owned = fields.get(name);
    if (!owned) {
      const known = [...fields].filter(([key, { field }]) => field.imported && !key.includes('.')).map(([key]) => key);
      const meant = closest(name, [...known, matchKey]);
      const help = meant === null ? `Fields: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`;
      throw problem(
        `The column "${name}" of ${source} is no field of ${campaign.name}. ${help} Rename or remove the column, or declare the field.`,
      );
    }
    if (!owned.field.imported)
      throw problem(
        `The column "${name}" of ${source} cannot be imported: the field is declared \`not imported\`. Remove the column.`,
      );
    return { kind: 'field', name: `${owned.owner}.${owned.field.name}`, owned };
  });
}

interface ReadRow {
  readonly number: number;
  readonly key: string;
  readonly fields: Readonly<Record<string, Value>>;
  readonly bad: readonly BadRow[];
}

/**
 * Rows of a batch are different people: a person named twice comes again in the next one, so that the later row wins. When
 * the table cannot be read further, what came before is still given.
 */
async function* batches(rows: AsyncIterable<RawRow>, columns: readonly Column[]): AsyncGenerator<readonly ReadRow[]> {
  let batch: ReadRow[] = [];
  let keys = new Set<string>();
  const source = rows[Symbol.asyncIterator]();
  for (;;) {
    const next = await source.next().then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    const row = 'result' in next && !next.result.done ? readRow(next.result.value, columns) : null;
    if (batch.length > 0 && (row === null || batch.length >= batchSize || keys.has(row.key))) {
      yield batch;
      batch = [];
      keys = new Set();
    }
    if ('error' in next) throw next.error;
    if (row === null) return;
    batch.push(row);
    if (row.bad.length === 0) keys.add(row.key);
  }
}

function readRow({ number, cells }: RawRow, columns: readonly Column[]): ReadRow {
  const fields = fieldsFrom();
  const bad: BadRow[] = [];
  let key = '';
  const surplus = cells.slice(columns.length).filter((cell) => cell.trim() !== '');
  if (cells.length < columns.length || surplus.length > 0)
    bad.push({
      row: number,
      field: '',
      value: cells.join(',').slice(0, 80),
      reason: `it has ${cells.length} cells, the header has ${columns.length}`,
    });
  else
    for (const [index, column] of columns.entries()) {
      const cell = cells[index]!;
      if (column.kind === 'key') {
        key = cell.normalize('NFC').trim();
        const reason = keyProblem(key);
        if (reason) bad.push({ row: number, field: matchKey, value: cell, reason });
        continue;
      }
      const checked = readText(column.owned.field.type, cell);
      if (checked.ok) fields[column.name] = checked.value;
      else
        bad.push({ row: number, field: column.owned.field.name, value: cell, reason: `expected ${checked.allowed}` });
    }
  return { number, key, fields, bad };
}

function keyProblem(key: string): string | null {
  if (key === '') return 'it is empty, and people are found again by it';
  if (key.length > longestKey) return `it is longer than ${longestKey} characters`;
  return /\p{Cc}/u.test(key) || !key.isWellFormed() ? 'it holds a control character' : null;
}

interface Attempt {
  readonly upload: number;
  readonly batch: readonly ReadRow[];
}

interface Done {
  readonly counts: ImportCounts;
  readonly bad: readonly BadRow[];
}

/** Imports a batch once, however often the connection is cut: a commit whose answer was lost is found in the upload's counts. */
async function persistently(options: ImportOptions, before: ImportCounts, attempt: Attempt): Promise<Done> {
  const { log = () => {}, signal, patienceMs = usualPatienceMs } = options;
  let lost: { readonly since: number; readonly why: string } | null = null;
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const done = lost === null ? null : await committedBatch(options, before, attempt);
      const result = done ?? (await importBatch(options, attempt.upload, attempt.batch));
      if (lost !== null) log(`The database is back: the import goes on after row ${lastRowBefore(attempt)}.`);
      return result;
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      if (lost === null) {
        lost = { since: performance.now(), why: messageOf(error) };
        log(
          `The connection to the database was lost after row ${lastRowBefore(attempt)} (${lost.why}). The import goes on if it returns within ${Math.round(patienceMs / 1000)} seconds.`,
        );
      }
      const left = lost.since + patienceMs - performance.now();
      if (left <= 0 || signal?.aborted) throw givenUp(options, before, attempt, lost.why);
      await sleep(Math.min(pauseMs, left), undefined, signal ? { signal } : {}).catch(() => {});
    }
  }
}

function lastRowBefore({ batch }: Attempt): number {
  return batch[0]!.number - 1;
}

function givenUp({ source }: ImportOptions, before: ImportCounts, attempt: Attempt, why: string): UserError {
  const { rows } = before;
  return new UserError(
    'environment',
    `The connection to the database was lost and did not return (${why}). ${rows} ${rows === 1 ? 'row' : 'rows'} of ${source} were handled, up to row ${lastRowBefore(attempt)}; what comes after it was not imported. Import the file again once the database answers: whoever is in it already stays unchanged.`,
  );
}

/** What became of the batch if it was committed; null if it was not. */
async function committedBatch(options: ImportOptions, before: ImportCounts, attempt: Attempt): Promise<Done | null> {
  const { db } = options;
  const { upload, batch } = attempt;
  const now = await countsOfUpload(db, upload);
  if (now.rows === before.rows) return null;
  return { counts: difference(now, before), bad: await badCells(db, upload, batch[0]!.number, batch.at(-1)!.number) };
}

async function importBatch(options: ImportOptions, upload: number, batch: readonly ReadRow[]): Promise<Done> {
  const { db, campaign, campaigns, now } = options;
  const good = batch.filter((row) => row.bad.length === 0);
  const changes: Change[] = good.map(({ key, fields }) => ({
    campaign,
    externalId: key,
    fields,
    cause: { kind: 'import' },
    at: now(),
  }));
  return db.transaction().execute(async (tx) => {
    const outcomes = await applyChanges(tx, changes, campaigns);
    const refused = outcomes.flatMap((outcome, index) =>
      outcome.kind === 'refused' ? outcome.problems.map((problem) => ({ row: good[index]!.number, ...problem })) : [],
    );
    const bad = [...batch.flatMap((row) => row.bad), ...refused].sort((a, b) => a.row - b.row);
    const count = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind).length;
    const counts: ImportCounts = {
      rows: batch.length,
      created: count('created'),
      updated: count('updated'),
      unchanged: count('unchanged'),
      refused: batch.length - good.length + count('refused'),
    };
    await addToUpload(tx, upload, counts, bad);
    return { counts, bad };
  });
}

function sum(a: ImportCounts, b: ImportCounts): ImportCounts {
  return {
    rows: a.rows + b.rows,
    created: a.created + b.created,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    refused: a.refused + b.refused,
  };
}

function difference(a: ImportCounts, b: ImportCounts): ImportCounts {
  return sum(a, {
    rows: -b.rows,
    created: -b.created,
    updated: -b.updated,
    unchanged: -b.unchanged,
    refused: -b.refused,
  });
}

function problem(message: string): UserError {
  return new UserError('problem', message);
}
