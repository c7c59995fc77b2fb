/** Reads a CSV file as a stream: header first, then row by row. */
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../user-error.ts';

/** One line of the table. `number` counts as spreadsheets do: the header is row 1. */
export interface RawRow {
  readonly number: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly columns: readonly string[];
  /** Throws UserError at the row that cannot be read; what comes before it was given. */
  readonly rows: AsyncIterable<RawRow>;
}

const delimiters = [',', ';', '\t'] as const;
const longestRow = 1_000_000;

/**
 * Opens a CSV: UTF-8, with or without byte order mark, separated by commas, semicolons or tabs. Blank lines are skipped.
 * `name` stands in messages. Throws UserError when there is no usable header.
 */
export async function readCsv(source: Readable, name: string): Promise<Table> {
  const chunks = decoded(source, name)[Symbol.asyncIterator]();
  const head = await firstLine(chunks);
  if (head.trim() === '') {
    source.destroy();
    throw problem(`${name} is empty. Its first line must name the columns, such as external_id,email.`);
  }
  const rows = records(head, chunks, name)[Symbol.asyncIterator]();
  const first = await rows.next();
  const columns = (first.value?.cells ?? []).map((cell: string) => cell.normalize('NFC').trim());
  checkColumns(columns, name);
  return { columns, rows: { [Symbol.asyncIterator]: () => rows } };
}

function checkColumns(columns: readonly string[], name: string): void {
  const empty = columns.indexOf('');
  if (empty >= 0) throw problem(`Column ${empty + 1} of ${name} has no name. Name it in the first line, or remove it.`);
  const twice = columns.find((column, index) => columns.indexOf(column) < index);
  if (twice !== undefined) throw problem(`${name} has two columns named "${twice}". Remove or rename one of them.`);
}

async function* records(head: string, chunks: AsyncIterator<string>, name: string): AsyncGenerator<RawRow> {
  // Taken by callback: a stream that fails throws away the records it still holds.
  let taken: string[][] = [];
  const parser = parse({
    delimiter: delimiterOf(head),
    relax_column_count: true,
    max_record_size: longestRow,
    on_record: (record: string[]) => {
      taken.push(record);
      return null;
    },
  });
  // The reason comes through the callbacks of `write` and `end`.
  parser.on('error', () => {});
  parser.resume();
  let number = 0;
  for (let text: string | null = head; ; ) {
    const failure = await fed(parser, text);
    const records = taken;
    taken = [];
    for (const cells of records) {
      number += 1;
      if (cells.length > 1 || cells[0]?.trim()) yield { number, cells };
    }
    if (failure) throw failure instanceof CsvError ? unreadable(failure, name, number + 1) : failure;
    if (text === null) return;
    const next: IteratorResult<string> = await chunks.next();
    text = next.done ? null : next.value;
  }
}

/** Gives the parser a piece of text, or its end (`null`); what went wrong. */
function fed(parser: ReturnType<typeof parse>, text: string | null): Promise<Error | null> {
  return new Promise((resolve) => {
    const done = (error?: Error | null) => resolve(error ?? null);
    if (text === null) parser.once('error', done).end(done);
    else parser.write(text, done);
  });
}

function unreadable(error: CsvError, name: string, row: number): UserError {
  const why =
    error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
      ? 'a quote that opens there is never closed'
      : 'a quote is not allowed here; write it twice inside a quoted cell';
  return problem(`${name} cannot be read from row ${row} on: ${why}. The rows before it were imported.`);
}

/** The delimiter that stands most often in the header, outside of quotes. */
function delimiterOf(head: string): string {
  const line = (head.split(/\r?\n|\r/).find((text) => text.trim() !== '') ?? '').replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => line.split(delimiter).length;
  return delimiters.reduce<string>((best, next) => (count(next) > count(best) ? next : best), ',');
}

/** Text up to and with the first line that is not blank, and what came with it. */
async function firstLine(chunks: AsyncIterator<string>): Promise<string> {
  let text = '';
  while (text.length < longestRow) {
    const next = await chunks.next();
    if (next.done) break;
    text += next.value;
    if (/\S[^\n\r]*[\n\r]/.test(text)) break;
  }
  return text;
}

async function* decoded(source: Readable, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of source) yield decoder.decode(chunk as Buffer, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError)
      throw problem(`${name} is not UTF-8 text. Save it as "CSV UTF-8" and import it again.`);
    throw error;
  }
}

function problem(message: string): UserError {
  return new UserError('problem', message);
}
