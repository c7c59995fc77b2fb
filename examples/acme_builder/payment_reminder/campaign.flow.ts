import { boolean, campaign, date, email, integer, numeric, oneOf, string } from 'flowc';
import { collector, everyDay, office, outcome, person } from '../workspace.flow.ts';

export const reminder = campaign('payment_reminder', {
  title: 'Payment reminder',
  exitWhen: person.fields.opted_out,
  onEdit: 'finish',
  defaults: { agent: collector, duration: '48 hours' },
  participant: {
    order_id: string({ required: true }),
    due_date: date({ required: true }),
    amount: numeric({ required: true, description: 'in euros' }),
    paid: boolean(false),
    reminders: integer({ default: 0, description: 'sent without an answer' }),
    outcome: oneOf(outcome),
  },
});

const { order_id, due_date, amount } = reminder.fields;

export const REMINDER = email('REMINDER', {
  description: 'Three days before the money is due, to people at home: on any day.',
  at: due_date.minus('3 days'),
  window: everyDay,
  template: 'reminder',
  context: [order_id, due_date, amount],
});

export const BUSINESS_REMINDER = email('BUSINESS_REMINDER', {
  description: 'The same to companies, while somebody sits in the office.',
  at: due_date.minus('3 days'),
  window: office,
  template: 'business_reminder',
  context: [order_id, due_date, amount],
});
