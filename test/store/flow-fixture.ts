/** A flow as the compiler would emit it, and activities over a real database with a channel the test controls. */
import { afterEach } from 'vitest';
import { createActivities } from '../../runtime/activities/create.ts';
import type { ActivityDeps } from '../../runtime/activities/deps.ts';
import type { Answer, KernelActivities, RunRef, StepInput, StepResult, Who } from '../../runtime/activities/port.ts';
import type { ChannelAdapter, HandOff, Outgoing, SendOutcome } from '../../runtime/channels/port.ts';
import type { CampaignData, CommunicationData, FlowData, TriggerData } from '../../runtime/data/types.ts';
import type { Fields } from '../../runtime/model/values.ts';
import { anyTime, type Window } from '../../runtime/model/window.ts';
import { pythonPool } from '../../runtime/python/pool.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import type { Store } from '../../runtime/store/database.ts';
import type { Flow, Next, Programs, Segment } from '../../runtime/workflow/abi.ts';
import { campaign, complete, useStore } from './fixture.ts';

/** 9 March 2026, 10:00 in Berlin. */
export const monday = Date.UTC(2026, 2, 9, 9);
export const hour = 3_600_000;

export const office: Window = [{ from: 540, to: 1080, days: [1, 2, 3, 4, 5], except: [] }];

export function mail(name: string, extra: Partial<CommunicationData> = {}): CommunicationData {
  return {
    name,
    kind: 'email',
    agent: 'collector',
    channel: 'billing',
    window: anyTime,
    windowText: 'any time',
    contactHours: [],
    durationMs: 24 * hour,
    ifPast: 'send',
    spreadMs: 0,
    uncapped: false,
    silenceMs: 24 * hour,
    origin: 'flows.flow:9',
    ...extra,
  };
}

/** What expressions say; its control flow is what a test makes of it. */
const expressions: Omit<FlowData, 'program'> = {
  name: 'remind',
  hash: 'remind1',
  stretches: {
    start: {
      facts: (r) => ({ paid: r.participant.paid === true }),
      plans: {
        REMINDER: (r) => ({ kind: 'instant', at: r.now }),
        OFFICE: (r) => (r.participant.due_date ? { kind: 'date', date: String(r.participant.due_date) } : null),
        DATED: () => null,
        TEMPLATED: (r) => ({ kind: 'instant', at: r.now + hour }),
      },
    },
    'after at of OFFICE': { facts: () => ({}), plans: { OFFICE: 'python' } },
    after: {
      facts: (r) => ({ 'attempts >= 3': Number(r.participant.attempts) >= 3, outcome: r.participant.outcome ?? null }),
    },
  },
  sets: {
    'attempts = attempts + 1': {
      values: (r) => ({ attempts: Number(r.participant.attempts ?? 0) + 1 }),
      owners: { attempts: 'participant' },
      then: 'after',
    },
    'outcome = nonsense': {
      values: () => ({ outcome: 'nonsense' }),
      owners: { outcome: 'participant' },
      then: 'after',
    },
  },
  pythons: {
    SCORE: python(
      'def run(participant, communication, params, log):\n    log.info("hello " + params["who"])\n    return {"segment": "gold"}\n',
    ),
    RAISES: python('def run(participant, communication, params, log):\n    raise ValueError("Ada owes 12")\n'),
    WRITES_MORE: python('def run(participant, communication, params, log):\n    return {"paid": True}\n'),
    NONSENSE: python('def run(participant, communication, params, log):\n    return {"segment": "bronze"}\n'),
    READS: {
      ...python(
        [
          'def run(participant, communication, params, log):',
          "    log.info(f\"iban {participant.get('iban')}, email {'email' in participant}\")",
          '    known = communication["results"]',
          "    log.info(f\"{communication['name']} {communication['status']} {known['pay_by']!r} {known['outcome']}\")",
          '    return {}',
          '',
        ].join('\n'),
      ),
      reads: ['iban'],
    },
    'at of OFFICE': base('due_date - timedelta(days=1)'),
    'at of OFFICE (2)': base('None'),
    'at of OFFICE (3)': base('email'),
    'at of OFFICE (4)': base('42'),
  },
  cancels: { 'cancel communications': { then: 'after' } },
  communications: {
    REMINDER: mail('REMINDER'),
    OFFICE: mail('OFFICE', { window: office }),
    DATED: mail('DATED'),
    TEMPLATED: mail('TEMPLATED', { template: 'templates/hello' }),
  },
};

