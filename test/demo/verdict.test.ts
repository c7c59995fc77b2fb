import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../scripts/demo/expectation.ts';
import { type Mail, situationsOf } from '../../scripts/demo/situation.ts';
import { type OpenWorkflow, verdictOf } from '../../scripts/demo/verdict.ts';
import { situationTable } from '../../scripts/demo/view.ts';

const now = Date.parse('2026-11-21T13:00Z');

function expectation(id: string, due: boolean): Expectation {
  const person = {
    external_id: id,
    name: id,
    email: `${id}@example.com`,
    timezone: 'Asia/Tokyo',
    kind: 'private_customer',
    order_id: '1',
    due_date: '2026-11-24',
    amount: '10.00',
  } as const;
  const opens = due ? now : Date.parse('2026-11-22T00:00Z');
  return { person, reminder: 'REMINDER', window: 'every_day', due, opens, why: due ? null : 'it is Sat 22:00 there' };
}

const people = [expectation('one', true), expectation('two', true), expectation('three', false)];
const mail = (to: string, messageId: string): Mail => ({ to: [to], messageId, at: '2026-11-21T13:00:01Z' });
const mails = [mail('one@example.com', '<1>'), mail('two@example.com', '<2>')];
const asleep: OpenWorkflow = {
  workflowId: 'payment_reminder/three',
  timers: ['REMINDER opens Sun 22 Nov 09:00 Tokyo'],
};

function problems(caught: readonly Mail[], workflows: readonly OpenWorkflow[] = [asleep]): readonly string[] {
  return verdictOf(situationsOf(people, [], caught, now), caught, workflows).problems;
}

describe('the verdict of the demo', () => {
  it('is good when each due e-mail came once and the others wait by a timer that says so', () => {
    const verdict = verdictOf(situationsOf(people, [], mails, now), mails, [asleep]);
    expect(verdict).toEqual({ due: 2, delivered: 2, waiting: 1, problems: [] });
  });

  it('names whoever was due and got nothing', () => {
    expect(problems(mails.slice(1))).toEqual(['one was due and got no e-mail: REMINDER not imported yet.']);
  });

  it('names whoever got it twice, also under two Message-IDs', () => {
    expect(problems([...mails, mail('one@example.com', '<1>')])).toEqual([
      'one got 2 e-mails instead of one.',
      'The Message-ID <1> came 2 times.',
    ]);
    expect(problems([...mails, mail('two@example.com', '<3>')])).toEqual(['two got 2 e-mails instead of one.']);
  });

  it('names an e-mail that left before its window opened, and one to a stranger', () => {
    expect(problems([...mails, mail('three@example.com', '<3>')])).toEqual([
      'three got an e-mail outside the window every_day.',
    ]);
    expect(problems([...mails, mail('else@example.com', '<3>')])).toEqual(['An e-mail went to else@example.com.']);
  });

  it('names who waits without a running workflow, or with one that does not say for what', () => {
    expect(problems(mails, [])).toEqual(['three waits for REMINDER, but no workflow of theirs is running.']);
    expect(problems(mails, [{ ...asleep, timers: ['remind waits 2 days'] }])).toEqual([
      'The workflow payment_reminder/three has no timer that says when REMINDER opens; its timers: "remind waits 2 days".',
    ]);
  });
});

describe('the table of the demo', () => {
  it('leaves out on a narrow terminal what the state says as well, before it cuts anything', () => {
    const situations = situationsOf(people, [], mails, now);
    const wide = situationTable(situations, now, 200);
    expect(wide[0]).toMatch(/participant +timezone +there +e-mail +window +state +why$/);
    const narrow = situationTable(situations, now, 66);
    expect(narrow[0]).toMatch(/^ +participant .*state +why$/);
    expect(narrow[0]).not.toContain('e-mail');
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(66);
    expect(narrow.at(-1)).toContain('not imported yet');
    expect(situationTable(situations, now, 20).every((line) => line.length <= 20)).toBe(true);
  });
});
