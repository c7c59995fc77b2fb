import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CampaignData, TriggerData } from '../../runtime/data/types.ts';
import { type Status, statuses } from '../../runtime/model/statuses.ts';
import type { FieldDefinition, FieldType, Value } from '../../runtime/model/values.ts';
import { changeRecords } from '../../runtime/rules/change.ts';
import { createReader, type ReadCommunication, schedulingZone } from '../../runtime/rules/reader.ts';
import { chainAfter, needsSignal, stormLength } from '../../runtime/rules/signal.ts';
import { movesForward } from '../../runtime/rules/status.ts';
import { startedFlows, type TriggerEvent } from '../../runtime/rules/triggers.ts';
import { trials } from '../effort.ts';

function field(name: string, kind: FieldType['kind'], extra: Partial<FieldDefinition> = {}): FieldDefinition {
  const type = { kind } as FieldType;
  return { name, type, required: false, private: false, imported: true, default: null, ...extra };
}

const data = {
  participant: [
    field('due_date', 'date', { required: true }),
    field('amount', 'numeric'),
    field('paid', 'boolean', { default: false }),
    field('segment', 'string'),
  ],
  profile: [field('segment', 'string'), field('opted_out', 'boolean', { default: false })],
};

describe('which flows an event starts', () => {
  const flowsOf = (triggers: Record<string, readonly TriggerData[]>): CampaignData['flows'] =>
    Object.fromEntries(Object.entries(triggers).map(([name, list]) => [name, { hash: name, triggers: list }]));
  const started = (triggers: Record<string, readonly TriggerData[]>, event: Partial<TriggerEvent>) =>
    startedFlows(
      { ...data, flows: flowsOf(triggers) },
      {
        type: 'participantUpdated',
        touched: [],
        communication: null,
        cause: { kind: 'import' },
        starts: [],
        ...event,
      },
    );
  const communication = (name: string, status: Status) => ({ name, status });
  const every: Record<string, readonly TriggerData[]> = {
    another: [{ on: 'another flow' }],
    created: [{ on: 'participant created' }],
    ended: [{ on: 'communication ended', names: [] }],
    session: [{ on: 'incoming session', channels: [] }],
    updated: [{ on: 'participant updated', fields: [] }],
    watched: [{ on: 'communication updated', names: [] }],
  };

  test('each kind of event starts the flows that wait for it, by name', () => {
    const about = { communication: communication('CALL', 'Completed') };
    expect(started(every, { type: 'participantCreated' })).toEqual(['created']);
    expect(started(every, { type: 'participantUpdated', touched: ['paid'] })).toEqual(['updated']);
    expect(started(every, { type: 'communicationUpdated', ...about })).toEqual(['watched']);
    expect(started(every, { type: 'communicationEnded', ...about })).toEqual(['ended', 'watched']);
    expect(started(every, { type: 'incomingSession' })).toEqual(['session']);
    expect(started({ b: [{ on: 'participant created' }], a: every.created! }, { type: 'participantCreated' })).toEqual([
      'a',
      'b',
    ]);
  });

  test('a hand-over starts the flow it names, if this version has it', () => {
    expect(started(every, { type: 'handedOver', starts: ['another'] })).toEqual(['another']);
    expect(started(every, { type: 'handedOver', starts: ['deleted', 'constructor'] })).toEqual([]);
  });

  test.each([
    ['due_date', ['due_date'], true],
    ['due_date', ['amount', 'due_date'], true],
    ['due_date', ['amount'], false],
    ['participant.due_date', ['due_date'], true],
    ['opted_out', ['profile.opted_out'], true],
    ['segment', ['segment'], true],
    ['segment', ['profile.segment'], false],
    ['profile.segment', ['profile.segment'], true],
    ['timezone', ['profile.timezone'], true],
  ])('a flow that watches %s, and a change of %j', (watched, touched, starts) => {
    const triggers = { flow: [{ on: 'participant updated', fields: ['paid', watched] }] } as const;
    expect(started(triggers, { touched })).toEqual(starts ? ['flow'] : []);
  });

  test('filters on communications name the NAME, and the status if they say `becomes`', () => {
    const triggers = {
      of_call: [{ on: 'communication ended', names: ['MAIL', 'CALL'] }],
      replied: [{ on: 'communication updated', names: [{ name: 'CALL', becomes: 'Replied' }, { name: 'CHAT' }] }],
    } as const;
    const of = (name: string, status: Status) =>
      started(triggers, {
        type: statuses[status].final ? 'communicationEnded' : 'communicationUpdated',
        communication: communication(name, status),
      });
    expect(of('CALL', 'Completed')).toEqual(['of_call']);
    expect(of('CALL', 'Replied')).toEqual(['replied']);
    expect(of('CALL', 'Read')).toEqual([]);
    expect(of('CHAT', 'Read')).toEqual(['replied']);
    expect(of('CHAT', 'Failed')).toEqual(['replied']);
    expect(of('OTHER', 'Completed')).toEqual([]);
  });

  test.each(['set', 'python', 'cancel'])('what a run causes by %s starts no run of its own flow', (kind) => {
    const triggers = { a: every.updated!, b: every.updated! };
    expect(started(triggers, { touched: ['paid'], cause: { kind, flow: 'a' } })).toEqual(['b']);
  });

  test('a flow of that name in another campaign is another flow', () => {
    const cause = { kind: 'set', flow: 'a', campaign: 'other' };
    expect(started({ a: every.updated! }, { touched: ['profile.segment'], cause })).toEqual(['a']);
  });

  test('a communication that a flow planned may start it again when it ends', () => {
    const event = { type: 'communicationEnded', communication: communication('CALL', 'Failed') } as const;
    expect(started({ a: every.ended! }, { ...event, cause: { kind: 'plan', flow: 'a' } })).toEqual(['a']);
  });

  test('ends that an exit causes start nothing', () => {
    const event = { type: 'communicationEnded', communication: communication('CALL', 'Canceled') } as const;
    expect(started(every, { ...event, cause: { kind: 'exit' } })).toEqual([]);
  });
});

