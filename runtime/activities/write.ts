/** A write of a run, applied once, then the facts that follow it. */
import type { CampaignData } from '../data/types.ts';
import { readJson } from '../model/field-types.ts';
import type { Fields, Value } from '../model/values.ts';
import { type Owner, ownedFields } from '../rules/fields.ts';
import { stormLength } from '../rules/signal.ts';
import { applyChange } from '../store/changes.ts';
import type { Tx } from '../store/database.ts';
import { lockParticipants, lockProfiles } from '../store/participants.ts';
import { takeStep } from '../store/runs.ts';
import type { StoredCause } from '../store/schema.ts';
import { type ActivityDeps, campaignData, flowData } from './deps.ts';
import { fault } from './fault.ts';
import type { EffectInput, StretchResult } from './port.ts';
import { beginRunIn, externalIdOf, halted, type LoadedRecord, loadRecord, readerOf } from './record.ts';
import { evaluate } from './stretch.ts';

type Owners = Readonly<Record<string, Owner>>;
type Compute = (record: LoadedRecord) => Readonly<Record<string, unknown>>;

export async function set(deps: ActivityDeps, input: EffectInput): Promise<StretchResult> {
  const { who, run, name, now } = input;
  const data = campaignData(deps, who.campaign);
  const step = flowData(data, run.flow, run.hash).sets[name];
  if (!step) throw new Error(`${run.flow}@${run.hash} has no step "${name}".`);
  const compute: Compute = (record) => step.values(readerOf(data, record, run.communication, now));
  return write(deps, input, { kind: 'set', owners: step.owners, compute, what: `set ${name}`, then: step.then });
}

/** What a `set` or a script writes. */
interface Write {
  readonly kind: 'set' | 'python';
  readonly owners: Owners;
  readonly compute: Compute;
  /** Words for the sentence of a fault. */
  readonly what: string;
  readonly then: string;
}

export async function write(
  deps: ActivityDeps,
  input: EffectInput,
  { kind, owners, compute, what, then }: Write,
): Promise<StretchResult> {
  const { who, run, step, now } = input;
  const data = campaignData(deps, who.campaign);
  const cause: StoredCause = { kind, flow: run.flow, run: run.id, event: run.event };
  const result = await deps.store.db.transaction().execute(async (tx) => {
    const externalId = await externalIdOf(tx, who);
    await lockPerson(tx, externalId);
    const record = await beginRunIn(tx, input);
    if (typeof record === 'string') return record;
    if (!(await takeStep(tx, record.id, run, step, now))) return [];
    const values = checkValues(data, owners, compute(record), what);
    const change = { campaign: data, externalId, fields: values, cause, at: now };
    const outcome = await applyChange(tx, change, deps.campaigns);
    if (outcome.kind === 'refused')
      throw fault(`${what}: ${outcome.problems.map((problem) => `${problem.field}: ${problem.reason}`).join('; ')}`);
    if (outcome.chain >= stormLength)
      throw fault(`storm: ${stormLength} events caused each other without time passing`);
    return outcome.touched;
  });
  if (typeof result === 'string') return halted(result);
  const record = await loadRecord(deps.store.db, who, run.id);
  // The write itself may have made `exit when` hold.
  if (record.exited) return halted('exited');
  return { ...evaluate(deps, who, run, then, record, now), ...(result.length > 0 ? { touched: result } : {}) };
}

/** In the order every transaction keeps: the profile, then its participants. */
async function lockPerson(tx: Tx, externalId: string): Promise<void> {
  const profiles = await lockProfiles(tx, [externalId]);
  await lockParticipants(
    tx,
    [...profiles.values()].map((profile) => profile.id),
  );
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
    if (!checked.ok) throw fault(`${what}: ${checked.problem}`);
    values[checked.name] = checked.value;
  }
  return values;
}

type CheckedValue =
  | { readonly ok: true; readonly name: string; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

/** Sentences name the field and what it may hold, never the value: it may be private. */
export function checkValue(data: CampaignData, owners: Owners, written: string, value: unknown): CheckedValue {
  const bare = written.replace(/^(participant|profile)\./, '');
  const owner = owners[written] ?? owners[bare];
  const owned = owner && ownedFields(data).get(`${owner}.${bare}`);
  if (!owned) {
    const allowed = Object.keys(owners).join(', ') || 'none';
    return { ok: false, problem: `it may not write the field ${printable(written)} (allowed: ${allowed})` };
  }
  const checked = readJson(owned.field.type, value);
  if (!checked.ok) return { ok: false, problem: `the field ${bare} takes ${checked.allowed}` };
  return { ok: true, name: `${owner}.${bare}`, value: checked.value };
}

/** A script may put anything into a name. */
function printable(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.]{0,60}$/.test(name) ? name : '(not a name)';
}
