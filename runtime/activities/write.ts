/** `set` and `python`: a write of a run, applied once, then the facts that follow it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignData, PythonData } from '../data/types.ts';
import { readJson } from '../model/field-types.ts';
import type { Fields, Value } from '../model/values.ts';
import type { LogLine, PythonOutcome } from '../python/port.ts';
import { type Owner, ownedFields } from '../rules/fields.ts';
import { stormLength } from '../rules/signal.ts';
import { applyChange } from '../store/changes.ts';
import type { Tx } from '../store/database.ts';
import { lockParticipants, lockProfiles } from '../store/participants.ts';
import { takeStep } from '../store/runs.ts';
import type { StoredCause } from '../store/schema.ts';
import { writeScriptLog } from '../store/script-log.ts';
import { inAttempt } from './attempt.ts';
import { type ActivityDeps, campaignData, flowData } from './deps.ts';
import { fault } from './fault.ts';
import type { EffectInput, StretchResult } from './port.ts';
import { beginRun, beginRunIn, externalIdOf, halted, type LoadedRecord, loadRecord, readerOf } from './record.ts';
import { scriptCall } from './script-call.ts';
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

export async function python(deps: ActivityDeps, input: EffectInput): Promise<StretchResult> {
  const { who, run, name, now } = input;
  const data = campaignData(deps, who.campaign);
  const action = flowData(data, run.flow, run.hash).pythons[name];
  if (!action) throw new Error(`${run.flow}@${run.hash} has no Python action ${name}.`);
  const record = await beginRun(deps.store.db, input);
  if (typeof record === 'string') return halted(record);
  if (record.run && record.run.last_step >= input.step) return evaluate(deps, who, run, action.then, record, now);
  const fields = await runScript(deps, input, data, action, record);
  return write(deps, input, {
    kind: 'python',
    owners: action.writes,
    compute: () => fields,
    what: `Python ${name}`,
    then: action.then,
  });
}

interface Write {
  readonly kind: 'set' | 'python';
  readonly owners: Owners;
  readonly compute: Compute;
  /** Words for the sentence of a fault. */
  readonly what: string;
  readonly then: string;
}

async function write(
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
  return { ...(await evaluate(deps, who, run, then, record, now)), ...(result.length > 0 ? { touched: result } : {}) };
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

function checkValue(data: CampaignData, owners: Owners, written: string, value: unknown): CheckedValue {
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

/** Runs the script until it returns values that can be stored, at most `retries + 1` times. Its words go to the store. */
async function runScript(
  deps: ActivityDeps,
  { run, name, who, now }: EffectInput,
  data: CampaignData,
  action: PythonData,
  record: LoadedRecord,
): Promise<Fields> {
  const reader = readerOf(data, record, run.communication, now);
  const call = scriptCall(data, deps.files, name, action, record, reader, run.communication);
  const log = (lines: readonly ScriptLine[]) => writeScriptLog(deps.store.db, record.id, run.id, name, lines);
  let last = '';
  for (let attempt = 0; attempt <= action.retries; attempt++) {
    if (attempt > 0) await sleep((deps.pythonRetryMs ?? 500) * 2 ** (attempt - 1));
    const outcome = await inAttempt(deps, (signal) => deps.python.call(call, signal));
    const judged = judge(data, action, outcome);
    await log([...outcome.log, ...(judged.ok ? [] : [judged.line])]);
    if (judged.ok) return judged.fields;
    last = judged.sentence;
  }
  const times = action.retries === 0 ? 'once' : `${action.retries + 1} times`;
  throw fault(
    `Python ${name} of ${who.campaign} was tried ${times}: ${last}. \`flowc status ${who.campaign} PARTICIPANT\` shows its log.`,
  );
}

type ScriptLine = LogLine & { readonly line?: number | null };

type Judged =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly sentence: string; readonly line: ScriptLine };

const faults = {
  raised: 'the script raised an error',
  timeout: 'the script took longer than its timeout',
  nonsense: 'the script returned something that is not a dictionary of field values',
  missing: 'the script or the Python interpreter is missing',
  killed: 'the script ended without a result: it left by itself, or used too much memory or time',
} as const;

function judge(data: CampaignData, action: PythonData, outcome: PythonOutcome): Judged {
  if (outcome.kind === 'failed') {
    const at = outcome.line === null ? '' : ` (line ${outcome.line})`;
    const line: ScriptLine = { level: 'error', text: outcome.message, line: outcome.line };
    return { ok: false, sentence: `${faults[outcome.fault]}${at}`, line };
  }
  for (const [name, value] of Object.entries(outcome.fields)) {
    const checked = checkValue(data, action.writes, name, value);
    if (!checked.ok)
      return {
        ok: false,
        sentence: checked.problem,
        line: { level: 'error', text: `${checked.problem}; it was ${JSON.stringify(value)?.slice(0, 200)}` },
      };
  }
  return { ok: true, fields: outcome.fields as Fields };
}
