/** A real Postgres for a test file, a fresh schema for each test, and a small campaign. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { CampaignData, TriggerData } from '../../runtime/data/types.ts';
import type { FieldDefinition, FieldType, Value } from '../../runtime/model/values.ts';
import { openStore, type Store } from '../../runtime/store/database.ts';
import { type Database, startDatabase } from '../../runtime/store/postgres.ts';

/** `store()` opens the test's own schema; it is closed after the test, the server after the file. */
export function useStore(): { store(): Promise<Store>; url(): string } {
  let folder: string;
  let database: Database;
  let schemas = 0;
  const open: Store[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowc-store-'));
    await chmod(folder, 0o755);
    database = await startDatabase({ folder, log: () => {}, environment: {} });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });
  afterAll(async () => {
    await database?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    store: async () => {
      schemas += 1;
      const store = await openStore({ url: database.url, workspace: 'acme', schema: `t${schemas}`, connections: 8 });
      open.push(store);
      return store;
    },
    url: () => database.url,
  };
}

export function field(
  name: string,
  type: FieldType | FieldType['kind'],
  extra: Partial<FieldDefinition> = {},
): FieldDefinition {
  const fieldType = (typeof type === 'string' ? { kind: type } : type) as FieldType;
  return { name, type: fieldType, required: false, private: false, imported: true, default: null as Value, ...extra };
}

/** A payment reminder; `flows` by name with their triggers. */
export function campaign(
  extra: Partial<CampaignData> & { readonly triggers?: Record<string, TriggerData[]> } = {},
): CampaignData {
  const { triggers = { remind: [{ on: 'participant created' }] }, ...rest } = extra;
  return {
    workspace: 'acme',
    name: 'payment_reminder',
    timezone: 'Europe/Berlin',
    locale: 'en-GB',
    participant: [
      field('order_id', 'string', { required: true }),
      field('due_date', 'date', { required: true }),
      field('amount', 'numeric'),
      field('iban', 'string', { private: true, imported: false }),
      field('paid', 'boolean', { default: false }),
      field('attempts', 'integer', { default: 0 }),
      field('outcome', { kind: 'enum', members: ['promised', 'refused', 'unreachable'] }),
    ],
    profile: [
      field('segment', { kind: 'enum', members: ['gold', 'silver'] }),
      field('opted_out', 'boolean', { default: false }),
    ],
    channels: { billing: { name: 'billing', kind: 'email' } },
    results: { outcome: { kind: 'enum', members: ['promised', 'refused'] }, pay_by: { kind: 'date' } },
    flows: Object.fromEntries(
      Object.entries(triggers).map(([name, list]) => [name, { hash: `${name}1`, triggers: list }]),
    ),
    versions: [],
    ...rest,
  };
}

/** Checked values of a person with everything that is required. */
export const complete = { order_id: '42', due_date: '2026-03-10' };
