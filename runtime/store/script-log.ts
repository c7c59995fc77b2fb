/** What scripts said, kept with the participant: it may hold personal data and is never in a workflow's history. */
import type { LogLine } from '../python/port.ts';
import type { Db } from './database.ts';
import { storable } from './storable.ts';

const longestText = 10_000;
const mostLines = 1000;

export async function writeScriptLog(
  db: Db,
  participantId: number,
  run: string,
  name: string,
  lines: readonly (LogLine & { readonly line?: number | null })[],
): Promise<void> {
  if (lines.length === 0) return;
  await db
    .insertInto('script_log')
    .values(
      lines.slice(-mostLines).map(({ level, text, line }) => ({
        participant_id: participantId,
        run,
        name,
        level,
        text: storable(text, longestText),
        line: line ?? null,
      })),
    )
    .execute();
}
