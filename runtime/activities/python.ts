/** Scripts and expressions of a flow in Python, each tried until it returns what can be used. Their words go to the store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { base as baseIn } from '../data/dates.ts';
import type { CampaignData, PythonBaseData, PythonData } from '../data/types.ts';
import type { Fields } from '../model/values.ts';
import type { Base } from '../model/window.ts';
import type { LogLine, PythonOutcome } from '../python/port.ts';
import { writeScriptLog } from '../store/script-log.ts';
import { inAttempt } from './attempt.ts';
import { type Begun, begin, resume, standsAt } from './begin.ts';
import { type ActivityDeps, campaignData, clockOf, flowData } from './deps.ts';
import type { PythonInput, StepResult } from './port.ts';
import { type LoadedRecord, readerOf } from './record.ts';
import { scriptCall, visibleFields } from './script-call.ts';
import { goOn, type Script } from './step.ts';
import { checkValue } from './write.ts';

/** A Python action with its writes, or the expression in `at` of what is planned next; then the run goes on like a step. */
export async function python(deps: ActivityDeps, input: PythonInput): Promise<StepResult> {
  const { who, run, name } = input;
  const data = campaignData(deps, who.campaign);
  const flow = flowData(data, run.flow, run.hash);
  const action = flow.pythons[name];
  if (!action) throw new Error(`${run.flow}@${run.hash} has no Python step "${name}".`);
  const begun = await deps.store.db.transaction().execute(async (tx) => {
    const found = await begin(tx, data, flow, input, clockOf(deps, who));
    // Whoever changes the record while the script runs tells the workflow.
    if (found.kind === 'begun' && !found.record.run)
      await standsAt(tx, found.record.id, input, found.now, { kind: 'running', segment: input.segment });
    return found;
  });
  if (begun.kind !== 'begun') return begun;
  const script = 'base' in action ? await dated(deps, input, action, begun) : await wrote(deps, input, action, begun);
  return deps.store.db.transaction().execute(async (tx) => {
    const again = await resume(tx, flow, input, clockOf(deps, who));
    return again.kind === 'begun' ? goOn({ tx, deps, data, flow, input, script }, again) : again;
  });
}

async function wrote(
  deps: ActivityDeps,
  input: PythonInput,
  action: PythonData,
  { record, now }: Begun,
): Promise<Script> {
  const { who, run, name } = input;
  const data = campaignData(deps, who.campaign);
  const reader = readerOf(data, record, run.communication, now);
  const call = scriptCall(data, deps.files, name, action, record, reader, run.communication);
  const what = `Python ${name}`;
  const tried = await tryPython(deps, input, record, {
    what,
    retries: action.retries,
    returns: 'a dictionary of field values',
    call: (signal) => deps.python.call(call, signal),
    judge: (returned) => judgeFields(data, action, returned),
  });
  if (tried.kind === 'failed') return tried;
  const write = { kind: 'python', owners: action.writes, values: tried.value, what, then: action.then } as const;
  return { kind: 'wrote', write };
}

async function dated(
  deps: ActivityDeps,
  input: PythonInput,
  { base: expression, communication, timeoutMs, retries, then }: PythonBaseData,
  { record, now }: Begun,
): Promise<Script> {
  const { who, run } = input;
  const data = campaignData(deps, who.campaign);
  const { zone } = readerOf(data, record, run.communication, now);
  const call = { ...visibleFields(data, record, []), zone, timeoutMs };
  const tried = await tryPython(deps, input, record, {
    what: `The Python expression in \`at\` of ${communication}`,
    retries,
    returns: 'a date or a datetime',
    call: (signal) => deps.python.evaluate(expression, call, signal),
    judge: judgeBase,
  });
  return tried.kind === 'failed' ? tried : { kind: 'dated', then, communication, base: tried.value };
}

interface Trial<T> {
  /** Begins the sentence of a failure. */
  readonly what: string;
  readonly retries: number;
  /** What it must return, in words. */
  readonly returns: string;
  readonly call: (signal: AbortSignal | undefined) => Promise<PythonOutcome>;
  readonly judge: (returned: Readonly<Record<string, unknown>>) => Judged<T>;
}

type ScriptLine = LogLine & { readonly line?: number | null };

type Tried<T> = { readonly kind: 'value'; readonly value: T } | Extract<Script, { kind: 'failed' }>;

type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly sentence: string; readonly line: ScriptLine };

/** Until something usable comes, at most `retries + 1` times. */
async function tryPython<T>(
  deps: ActivityDeps,
  { run, name, who }: PythonInput,
  record: LoadedRecord,
  { what, retries, returns, call, judge }: Trial<T>,
): Promise<Tried<T>> {
  let last = '';
  for (let attempt = 0; attempt <= retries; attempt++) {
    if (attempt > 0) await sleep((deps.pythonRetryMs ?? 500) * 2 ** (attempt - 1));
    const outcome = await inAttempt(deps, call);
    const judged = outcome.kind === 'failed' ? failed(outcome, returns) : judge(outcome.fields);
    const lines = [...outcome.log, ...(judged.ok ? [] : [judged.line])];
    await writeScriptLog(deps.store.db, record.id, run.id, name, lines);
    if (judged.ok) return { kind: 'value', value: judged.value };
    last = judged.sentence;
  }
  const times = retries === 0 ? 'once' : `${retries + 1} times`;
  return {
    kind: 'failed',
    sentence: `${what} of ${who.campaign} was tried ${times}: ${last}. \`flowc status ${who.campaign} PARTICIPANT\` shows its log.`,
  };
}

const faults = {
  raised: 'it raised an error',
  timeout: 'it took longer than its timeout',
  missing: 'the script or the Python interpreter is missing',
  killed: 'it ended without a result: it left by itself, or used too much memory or time',
} as const;

function failed({ fault, line, message }: Extract<PythonOutcome, { kind: 'failed' }>, returns: string) {
  const at = line === null ? '' : ` (line ${line})`;
  const what = fault === 'nonsense' ? `it returned something that is not ${returns}` : faults[fault];
  return { ok: false, sentence: `${what}${at}`, line: { level: 'error', text: message, line } } as const;
}

function refused(sentence: string, value: unknown) {
  const text = `${sentence}; it was ${JSON.stringify(value)?.slice(0, 200)}`;
  return { ok: false, sentence, line: { level: 'error', text } } as const;
}

function judgeFields(
  data: CampaignData,
  { writes }: PythonData,
  returned: Readonly<Record<string, unknown>>,
): Judged<Fields> {
  for (const [name, value] of Object.entries(returned)) {
    const checked = checkValue(data, writes, name, value);
    if (!checked.ok) return refused(checked.problem, { [name]: value });
  }
  return { ok: true, value: returned as Fields };
}

function judgeBase({ value }: Readonly<Record<string, unknown>>): Judged<Base | null> {
  if (value === null) return { ok: true, value: null };
  const base = typeof value === 'string' ? baseIn(value) : null;
  return base ? { ok: true, value: base } : refused('it returned something that is not a date or a datetime', value);
}
