/** A random campaign and what answers its activities. */
import type { EventMessage, KernelActivities, PlanFact } from '../../../runtime/activities/port.ts';
import type { Flow, Next, Program, Programs } from '../../../runtime/workflow/abi.ts';
import { day, hour, opening, type Parts, plan, stepsOf, type Told } from '../harness.ts';

/** A whole number below n; 0 is the most usual. */
export type Choose = (n: number) => number;

const names = ['MAIL', 'CALL'] as const;
const flows = ['a', 'b', 'c'] as const;
const segmentNames = ['start', 'second', 'third'] as const;

type Statement =
  | { readonly do: 'facts' | 'set' | 'cancel' | 'python' }
  | { readonly do: 'plan'; readonly name: string }
  | { readonly do: 'if'; readonly then: readonly Statement[] };
type End = 'stop' | 'to' | 'time' | 'communication' | 'condition';

export function randomPrograms(choose: Choose): Programs {
  return Object.fromEntries(flows.map((flow) => [flow, [randomProgram(choose)]]));
}

function randomProgram(choose: Choose): Program {
  const again = (['restart', 'parallel', 'ignore'] as const)[choose(3)]!;
  const length = [3, 2, 3, 1][choose(4)]!;
  const segments = segmentNames.slice(0, length).map((name, index) => {
    const statements = Array.from({ length: 1 + choose(5) }, () => randomStatement(choose, 2));
    const last = index === length - 1;
    const end: End = last
      ? (['stop', 'to'] as const)[choose(2)]!
      : (['time', 'communication', 'condition'] as const)[choose(3)]!;
    return [name, segment(statements, end, segmentNames[index + 1], choose(3), names[choose(2)]!)] as const;
  });
  return { hash: 'aaaa0001', again, segments: Object.fromEntries(segments) as Program['segments'] };
}

function randomStatement(choose: Choose, depth: number): Statement {
  switch (choose(depth > 0 ? 7 : 6)) {
    case 0:
    case 1:
      return { do: 'plan', name: names[choose(2)]! };
    case 2:
      return { do: 'facts' };
    case 3:
      return { do: 'set' };
    case 4:
      return { do: 'python' };
    case 5:
      return { do: 'cancel' };
    default:
      return { do: 'if', then: [randomStatement(choose, depth - 1)] };
  }
}

function segment(statements: readonly Statement[], end: End, then: string | undefined, bound: number, name: string) {
  return async (flow: Flow): Promise<Next> => {
    let is = await flow.facts('start');
    const run = async (list: readonly Statement[]): Promise<void> => {
      for (const statement of list) {
        switch (statement.do) {
          case 'facts':
            is = await flow.facts('more');
            break;
          case 'set':
            is = await flow.set('paid = true');
            break;
          case 'cancel':
            is = await flow.cancel('cancel communications');
            break;
          case 'python':
            is = await flow.python('SCORE');
            break;
          case 'plan':
            flow.plan(statement.name);
            break;
          case 'if':
            if (is.flag) await run(statement.then);
            break;
          default:
            statement satisfies never;
        }
      }
    };
    await run(statements);
    const where = { then: then ?? 'start', line: 'f.flow:3', ...(bound === 0 ? {} : { upTo: is.soon ?? null }) };
    const more = bound === 2 && then !== undefined ? { else: then } : {};
    switch (end) {
      case 'stop':
        return flow.stop();
      case 'to':
        return flow.to('c');
      case 'time':
        return flow.waitUntil(is.soon, {
          ...where,
          label: 'soon',
          ...(bound === 1 ? { follows: { stretch: 'start', key: 'soon' } } : {}),
        });
      case 'communication':
        return flow.waitForCommunication(name, { ...where, ...more });
      case 'condition':
        return flow.waitFor('paid', { ...where, ...more, stretch: 'paid?', watches: ['paid', name] });
      default:
        return end satisfies never;
    }
  };
}

export interface World {
  readonly activities: KernelActivities;
  /** The next event that a relay delivers; null: no more come. */
  next(): EventMessage | null;
}

