/** Scripts and expressions of a flow in Python, each tried until it returns what can be used. Their words go to the store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { base as baseIn } from '../data/dates.ts';
import type { CampaignData, PythonBaseData, PythonData } from '../data/types.ts';
import type { Fields } from '../model/values.ts';
import type { Base } from '../model/window.ts';
import type { LogLine, PythonOutcome } from '../python/port.ts';
import { writeScriptLog } from '../store/script-log.ts';
import { inAttempt } from './attempt.ts';
import { type ActivityDeps, campaignData, flowData } from './deps.ts';
import { fault } from './fault.ts';
import type { EffectInput, StretchResult } from './port.ts';
import { beginRun, halted, type LoadedRecord, loadRecord, readerOf } from './record.ts';
import { scriptCall, visibleFields } from './script-call.ts';
import { evaluate } from './stretch.ts';
import { checkValue, write } from './write.ts';

/** A Python action with its writes, or the expression in `at` of what is planned next; then the facts that follow it. */
export async function python(deps: ActivityDeps, input: EffectInput): Promise<StretchResult> {
  const { who, run, name } = input;
  const step = flowData(campaignData(deps, who.campaign), run.flow, run.hash).pythons[name];
  if (!step) throw new Error(`${run.flow}@${run.hash} has no Python step "${name}".`);
  const record = await beginRun(deps.store.db, input);
  if (typeof record === 'string') return halted(record);
  return 'base' in step ? planningBase(deps, input, step, record) : action(deps, input, step, record);
}

async function action(
  deps: ActivityDeps,
  input: EffectInput,
  step: PythonData,
  record: LoadedRecord,
): Promise<StretchResult> {
  const { who, run, name, now } = input;
  const data = campaignData(deps, who.campaign);
  if (record.run && record.run.last_step >= input.step) return evaluate(deps, who, run, step.then, record, now);
  const reader = readerOf(data, record, run.communication, now);
  const call = scriptCall(data, deps.files, name, step, record, reader, run.communication);
  const fields = await tryPython(deps, input, record, {
    what: `Python ${name}`,
    retries: step.retries,
    returns: 'a dictionary of field values',
    call: (signal) => deps.python.call(call, signal),
    judge: (returned) => judgeFields(data, step, returned),
  });
  return write(deps, input, {
    kind: 'python',
    owners: step.writes,
    compute: () => fields,
    what: `Python ${name}`,
    then: step.then,
  });
}

async function planningBase(
  deps: ActivityDeps,
  input: EffectInput,
  { base: expression, communication, timeoutMs, retries, then }: PythonBaseData,
  before: LoadedRecord,
): Promise<StretchResult> {
  const { who, run, now } = input;
  const data = campaignData(deps, who.campaign);
  const { zone } = readerOf(data, before, run.communication, now);
  const call = { ...visibleFields(data, before, []), zone, timeoutMs };
  const base = await tryPython(deps, input, before, {
    what: `The Python expression in \`at\` of ${communication}`,
    retries,
    returns: 'a date or a datetime',
    call: (signal) => deps.python.evaluate(expression, call, signal),
    judge: judgeBase,
  });
  const record = await loadRecord(deps.store.db, who, run.id);
  if (record.exited) return halted('exited');
  return evaluate(deps, who, run, then, record, now, { [communication]: base });
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

type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly sentence: string; readonly line: ScriptLine };

/** Until something usable comes, at most `retries + 1` times. */
async function tryPython<T>(
  deps: ActivityDeps,
  { run, name, who }: EffectInput,
  record: LoadedRecord,
  { what, retries, returns, call, judge }: Trial<T>,
): Promise<T> {
  let last = '';
  for (let attempt = 0; attempt <= retries; attempt++) {
    if (attempt > 0) await sleep((deps.pythonRetryMs ?? 500) * 2 ** (attempt - 1));
    const outcome = await inAttempt(deps, call);
    const judged = outcome.kind === 'failed' ? failed(outcome, returns) : judge(outcome.fields);
    const lines = [...outcome.log, ...(judged.ok ? [] : [judged.line])];
    await writeScriptLog(deps.store.db, record.id, run.id, name, lines);
    if (judged.ok) return judged.value;
    last = judged.sentence;
  }
  const times = retries === 0 ? 'once' : `${retries + 1} times`;
  throw fault(
    `${what} of ${who.campaign} was tried ${times}: ${last}. \`flowc status ${who.campaign} PARTICIPANT\` shows its log.`,
  );
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
    if (!checked.ok) return refused(checked.problem, value);
  }
  return { ok: true, value: returned as Fields };
}

function judgeBase({ value }: Readonly<Record<string, unknown>>): Judged<Base | null> {
  if (value === null) return { ok: true, value: null };
  const base = typeof value === 'string' ? baseIn(value) : null;
  return base ? { ok: true, value: base } : refused('it returned something that is not a date or a datetime', value);
}