describe('whether the workflow must get an event', () => {
  const event = {
    type: 'participantUpdated',
    starts: [],
    exits: false,
    cause: { kind: 'import' },
    open: false,
  } as const;

  test('one that starts a flow or meets something open, no other', () => {
    expect(needsSignal(event)).toBe(false);
    expect(needsSignal({ ...event, exits: true })).toBe(false);
    expect(needsSignal({ ...event, starts: ['remind'] })).toBe(true);
    expect(needsSignal({ ...event, open: true })).toBe(true);
    expect(needsSignal({ ...event, type: 'communicationEnded' })).toBe(true);
  });

  test.each(['set', 'python', 'to', 'cancel', 'exit', 'plan', 'send', 'time'])(
    'what the workflow itself did by %s it knows, unless it starts a flow or is an exit',
    (kind) => {
      const own = { ...event, cause: { kind }, open: true };
      expect(needsSignal(own)).toBe(false);
      expect(needsSignal({ ...own, type: 'communicationEnded' })).toBe(false);
      expect(needsSignal({ ...own, exits: true })).toBe(true);
      expect(needsSignal({ ...own, exits: true, open: false })).toBe(false);
      expect(needsSignal({ ...own, starts: ['remind'] })).toBe(true);
    },
  );

  test('what the person’s workflow in another campaign did it does not know', () => {
    const cause = { kind: 'set', flow: 'remind', campaign: 'other' };
    expect(needsSignal({ ...event, cause, open: true })).toBe(true);
    expect(needsSignal({ ...event, cause })).toBe(false);
  });

  test('a chain grows while no time passes, and begins anew after a minute', () => {
    expect(chainAfter(undefined, 0)).toBe(0);
    expect(chainAfter({ chain: 3, at: 1000, age: 0 }, 1000)).toBe(4);
    expect(chainAfter({ chain: 3, at: 1000, age: 60_000 }, 60_999)).toBe(4);
    expect(chainAfter({ chain: 3, at: 1000, age: 60_000 }, 61_000)).toBe(0);
    // By a test clock that runs fast.
    expect(chainAfter({ chain: 3, at: 1000, age: 999 }, 61_000)).toBe(4);
    expect(stormLength).toBe(50);
  });
});