/** Before the plan of OFFICE. */
function base(expression: string): FlowData['pythons'][string] {
  return { base: expression, communication: 'OFFICE', timeoutMs: 5000, retries: 1, then: 'after at of OFFICE' };
}

function python(code: string): FlowData['pythons'][string] {
  return {
    code,
    params: () => ({ who: 'Ada' }),
    writes: { segment: 'profile' },
    reads: [],
    timeoutMs: 5000,
    retries: 1,
    then: 'after',
  };
}

export const who: Who = { campaign: 'payment_reminder', participant: 'ada' };

export function run(id = '1-x', extra: Partial<RunRef> = {}): RunRef {
  return { id: `remind:${id}`, flow: 'remind', hash: 'remind1', incarnation: 'first', event: id, ...extra };
}

/** Says where in a run a request stands; what is left out is the start of the first segment. */
export type Ask = Partial<Omit<StepInput, 'who'>>;

export interface Bench {
  readonly activities: KernelActivities;
  /** Asks for a step of the run, whose flow `remind` has this body as the segment asked for. */
  step(body: Segment, ask?: Ask): Promise<StepResult>;
  /** Asks for the Python step of the run. Default: it is all that its segment does. */
  python(name: string, ask?: Ask, body?: Segment): Promise<StepResult>;
  readonly data: CampaignData;
  readonly store: Store;
  /** What the channel was asked to send. */
  readonly asked: Outgoing[];
  /** How the channel answers. Default: hands off, then `sent`. */
  channel(send: (message: Outgoing, handOff: HandOff) => Promise<SendOutcome>): void;
  /** The machine's clock. */
  at(now: number): void;
  close(): Promise<void>;
}

/** `start()` opens a campaign with one person in the test's own store; it is closed after the test. */
export function useBench(): { start(options?: Parameters<typeof bench>[1]): Promise<Bench> } {
  const database = useStore();
  const open: Bench[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((made) => made.close()));
  });
  return {
    async start(options) {
      const made = await bench(await database.store(), options);
      open.push(made);
      return made;
    },
  };
}