/** What happens in the store and what becomes of messages. `now`: the data side's clock. */
export function randomWorld(programs: Programs, choose: Choose, now: () => number): World {
  const open = new Map<string, string>();
  const stored: EventMessage[] = [];
  const delivered: EventMessage[] = [];
  let paid = false;
  let stopped = false;
  let exited = false;
  let number = 0;

  const instants = [hour, 10_000, day, 2 * hour, 60_000, 0, -1000];
  const soon = () => (choose(12) === 11 ? null : now() + instants[choose(7)]!);
  function planned(): PlanFact {
    const fact = plan(opening(now() + instants[choose(7)]!, { closes: now() + [day, hour, 20_000][choose(3)]! }));
    if (choose(8) !== 7) return fact;
    return { base: null, planning: now(), kind: 'email', final: { status: 'Failed', reason: 'no_date' } };
  }
  const told = (): Told => ({
    facts: { flag: choose(2) === 0, paid, soon: soon() },
    plans: { MAIL: planned(), CALL: planned() },
  });
  const stands = (): Told | null => (exited && choose(3) > 0 ? { facts: {}, stands: 'exited' } : null);
  function endAll() {
    const ended = [...open.keys()].map((id) => ({ id, status: 'Canceled' as const, reason: 'canceled' as const }));
    open.clear();
    return ended;
  }
  const parts: Parts = {
    facts: async ({ first }) => stands() ?? (first && stopped ? { facts: {}, stands: 'held' } : told()),
    async set() {
      paid = choose(2) === 0;
      return stands() ?? { ...told(), touched: choose(2) === 0 ? ['paid'] : ['profile.timezone'] };
    },
    cancel: async () => stands() ?? { ...told(), ended: endAll() },
    python: async () => stands() ?? (choose(5) === 4 ? { facts: {}, failure: 'SCORE failed' } : told()),
    commit: async () => ({}),
    end: async () => null,
    leave: async () => null,
    replan: async ({ ids }) => Object.fromEntries(ids.map((id) => [id, planned()])),
    async close({ because }) {
      if (because === 'silence' && choose(3) === 2) return { kind: 'open', silenceAt: now() + hour };
      if (because === 'closes' && choose(5) === 4) return { kind: 'planned', opening: opening(now() + hour) };
      return { kind: 'ended', status: 'Canceled', reason: 'closed' };
    },
    async send() {
      switch (choose(5)) {
        case 4:
          return { kind: 'held', cause: 'channel' };
        case 3:
          return { kind: 'held', cause: 'window', next: opening(now() + hour) };
        case 2:
          return { kind: 'ended', status: 'Failed', reason: 'refused' };
        default:
          return { kind: 'started', silenceAt: now() + [day, 10_000][choose(2)]! };
      }
    },
  };

  function store(given: Partial<EventMessage>): void {
    number += 1;
    stored.push({ number, id: `e${number}`, type: 'participantUpdated', starts: [], at: now(), ...given });
  }

  function happen(): void {
    const starts = [...flows].filter(() => choose(3) === 0).map((flow) => ({ flow, hash: 'aaaa0001' }));
    const [id, name] = [...open][choose(open.size || 1)] ?? [];
    // A person comes first.
    switch (number === 0 ? 0 : choose(12)) {
      case 0:
      case 1:
        store({ type: 'participantCreated', starts: starts.length > 0 ? starts : [{ flow: 'a', hash: 'aaaa0001' }] });
        return;
      case 2:
        paid = !paid;
        store({ touched: ['paid'], starts });
        return;
      case 3:
        store({ touched: ['profile.timezone'] });
        return;
      case 4:
        store({});
        return;
      case 5:
        if (id !== undefined) open.delete(id);
        store({
          type: 'communicationEnded',
          ...(id === undefined ? {} : { communication: { id, name: name!, status: 'Completed', reason: 'answered' } }),
          starts,
        });
        return;
      case 6:
        store({
          type: 'communicationUpdated',
          ...(id === undefined ? {} : { communication: { id, name: name!, status: 'Replied' } }),
        });
        return;
      case 7:
        stopped = !stopped;
        stored.push({ number: 0, id: `r${number}`, type: 'resume', starts: [], at: now(), upTo: number });
        return;
      case 8:
      case 9:
      case 10:
        store({ type: 'communicationUpdated' });
        return;
      default:
        exited = true;
        open.clear();
        store({ exits: true });
    }
  }

  /** Events of the store that come first, as the data side finds them. */
  function earlier(taken: number, before: number) {
    const events = stored.filter((event) => event.number > taken && event.at < before);
    return events.length > 0 && choose(4) < 3 ? ({ kind: 'earlier', events } as const) : null;
  }

  const asked = stepsOf(programs, parts, open, now);
  return {
    activities: {
      ...asked,
      step: async (input) => (input.due === undefined ? null : earlier(input.taken, input.due)) ?? asked.step(input),
      close: async (input) => earlier(input.taken, input.due) ?? asked.close(input),
      send: async (input) => earlier(input.taken, Number.MAX_SAFE_INTEGER) ?? asked.send(input),
    },
    next() {
      while (number < 20 && (stored.length === 0 || choose(3) === 2)) happen();
      if (delivered.length > 0 && choose(9) === 8) return delivered[choose(delivered.length)]!;
      const [event] = stored.splice(choose(6) === 5 ? 1 : 0, 1);
      const next = event ?? stored.shift() ?? null;
      if (next && next.number > 0) delivered.push(next);
      return next;
    },
  };
}
