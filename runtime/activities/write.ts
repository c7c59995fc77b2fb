/** A write of a run, in the transaction of its step. */
import { sql } from 'kysely';
import type { CampaignData } from '../data/types.ts';
import { readJson } from '../model/field-types.ts';
import type { Fields, Value } from '../model/values.ts';
import { type Owner, ownedFields } from '../rules/fields.ts';
import { Storm, stormLength } from '../rules/signal.ts';
import { applyChange } from '../store/changes.ts';
import type { StoredCause } from '../store/schema.ts';
import { FlowFault } from './fault.ts';
import { type LoadedRecord, readerOf } from './record.ts';
import type { Going } from './step.ts';

type Owners = Readonly<Record<string, Owner>>;

/** What a `set` or a script writes. */
export interface Write {
  readonly kind: 'set' | 'python';
  readonly owners: Owners;
  readonly values: Readonly<Record<string, unknown>>;
  /** Words for the sentence of a fault. */
  readonly what: string;
  /** The stretch that follows. */
  readonly then: string;
}

export function setOf({ data, flow, input }: Going, name: string, record: LoadedRecord, now: number): Write {
  const { run } = input;
  const found = flow.sets[name];
  if (!found) throw new Error(`${run.flow}@${run.hash} has no step "${name}".`);
  const values = found.values(readerOf(data, record, run.communication, now));
  return { kind: 'set', owners: found.owners, values, what: `set ${name}`, then: found.then };
}

/**
 * Applies the write in the step's transaction; the names it really changed. Throws a FlowFault, and leaves nothing of the write
 * behind, when a value cannot be stored or the flows go round in a circle.
 */
export async function applyWrite(
  { tx, deps, data, input }: Going,
  { externalId }: LoadedRecord,
  { kind, owners, values, what }: Write,
  now: number,
): Promise<readonly string[]> {
  const { run } = input;
  const cause: StoredCause = { kind, flow: run.flow, run: run.id, event: run.event };
  const fields = checkValues(data, owners, values, what);
  await sql`savepoint before_write`.execute(tx);
  const outcome = await applyChange(tx, { campaign: data, externalId, fields, cause, at: now }, deps.campaigns);
  const fault =
    outcome.kind === 'refused'
      ? `${what}: ${outcome.problems.map((problem) => `${problem.field}: ${problem.reason}`).join('; ')}`
      : outcome.chain >= stormLength
        ? new Storm().message
        : null;
  if (fault !== null) {
    await sql`rollback to savepoint before_write`.execute(tx);
    throw new FlowFault(fault);
  }
  return outcome.kind === 'refused' ? [] : outcome.touched;
}

/** The values by qualified name. Sentences name the field and what it may hold, never the value: it may be private. */
function checkValues(
  data: CampaignData,
  owners: Owners,
  given: Readonly<Record<string, unknown>>,
  what: string,
): Fields {
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(given)) {
    const checked = checkValue(data, owners, name, value);
    if (!checked.ok) throw new FlowFault(`${what}: ${checked.problem}`);
    values[checked.name] = checked.value;
  }
  return values;
}

type CheckedValue =
  | { readonly ok: true; readonly name: string; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

/** Sentences name fields that are declared and what they may hold: a value, or a name that a script made up, may be private. */
export function checkValue(data: CampaignData, owners: Owners, written: string, value: unknown): CheckedValue {
  const bare = written.replace(/^(participant|profile)\./, '');
  const owner = owners[written] ?? owners[bare];
  const owned = owner && ownedFields(data).get(`${owner}.${bare}`);
  if (!owned) {
    const allowed = Object.keys(owners).join(', ') || 'none';
    return { ok: false, problem: `it returned a field that it may not write (allowed: ${allowed})` };
  }
  const checked = readJson(owned.field.type, value);
  if (!checked.ok) return { ok: false, problem: `the field ${bare} takes ${checked.allowed}` };
  return { ok: true, name: `${owner}.${bare}`, value: checked.value };
}
