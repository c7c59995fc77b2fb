import { describe, expect, it } from 'vitest';
import { type Execution, findingOf, hasTakenAll, needsHistoryEnd, type Situation } from '../../runtime/rules/stuck.ts';

const times = { graceMs: 60_000, idleMs: 80_000, lateMs: 600_000 };

const healthy: Situation = {
  participantId: 1,
  campaign: 'tour',
  externalId: 'ada',
  key: 'ada',
  active: true,
  relayed: 3,
  runs: [{ id: 'greet:1', incarnation: 'first', state: 'parked', overdueMs: -5_000 }],
  communications: [{ id: 'HELLO', status: 'Planned', incarnation: 'first', overdueMs: null }],
  untaken: [],
};
const running: Execution = { kind: 'running', incarnation: 'first', task: null, activities: [], end: null };
const overdue = (overdueMs: number): Situation => ({ ...healthy, runs: [{ ...healthy.runs[0]!, overdueMs }] });
const find = (situation: Partial<Situation>, execution: Execution) =>
  findingOf({ ...healthy, ...situation }, execution, times);

describe('nothing stands still', () => {
  it('while nothing is overdue and the workflow is the one that began the rows', () => {
    expect(find({}, running)).toBe(null);
  });

  it('while an attempt or two of a task failed: a worker may have ended', () => {
    expect(find({}, { ...running, task: { attempts: 2, failure: 'lost' } })).toBe(null);
  });

  it('while a script or a send is at work, however long', () => {
    const activities = [{ type: 'python', attempts: 1, failure: null }];
    expect(find(overdue(3_000_000), { ...running, activities })).toBe(null);
  });

  it('in a stopped campaign: what is due is held', () => {
    expect(find({ ...overdue(700_000), active: false }, running)).toBe(null);
  });

  it('once a closed workflow has left no rows', () => {
    expect(find({ runs: [], communications: [] }, { kind: 'closed', as: 'COMPLETED' })).toBe(null);
  });
});

describe('a participant stands still', () => {
  it('whose rows have no workflow', () => {
    for (const execution of [
      { kind: 'none' },
      { kind: 'closed', as: 'TERMINATED' },
      { kind: 'closed', as: 'COMPLETED' },
    ])
      expect(find({}, execution as Execution)).toMatchObject({
        kind: 'no workflow',
        runs: ['greet:1'],
        communications: ['HELLO'],
      });
  });

  it('whose rows were begun by another workflow', () => {
    expect(find({}, { ...running, incarnation: 'second' })).toMatchObject({
      kind: 'another workflow',
      runs: ['greet:1'],
      communications: ['HELLO'],
    });
  });

  it('whose workflow ended before it took its events, unless it ended by itself', () => {
    const rows = { runs: [], communications: [], untaken: [2, 3] };
    expect(find(rows, { kind: 'closed', as: 'TERMINATED' })).toMatchObject({ kind: 'lost events', events: [2, 3] });
    expect(find(rows, { kind: 'none' })).toMatchObject({ kind: 'lost events' });
    expect(find(rows, { kind: 'closed', as: 'COMPLETED' })).toBe(null);
  });

  it.each([
    [
      'This worker does not hold greet@925a6c25. Start a worker whose build holds it.',
      'missing version',
      'greet@925a6c25',
    ],
    [
      "Failed to initialize workflow of type 'tour': no such function is exported by the workflow bundle",
      'missing version',
      "'tour'",
    ],
    ['x is not a function', 'fails', 'x is not a function'],
    [null, 'fails', null],
  ])('whose task fails: %s', (failure, kind, said) => {
    expect(find({}, { ...running, task: { attempts: 7, failure } })).toMatchObject({ kind, said, attempts: 7 });
  });

  it('whose workflow does nothing about what is due', () => {
    const quiet = { ...running, end: { quietMs: 70_000, failure: null } };
    expect(find(overdue(79_000), quiet)).toBe(null);
    expect(find(overdue(80_000), quiet)).toMatchObject({ kind: 'forgotten', runs: ['greet:1'], communications: [] });
    expect(find(overdue(80_000), { ...running, end: { quietMs: 20_000, failure: null } })).toBe(null);
  });

  it('whose step fails again and again', () => {
    const failing = { ...running, end: { quietMs: 20_000, failure: 'no such column' } };
    expect(find(overdue(80_000), failing)).toMatchObject({ kind: 'fails', said: 'no such column', runs: [] });
    expect(needsHistoryEnd({ ...healthy, ...overdue(80_000) }, running, times)).toBe(true);
    expect(needsHistoryEnd(healthy, running, times)).toBe(false);
  });

  it('that is late, and says what it waits for', () => {
    const scheduled = { ...running, task: { attempts: 1, failure: null } };
    expect(find(overdue(599_000), scheduled)).toBe(null);
    expect(find(overdue(600_000), scheduled)).toMatchObject({
      kind: 'late',
      said: 'its workflow task waits for a worker',
    });
    const activities = [{ type: 'send', attempts: 12, failure: 'there is no channel' }];
    expect(find(overdue(600_000), { ...running, activities })).toMatchObject({
      kind: 'late',
      said: 'send is tried again: there is no channel',
      attempts: 12,
    });
  });
});

describe('what was signalled counts as taken', () => {
  const untaken = { ...healthy, untaken: [3] };

  it('once the workflow has nothing to do', () => {
    expect(hasTakenAll(untaken, running)).toBe(true);
    expect(hasTakenAll(untaken, { kind: 'closed', as: 'COMPLETED' })).toBe(true);
  });

  it('not while it is at work, was terminated, or keeps events for later', () => {
    expect(hasTakenAll(untaken, { ...running, task: { attempts: 1, failure: null } })).toBe(false);
    expect(hasTakenAll(untaken, { kind: 'closed', as: 'TERMINATED' })).toBe(false);
    expect(hasTakenAll({ ...untaken, active: false }, running)).toBe(false);
    const atWork = { ...untaken, runs: [{ ...healthy.runs[0]!, state: 'running' as const }] };
    expect(hasTakenAll(atWork, running)).toBe(false);
  });
});
