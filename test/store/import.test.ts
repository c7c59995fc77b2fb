import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../runtime/service/csv.ts';
import { type BadRow, type ImportCounts, importRows } from '../../runtime/service/import.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import type { Store } from '../../runtime/store/database.ts';
import { campaign, useStore } from './fixture.ts';

const database = useStore();
const data = campaign();

async function importCsv(
  store: Store,
  text: string | Buffer,
  at = 1000,
): Promise<{ counts: ImportCounts; bad: BadRow[] }> {
  // Small chunks: nothing may depend on where the stream is cut.
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.subarray(index * 7, index * 7 + 7),
  );
  const table = await readCsv(
    Readable.from(bytes.length > 5000 ? [bytes] : chunks, { objectMode: false }),
    'people.csv',
  );
  const bad: BadRow[] = [];
  const progress = importRows({
    db: store.db,
    campaign: data,
    campaigns: () => data,
    table,
    source: 'people.csv',
    now: () => at,
  });
  for (;;) {
    const next = await progress.next();
    if (next.done) return { counts: next.value, bad };
    bad.push(...next.value.bad);
  }
}

const fields = async (store: Store, externalId: string) =>
  store.db
    .selectFrom('participant')
    .innerJoin('profile', 'profile.id', 'participant.profile_id')
    .select(['participant.fields', 'profile.fields as profile'])
    .where('participant.external_id', '=', externalId)
    .executeTakeFirst();

