import { describe, expect, it } from 'vitest';
import { judge } from './checks.ts';
import type { CommunicationEvidence, Evidence, RunEvidence, Said } from './evidence.ts';
import type { Life } from './people.ts';

const hour = 3_600_000;
/** A Monday, ten o'clock in Berlin. */
const joined = Date.parse('2026-03-30T08:00:00Z');

/** Somebody who was reminded after a day, paid an hour before the bound and was thanked. */
function payer(): Evidence {
  const life: Life = {
    campaign: 'dunning',
    person: 'p1',
    zone: 'Europe/Berlin',
    joins: 1,
    fields: { remind: '2026-03-31T10:00:00', due: '2026-04-01T10:00:00' },
    changes: [],
    reply: null,
    sleeps: false,
  };
  const messages = [sent('NOTICE_A', 0), sent('REMINDER', 24), sent('THANKS', 47)];
  return {
    life,
    said: [said('joined', 0, {}), said('changed', 47, { paid: true })],
    fields: { paid: true, stage: 'thanked' },
    exited: false,
    runs: [ended('collect', 0)],
    communications: messages,
    messages: new Map(messages.map(({ name }) => [name, 1])),
  };
}

function said(kind: Said['kind'], hours: number, fields: Said['fields']): Said {
  const began = joined + hours * hour;
  return { kind, fields, began, ended: began + 60_000, settled: { collect: 1 } };
}

function ended(flow: string, hours: number): RunEvidence {
  const started = joined + hours * hour;
  return { flow, state: 'ended', endedAs: 'stopped', failure: null, started, waitsFor: null, until: null };
}

function sent(name: string, hours: number): CommunicationEvidence {
  const at = joined + hours * hour + 120_000;
  const times = { opens: at - 60_000, until: at + hour, started: at, ended: at + 12 * hour, handedOff: at };
  return {
    id: name,
    name,
    status: 'NoResponse',
    reason: 'silence',
    zone: 'Europe/Berlin',
    results: {},
    outbox: 'SENT',
    ...times,
  };
}

function rules(evidence: Evidence): string[] {
  return [...new Set(judge([evidence]).map(({ rule, text }) => `${rule}: ${text}`))];
}

function without(evidence: Evidence, name: string): Evidence {
  const messages = new Map([...evidence.messages].filter(([other]) => other !== name));
  return { ...evidence, messages, communications: evidence.communications.filter((one) => one.name !== name) };
}

describe('the oracle', () => {
  it('finds nothing wrong with a life that went as its campaign says', () => {
    expect(rules(payer())).toEqual([]);
  });

  it('finds a message that was lost, in the store or on its way', () => {
    expect(rules(without(payer(), 'THANKS')).join()).toMatch(/^lost: THANKS was never sent/);
    const { messages, ...rest } = payer();
    const fewer = new Map([...messages].filter(([name]) => name !== 'NOTICE_A'));
    expect(rules({ ...rest, messages: fewer })).toEqual(['lost: NOTICE_A: the store says 1 sent, the peer took 0']);
  });

  it('finds a message that came twice', () => {
    const one = payer();
    expect(rules({ ...one, messages: new Map([...one.messages, ['THANKS', 2]]) }).join()).toMatch(/^doubled: THANKS/);
    const again = { ...one, communications: [...one.communications, sent('THANKS', 48)] };
    expect(rules(again).join()).toMatch(/doubled: THANKS was sent 2 times/);
  });

  it('finds a reminder that left after the payment was stored, and takes one that left while it was being stored', () => {
    const paid = (hours: number): Evidence => ({
      ...payer(),
      said: [said('joined', 0, {}), said('changed', hours, { paid: true })],
    });
    expect(rules(paid(23)).join()).toMatch(/^too late: REMINDER left/);
    expect(rules(paid(24 + 1.5 / 60))).toEqual([]);
  });

  it('finds the wrong branch of a bound, by the order of the store alone', () => {
    const late: Evidence = { ...payer(), said: [said('joined', 0, {}), said('changed', 49, { paid: true })] };
    expect(rules(late).join()).toMatch(/^wrong branch: due .* thanked instead of late/);
    const unseen: Evidence = { ...late, said: late.said.map((one) => ({ ...one, settled: {} })) };
    expect(rules(unseen)).toEqual([]);
  });

  it('finds what stands still, failed, or left outside its window or by an old timezone', () => {
    const one = payer();
    const parked: Evidence = { ...one, runs: one.runs.map((run) => ({ ...run, state: 'parked' })) };
    expect(rules(parked).join()).toMatch(/stands still: a run of collect is parked/);
    const failed: Evidence = { ...one, runs: one.runs.map((run) => ({ ...run, failure: 'It broke.' })) };
    expect(rules(failed).join()).toMatch(/failed: a run of collect failed: It broke\./);
    const early = one.communications.map((c) => ({ ...c, opens: c.handedOff! + 1 }));
    expect(rules({ ...one, communications: early }).join()).toMatch(/outside its window: NOTICE_A left/);
    const elsewhere = one.communications.map((c) => ({ ...c, zone: 'Asia/Tokyo' }));
    expect(rules({ ...one, communications: elsewhere }).join()).toMatch(/wrong zone: NOTICE_A left/);
  });
});
