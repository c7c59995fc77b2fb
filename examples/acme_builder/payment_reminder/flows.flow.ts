import {
  cancelCommunications,
  email,
  flow,
  now,
  on,
  python,
  send,
  set,
  stop,
  to,
  today,
  wait,
  waitFor,
  waitUntil,
  when,
} from 'flowc';
import { collector, office, person } from '../workspace.flow.ts';
import { BUSINESS_REMINDER, REMINDER, reminder } from './campaign.flow.ts';

const { amount, due_date, outcome, paid, reminders } = reminder.fields;
const { kind, segment } = person.fields;
const result = collector.results;

flow(reminder, 'remind', {
  title: 'Reminder before the due date',
  description: 'Everybody who joins, and once more when their due date moves.',
  on: [on.participantCreated, on.participantUpdated(due_date)],
  again: 'restart',
  do: [
    when(paid, [stop()]),
    python('SCORE', {
      script: 'scripts/score.py',
      params: { amount, silver_from: 100, gold_from: 500 },
      writes: [segment],
      timeout: '10 seconds',
    }),
    when(
      kind.eq('business'),
      [
        send(BUSINESS_REMINDER),
        waitFor(BUSINESS_REMINDER, { upTo: due_date.plus('5 days'), else: [to('last_notice')] }),
      ],
      [send(REMINDER), waitFor(REMINDER, { upTo: due_date.plus('5 days'), else: [to('last_notice')] })],
    ),
  ],
});

flow(reminder, 'follow_up', {
  title: 'After a reminder',
  description: 'Somebody answered, or a day went by without an answer.',
  on: on.communicationEnded(REMINDER, BUSINESS_REMINDER, 'SECOND_NOTICE'),
  again: 'restart',
  do: [
    when(paid, [stop()]),
    when(result.outcome.eq('promised'), [
      set(outcome.to('promised')),
      when(result.pay_by.isNotSet(), [stop()]),
      waitUntil(result.pay_by.plus('1 day')),
      when(paid, [stop()]),
      to('last_notice'),
    ]),
    when(result.outcome.eq('refused'), [set(outcome.to('refused')), to('last_notice')]),
    set(reminders.to(reminders.plus(1))),
    when(reminders.ge(3), [set(outcome.to('unreachable')), to('last_notice')]),
    wait('2 days'),
    when(paid, [stop()]),
    email('SECOND_NOTICE', {
      at: now,
      window: '09:00-18:00 on weekdays',
      template: 'second_notice',
    }),
  ],
});

flow(reminder, 'last_notice', {
  title: 'The last e-mail before collection',
  on: on.anotherFlow,
  again: 'restart',
  do: [
    when(
      segment.eq('gold'),
      [waitUntil(due_date.plus('14 days').at('10:00'))],
      [waitUntil(due_date.plus('7 days').at('10:00'))],
    ),
    when(paid, [stop()]),
    email('FINAL_NOTICE', {
      at: today,
      window: office,
      template: 'final_notice',
    }),
  ],
});

flow(reminder, 'paid_in_time', {
  title: 'The money came',
  on: on.participantUpdated(paid),
  do: [when(paid, [cancelCommunications()])],
});