export async function bench(
  store: Store,
  options: {
    readonly fields?: Fields;
    readonly deps?: Partial<ActivityDeps>;
    readonly triggers?: Record<string, TriggerData[]>;
    readonly campaign?: Partial<CampaignData>;
    /** Flows with the expressions of `remind`. Default: `remind` alone, as `step` says. */
    readonly programs?: Programs;
    /** The campaign is not started. */
    readonly stopped?: true;
  } = {},
): Promise<Bench> {
  const segments: Record<string, Segment> = {};
  const body = { hash: expressions.hash, again: 'restart', segments: segments as { start: Segment } } as const;
  const programs = Object.entries(options.programs ?? { remind: [body] });
  const data = campaign({
    versions: programs.flatMap(([name, versions]) =>
      versions.map((program) => ({ ...expressions, name, hash: program.hash, program })),
    ),
    ...(options.triggers ? { triggers: options.triggers } : {}),
    ...options.campaign,
  });
  if (!options.stopped) await setCampaignState(store.db, data.name, 'active');
  await store.db.transaction().execute((tx) =>
    applyChange(
      tx,
      {
        campaign: data,
        externalId: 'ada',
        fields: { ...complete, email: 'ada@example.com', ...options.fields },
        cause: { kind: 'import' },
        at: monday,
      },
      () => data,
    ),
  );
  const asked: Outgoing[] = [];
  let clock = monday;
  let answer = async (_message: Outgoing, handOff: HandOff): Promise<SendOutcome> =>
    (await handOff()) ? { kind: 'sent', providerId: 'p1' } : { kind: 'withdrawn' };
  const adapter: ChannelAdapter = {
    kind: 'email',
    send: (message, handOff) => {
      asked.push(message);
      return answer(message, handOff);
    },
    check: async () => ({ ok: true }),
    close: async () => {},
  };
  const pool = pythonPool();
  const activities = createActivities({
    store,
    campaigns: (name) => (name === data.name ? data : undefined),
    channels: (name) => (name === 'billing' ? adapter : undefined),
    python: pool,
    files: { template: async () => null, script: (_campaign, path) => path },
    log: () => {},
    attempt: () => ({ heartbeat: () => {} }),
    realNow: () => clock,
    answerGraceMs: 0,
    pythonRetryMs: 1,
    ...options.deps,
  });
  const inputOf = (ask: Ask): StepInput => ({
    who,
    run: run(),
    step: 1,
    segment: 'start',
    given: [],
    planned: 0,
    taken: 0,
    ...ask,
  });
  return {
    activities,
    step(segment, ask = {}) {
      const input = inputOf(ask);
      segments[input.segment] = segment;
      return activities.step(input);
    },
    python(name, ask = {}, body = async (flow) => (await flow.python(name), flow.stop())) {
      const input = inputOf(ask);
      segments[input.segment] = body;
      return activities.python({ ...input, name });
    },
    data,
    store,
    asked,
    channel: (send) => {
      answer = send;
    },
    at: (now) => {
      clock = now;
    },
    close: () => pool.close(),
  };
}

/** What segments are made of in tests. */
export const facts = async (flow: Flow): Promise<Next> => (await flow.facts('start'), flow.stop());
export const set = async (flow: Flow): Promise<Next> => (await flow.set('attempts = attempts + 1'), flow.stop());
export const cancel = async (flow: Flow): Promise<Next> => (await flow.cancel('cancel communications'), flow.stop());

/** Does the same, then waits for long. */
export function parked(body: Segment): Segment {
  return async (flow) => {
    await body(flow);
    return flow.waitUntil(monday + 1000 * hour, { label: '1000 hours', then: 'later', line: 'flows.flow:9' });
  };
}

/** Plans the communications, then stops. */
export function planning(...names: readonly string[]): Segment {
  return async (flow) => {
    await flow.facts('start');
    for (const name of names) flow.plan(name);
    return flow.stop();
  };
}

/** Plans the communications, then waits for one of them. */
export function waitingFor(name: string, ...names: readonly string[]): Segment {
  return async (flow) => {
    await flow.facts('start');
    for (const planned of names) flow.plan(planned);
    return flow.waitForCommunication(name, { then: 'after', line: 'flows.flow:9' });
  };
}

export type Went = Extract<StepResult, { kind: 'went' }>;

export function went(result: StepResult): Went {
  if (result.kind !== 'went') throw new Error(`The step of this test goes; it was ${JSON.stringify(result)}.`);
  return result;
}

/** What the segment was told last. */
export function told(result: StepResult): Answer {
  return went(result).walked.at(-1)!.answers.at(-1)!;
}

/** How far it came. */
export function reached(result: StepResult): string {
  return went(result).walked.at(-1)!.reached;
}

export const events = (store: Store) =>
  store.db
    .selectFrom('event')
    .select(['number', 'type', 'touched', 'starts', 'communication', 'state'])
    .orderBy('number')
    .execute();

export const remind: FlowData = {
  ...expressions,
  program: { hash: expressions.hash, again: 'restart', segments: { start: facts } },
};
