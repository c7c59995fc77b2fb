import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { campaignOf } from '../../../runtime/open-store.ts';
import { readCsv } from '../../../runtime/service/csv.ts';
import { type BadRow, type ImportCounts, importRows } from '../../../runtime/service/import.ts';
import { campaignState } from '../../../runtime/store/campaigns.ts';
import { UserError } from '../../../runtime/user-error.ts';
import { exitCodes } from '../exit.ts';
import { progressBar } from '../progress.ts';
import { type Format, type RunOptions, say, withStore } from './options.ts';

/** `flowc import CAMPAIGN people.csv`: good rows go in, bad ones are listed on stdout, and the exit code says whether there were any. */
export async function importCommand(
  args: readonly string[],
  options: RunOptions & { format: Format },
): Promise<number> {
  const [name, file] = args as [string, string];
  const size = sizeOf(file);
  return withStore(options, async (workspace, interrupts) => {
    const campaign = campaignOf(workspace, name);
    const stream = createReadStream(file);
    const state = await campaignState(workspace.store.db, name);
    const table = await readCsv(stream, basename(file));
    const bar = progressBar();
    const bad: BadRow[] = [];
    let lastRow = 1;
    let counts: ImportCounts = { rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0 };
    try {
      const campaigns = (other: string) => workspace.campaigns.find((one) => one.name === other);
      const { db } = workspace.store;
      for await (const step of importRows({
        db,
        campaign,
        campaigns,
        table,
        source: basename(file),
        now: workspace.now,
        log: (line) => {
          bar.clear();
          say(line);
        },
        signal: interrupts.signal,
      })) {
        counts = step;
        lastRow = step.lastRow;
        bar.show(stream.bytesRead / Math.max(1, size), countsText(counts));
        if (options.format === 'json') bad.push(...step.bad);
        else if (step.bad.length > 0) {
          bar.clear();
          process.stdout.write(step.bad.map(badText).join(''));
        }
        // Between two batches: each is in the database as a whole or not at all.
        if (interrupts.happened()) break;
      }
    } catch (error) {
      bar.clear();
      if (counts.rows > 0) say(countsText(counts));
      // Ctrl-C while it waited for a database: how far it came is said all the same.
      if (interrupts.happened() && error instanceof UserError) {
        say(error.message);
        return exitCodes.interrupted;
      }
      throw error;
    }
    bar.clear();
    const { rows, created, updated, unchanged, refused } = counts;
    if (options.format === 'json') {
      process.stdout.write(
        `${JSON.stringify({ version: 1, rows, created, updated, unchanged, refused, bad }, null, 2)}\n`,
      );
    } else say(countsText(counts));
    if (interrupts.happened()) {
      say(
        `Interrupted after row ${lastRow}: what was imported stays. Import the file again to continue; rows that are already imported do not change anything.`,
      );
      return exitCodes.interrupted;
    }
    if (state === 'inactive') {
      say(`${name} is inactive: what was imported is kept in order and handled after \`flowc start ${name}\`.`);
    }
    return refused > 0 ? exitCodes.problem : exitCodes.ok;
  });
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile()) return found.size;
  throw new UserError(
    'usage',
    `The file ${file} does not exist: give the path of a CSV file whose first line names the fields.`,
  );
}

function countsText({ rows, created, updated, unchanged, refused }: ImportCounts): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'}: ${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused`;
}

function badText({ row, field, value, reason }: BadRow): string {
  return `row ${row}: ${field ? `${field} ${JSON.stringify(value)}` : JSON.stringify(value)}: ${reason}\n`;
}