describe('statuses', () => {
  const all = Object.keys(statuses) as Status[];
  const order: readonly Status[] = ['Planned', 'Started', 'Delivered', 'Read', 'Replied'];

  test('only move forward, and a final one stays', () => {
    for (const from of all)
      for (const to of all) {
        const later = order.includes(from) && (!order.includes(to) || order.indexOf(to) > order.indexOf(from));
        expect(movesForward(from, to), `${from} to ${to}`).toBe(later);
      }
  });
});

describe('a change of a record', () => {
  const old = { participant: { due_date: '2026-03-10', amount: '12.50', paid: false }, profile: { opted_out: false } };
  const complete = { due_date: '2026-03-10' };

  test('a new record gets its defaults, and what is given goes to its owner', () => {
    expect(
      changeRecords(data, { participant: null, profile: null }, { ...complete, segment: 'a', 'profile.segment': 'b' }),
    ).toMatchObject({
      kind: 'changed',
      records: {
        participant: { due_date: '2026-03-10', paid: false, segment: 'a' },
        profile: { segment: 'b', opted_out: false },
      },
    });
    expect(changeRecords(data, { participant: null, profile: null }, { ...complete, paid: true })).toMatchObject({
      records: { participant: { paid: true } },
    });
  });

  test('a profile that other campaigns know keeps its values and gets no defaults again', () => {
    const profile = { segment: 'gold', name: 'Ada' };
    expect(changeRecords(data, { participant: null, profile }, complete)).toMatchObject({ records: { profile } });
  });

  test('what is given and differs is touched, the rest stays', () => {
    expect(changeRecords(data, old, { amount: '12.5', paid: true, timezone: 'Asia/Tokyo' })).toEqual({
      kind: 'changed',
      records: {
        participant: { ...old.participant, paid: true },
        profile: { opted_out: false, timezone: 'Asia/Tokyo' },
      },
      touched: ['paid', 'profile.timezone'],
    });
  });

  test('`null` clears, except what is required', () => {
    expect(changeRecords(data, old, { amount: null })).toEqual({
      kind: 'changed',
      records: { ...old, participant: { due_date: '2026-03-10', paid: false } },
      touched: ['amount'],
    });
    const refused = { kind: 'refused', problems: [{ field: 'due_date', value: '', reason: 'it is required' }] };
    expect(changeRecords(data, old, { due_date: null })).toEqual(refused);
    expect(changeRecords(data, { participant: null, profile: null }, {})).toEqual(refused);
  });

  test('a required field that came later does not lock older records', () => {
    const without = { ...old, participant: { amount: '1' } };
    expect(changeRecords(data, without, { amount: '2' })).toMatchObject({ kind: 'changed', touched: ['amount'] });
  });

  test('a field that does not exist is refused with its value', () => {
    for (const name of ['colour', 'constructor', '__proto__', 'external_id'])
      expect(changeRecords(data, old, JSON.parse(`{ "${name}": 7 }`)), name).toEqual({
        kind: 'refused',
        problems: [{ field: name, value: '7', reason: 'unknown field' }],
      });
  });

  test('applied twice it changes nothing the second time', () => {
    const values = fc.record(
      {
        due_date: fc.constantFrom('2026-03-10', '2026-04-01'),
        amount: fc.constantFrom<Value>('1', '1.0', '2', null),
        paid: fc.constantFrom<Value>(true, false, null),
        'profile.segment': fc.constantFrom<Value>('gold', null),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (fields) => {
        const first = changeRecords(data, old, fields);
        if (first.kind !== 'changed') throw new Error('refused');
        expect(changeRecords(data, first.records, fields)).toEqual({ ...first, touched: [] });
      }),
      trials(100),
    );
  });
});