describe('an import', () => {
  it('creates and updates people, and says what became of each row', async () => {
    const store = await database.store();
    const first = await importCsv(
      store,
      'external_id,order_id,due_date,amount,email,timezone\n1,A1,2026-03-10,12.50,ada@example.com,Europe/Berlin\n2,A2,2026-03-11,,,\n',
    );
    expect(first.counts).toEqual({ rows: 2, created: 2, updated: 0, unchanged: 0, refused: 0 });
    expect(await fields(store, '1')).toEqual({
      fields: { order_id: 'A1', due_date: '2026-03-10', amount: '12.50', paid: false, attempts: 0 },
      profile: { email: 'ada@example.com', timezone: 'Europe/Berlin', opted_out: false },
    });
    const second = await importCsv(
      store,
      'external_id,order_id,due_date,amount\n1,A1,2026-03-10,12.5\n2,A2,2026-04-01,7\n',
    );
    expect(second.counts).toEqual({ rows: 2, created: 0, updated: 1, unchanged: 1, refused: 0 });
    const events = await store.db
      .selectFrom('event')
      .select(['type', 'touched'])
      .orderBy('participant_id')
      .orderBy('number')
      .execute();
    expect(events.map((event) => [event.type, [...event.touched].sort()])).toEqual([
      ['participantCreated', []],
      ['participantCreated', []],
      ['participantUpdated', ['amount', 'due_date']],
    ]);
  });

  it('lists every bad cell with row, field, value and what is allowed, and takes the good rows', async () => {
    const store = await database.store();
    const { counts, bad } = await importCsv(
      store,
      [
        'external_id,order_id,due_date,amount,paid,attempts,outcome,email,phone,timezone',
        'ok,A,2026-03-10,1,yes,3,promised,a@example.com,+49 30 1234567,Asia/Tokyo',
        'zone,A,2026-03-10,,,,,,,Europe/Berln',
        'date,A,2026-02-30,,,,,,,',
        'mail,A,2026-03-10,,,,,not-an-address,,',
        'many,A,2026-03-10,12,maybe,1.5,unsure,,12,',
        ',A,2026-03-10,,,,,,,',
        'short,A',
        'missing,,2026-03-10,,,,,,,',
        'comma,A,2026-03-10,"12,5",,,,,,',
      ].join('\r\n'),
    );
    expect(counts).toEqual({ rows: 9, created: 1, updated: 0, unchanged: 0, refused: 8 });
    expect(bad.map((cell) => `${cell.row} ${cell.field} "${cell.value}": ${cell.reason}`)).toEqual([
      '3 timezone "Europe/Berln": expected an IANA time zone, such as Europe/Berlin',
      '4 due_date "2026-02-30": expected a date that exists, written as 2026-03-07',
      '5 email "not-an-address": expected an e-mail address, such as ada@example.com',
      '6 paid "maybe": expected true or false (yes or no, 1 or 0)',
      '6 attempts "1.5": expected a whole number between -9007199254740991 and 9007199254740991, such as 42',
      '6 outcome "unsure": expected one of promised, refused, unreachable',
      '6 phone "12": expected a phone number with its country code, such as +49 30 1234567',
      '7 external_id "": it is empty, and people are found again by it',
      '8  "short,A": it has 2 cells, the header has 10',
      '9 order_id "": it is required',
      '10 amount "12,5": expected a decimal number with a point, such as 12.50',
    ]);
    expect((await fields(store, 'ok'))?.profile).toMatchObject({ phone: '+49301234567' });
    expect(
      await store.db
        .selectFrom('upload_error')
        .select(({ fn }) => fn.countAll().as('n'))
        .execute(),
    ).toEqual([{ n: 11 }]);
    expect(await store.db.selectFrom('upload').select(['rows', 'created', 'refused']).execute()).toEqual([
      { rows: 9, created: 1, refused: 8 },
    ]);
  });

  it('reads semicolons, tabs, a byte order mark, quotes, blank lines and accents in either form', async () => {
    const store = await database.store();
    await importCsv(store, '\uFEFFexternal_id;order_id;due_date;name\n\n1;"A;""1""";2026-03-10;"Zoe\u0308\nO"\n\n');
    await importCsv(store, 'external_id\torder_id\tdue_date\n2\tB\t2026-03-10\n');
    expect(await fields(store, '1')).toMatchObject({ fields: { order_id: 'A;"1"' }, profile: { name: 'Zoë\nO' } });
    expect(await fields(store, '2')).toMatchObject({ fields: { order_id: 'B' } });
  });

  it('lets the later of two rows of one person win', async () => {
    const store = await database.store();
    const { counts } = await importCsv(store, 'external_id,order_id,due_date\n1,A,2026-03-10\n1,B,2026-03-10\n');
    expect(counts).toMatchObject({ created: 1, updated: 1 });
    expect(await fields(store, '1')).toMatchObject({ fields: { order_id: 'B' } });
  });

  it('clears a field by an empty cell and leaves fields without a column alone', async () => {
    const store = await database.store();
    await importCsv(store, 'external_id,order_id,due_date,amount\n1,A,2026-03-10,5\n');
    await importCsv(store, 'external_id,order_id\n1,B\n');
    expect((await fields(store, '1'))?.fields).toMatchObject({ order_id: 'B', amount: '5' });
    await importCsv(store, 'external_id,amount\n1,\n');
    expect((await fields(store, '1'))?.fields).not.toHaveProperty('amount');
  });

  it.each([
    ['', 'people.csv is empty. Its first line must name the columns, such as external_id,email.'],
    [
      'order_id,due_date\nA,2026-03-10\n',
      'people.csv has no column external_id, by which people are found again. Its columns: order_id, due_date.',
    ],
    ['external_id,order_id\n', 'people.csv has no rows below its header.'],
    ['external_id,order_id,order_id\n', 'people.csv has two columns named "order_id".'],
    ['external_id,colour\n1,red\n', 'The column "colour" of people.csv is no field of payment_reminder. Fields: '],
    [
      'external_id,due_dat\n1,2026-03-10\n',
      'The column "due_dat" of people.csv is no field of payment_reminder. Did you mean `due_date`? Rename',
    ],
    [
      'external_id,iban\n1,DE1\n',
      'The column "iban" of people.csv cannot be imported: the field is declared `not imported`.',
    ],
    [
      'external_id,order_id,due_date\n1,A,2026-03-10\n2,"B,2026-03-10\n',
      'people.csv cannot be read from row 3 on: a quote that opens there is never closed. The rows before it were imported.',
    ],
  ])('refuses %j', async (text, message) => {
    const store = await database.store();
    await expect(importCsv(store, text)).rejects.toThrow(message);
  });

  it('keeps the promise that rows before an unreadable one were imported', async () => {
    const store = await database.store();
    await expect(importCsv(store, 'external_id,order_id,due_date\n1,A,2026-03-10\n2,"B\n')).rejects.toThrow('row 3');
    expect(await fields(store, '1')).toBeDefined();
  });

  it('refuses text that is not UTF-8', async () => {
    const store = await database.store();
    await expect(
      importCsv(store, Buffer.from('external_id,order_id,due_date\n1,Zo\xeb,2026-03-10\n', 'latin1')),
    ).rejects.toThrow('people.csv is not UTF-8 text. Save it as "CSV UTF-8" and import it again.');
  });

  it('takes thousands of rows, created and updated', async () => {
    const store = await database.store();
    await setCampaignState(store.db, data.name, 'active');
    const rows = (amount: number) =>
      `external_id,order_id,due_date,amount,email,timezone\n${Array.from({ length: 6000 }, (_, index) => `p${index},O${index},2026-03-10,${amount},p${index}@example.com,Europe/Berlin`).join('\n')}\n`;
    for (const amount of [1, 2]) {
      const { counts } = await importCsv(store, rows(amount));
      expect(counts).toMatchObject(amount === 1 ? { created: 6000 } : { updated: 6000 });
    }
  });
});
