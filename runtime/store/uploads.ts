import { sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import { storable } from './storable.ts';

type Counts = Readonly<Record<'rows' | 'created' | 'updated' | 'unchanged' | 'refused', number>>;

/** Notes the beginning of an import; gives its number. */
export async function beginUpload(db: Db, campaign: string, source: string): Promise<number> {
  const row = await db.insertInto('upload').values({ campaign, source }).returning('id').executeTakeFirstOrThrow();
  return row.id;
}

export async function endUpload(db: Db, upload: number): Promise<void> {
  await db.updateTable('upload').set({ ended_at: sql`now()` }).where('id', '=', upload).execute();
}

/** Adds a batch's counts and bad cells, in the transaction that imported it. */
export async function addToUpload(
  tx: Tx,
  upload: number,
  counts: Counts,
  bad: readonly { readonly row: number; readonly field: string; readonly value: string; readonly reason: string }[],
): Promise<void> {
  await tx
    .updateTable('upload')
    .set({
      rows: sql`rows + ${counts.rows}`,
      created: sql`created + ${counts.created}`,
      updated: sql`updated + ${counts.updated}`,
      unchanged: sql`unchanged + ${counts.unchanged}`,
      refused: sql`refused + ${counts.refused}`,
    })
    .where('id', '=', upload)
    .execute();
  if (bad.length === 0) return;
  const cells = bad.map((cell) => ({ ...cell, value: storable(cell.value, 200) }));
  await sql`
    insert into upload_error (upload, row, field, value, reason)
    select ${upload}, row, field, value, reason
    from jsonb_to_recordset(${JSON.stringify(cells)}::jsonb) as cell(row integer, field text, value text, reason text)
  `.execute(tx);
}

/** What was imported so far. */
export async function countsOfUpload(db: Db, upload: number): Promise<Counts> {
  return db
    .selectFrom('upload')
    .select(['rows', 'created', 'updated', 'unchanged', 'refused'])
    .where('id', '=', upload)
    .executeTakeFirstOrThrow();
}

/** The bad cells of some rows of an upload, in the order of the rows. */
export async function badCells(db: Db, upload: number, firstRow: number, lastRow: number) {
  return db
    .selectFrom('upload_error')
    .select(['row', 'field', 'value', 'reason'])
    .where('upload', '=', upload)
    .where('row', '>=', firstRow)
    .where('row', '<=', lastRow)
    .orderBy('row')
    .execute();
}