describe('every word is a name', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'in_', 'default'];
  const awkward = {
    participant: names.map((name) => field(name, 'string')),
    profile: names.map((name) => field(name, 'string')),
  };
  const read = (participant: Record<string, Value>, profile: Record<string, Value>) =>
    createReader({
      now: 0,
      externalId: '42',
      participant,
      profile,
      timezone: 'UTC',
      communications: [communication('A', { results: participant, ended: 1 })],
      own: null,
    });

  test.each(names)('a field called %s is missing until it is written', (name) => {
    const created = changeRecords(awkward, { participant: null, profile: null }, {});
    if (created.kind !== 'changed') throw new Error('refused');
    expect(created.touched).toEqual([]);
    const empty = read({ ...created.records.participant }, { ...created.records.profile });
    expect(empty.participant[name]).toBeUndefined();
    expect(empty.profile[name]).toBeUndefined();
    expect(empty.result(name)).toBeNull();

    const written = changeRecords(awkward, created.records, { [`participant.${name}`]: 'x', [`profile.${name}`]: 'y' });
    if (written.kind !== 'changed') throw new Error('refused');
    // As the store keeps it.
    const { participant, profile } = JSON.parse(JSON.stringify(written.records));
    const full = read(participant, profile);
    expect([full.participant[name], full.profile[name], full.result(name)]).toEqual(['x', 'y', 'x']);
  });
});

function communication(name: string, extra: Partial<ReadCommunication> = {}): ReadCommunication {
  return {
    id: name,
    name,
    status: 'Completed',
    reason: 'answered',
    channel: 'office_line',
    results: {},
    ended: null,
    ...extra,
  };
}

describe('what expressions read', () => {
  const input = {
    now: 7,
    externalId: '42',
    participant: { paid: true },
    profile: { segment: 'gold', timezone: 'Asia/Tokyo' },
    timezone: 'Europe/Berlin',
    own: null,
  };
  const read = (communications: readonly ReadCommunication[], own: string | null = null) =>
    createReader({ ...input, communications, own });

  test('the record, the match key, and the person’s own timezone before the campaign’s', () => {
    const r = read([]);
    expect(r).toMatchObject({
      now: 7,
      zone: 'Asia/Tokyo',
      participant: { paid: true },
      profile: { segment: 'gold', external_id: '42' },
      communication: null,
    });
    expect(schedulingZone({}, 'UTC')).toBe('UTC');
    expect(schedulingZone({ timezone: 'Nowhere/City' }, 'UTC')).toBe('UTC');
  });

  test('`result` is that of the run’s own communication, else of the one that ended last', () => {
    const first = communication('A', { results: { outcome: 'first' }, ended: 5 });
    const last = communication('B', { results: { outcome: 'last' }, ended: 9 });
    const middle = communication('C', { results: { outcome: 'middle' }, ended: 7 });
    const running = communication('D', { results: { outcome: 'running' }, status: 'Started', ended: null });
    expect(read([first, last, middle, running]).result('outcome')).toBe('last');
    expect(read([first, last, middle, running], 'D').result('outcome')).toBe('running');
    expect(read([first, last], 'gone').result('outcome')).toBe('last');
    expect(read([first, last]).result('pay_by')).toBeNull();
    expect(read([running]).result('outcome')).toBeNull();
    expect(read([first, { ...last, ended: 5 }]).result('outcome')).toBe('last');
  });

  test('NAME is the most recently planned communication of that name', () => {
    const older = communication('CALL', { id: '1', status: 'Failed', reason: 'network', results: { outcome: 'old' } });
    const newer = communication('CALL', { id: '2', status: 'Started', reason: null, results: { outcome: 'new' } });
    const r = read([older, newer, communication('MAIL')], '1');
    expect(r.named('CALL')).toMatchObject({ name: 'CALL', status: 'Started', reason: null, channel: 'office_line' });
    expect(r.named('CALL').result('outcome')).toBe('new');
    expect(r.communication).toMatchObject({ name: 'CALL', status: 'Failed', reason: 'network' });
    expect(r.communication?.result('outcome')).toBe('old');
    expect(r.named('NEVER')).toMatchObject({ name: null, status: null, reason: null, channel: null });
    expect(r.named('NEVER').result('outcome')).toBeNull();
  });
});
