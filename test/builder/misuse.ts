/** What TypeScript refuses in builder files: `tsc` fails on an `@ts-expect-error` that expects nothing. Never run. */
import {
  agent,
  boolean,
  campaign,
  channel,
  date,
  email,
  enumeration,
  flow,
  integer,
  match,
  none,
  on,
  oneOf,
  send,
  set,
  stop,
  string,
  telegram,
  voice,
  wait,
  waitFor,
  waitUntil,
  when,
} from 'flowc';

const billing = channel('billing', 'email');
const outcome = enumeration('outcome', ['promised', 'refused', 'unreachable']);
const desk = agent('desk', {
  channels: [billing],
  results: { outcome: oneOf(['promised', 'refused']), pay_by: date() },
});
const reminder = campaign('reminder', {
  participant: { due: date(), paid: boolean(false), visits: integer(0), note: string(), outcome: oneOf(outcome) },
});
const { due, paid, visits, note, outcome: current } = reminder.fields;
const HELLO = email('HELLO', { agent: desk, at: due, window: '09:00-18:00', duration: '24 hours' });

// Names that are not there.
// @ts-expect-error no such field
reminder.fields.payed;
// @ts-expect-error no such result
desk.results.outcom;
// @ts-expect-error no such trigger
on.participantChanged;
// @ts-expect-error no such setting of e-mails
email('A', { agent: desk, at: due, window: 'any time', duration: '1 hour', startPhrase: 'Hi' });
// @ts-expect-error misspelt setting
email('A', { agnet: desk, at: due, window: 'any time', duration: '1 hour' });
// @ts-expect-error no such kind of channel
channel('fax', 'fax');

// Values of another type.
// @ts-expect-error a condition is no date
email('A', { agent: desk, at: paid, window: 'any time', duration: '1 hour' });
// @ts-expect-error an agent is asked for, not a channel
email('A', { agent: billing, at: due, window: 'any time', duration: '1 hour' });
// @ts-expect-error an e-mail channel carries no Telegram chat
telegram('A', { agent: desk, channel: billing, at: due, window: 'any time', duration: '1 hour' });
// @ts-expect-error a call needs a number
voice('A', { agent: desk, at: due, window: 'any time', duration: '1 hour' });
// @ts-expect-error no such unit
wait('3 fortnights');
// @ts-expect-error a number without unit is no duration
wait(3);
// @ts-expect-error a number is no instant
waitUntil(visits);
// @ts-expect-error a date is no condition
when(due, [stop()]);
// @ts-expect-error a text is no condition
waitFor(note);
// @ts-expect-error no text beside a number
visits.gt('3');
// @ts-expect-error no number beside a date
due.lt(3);
// @ts-expect-error no order among conditions
paid.lt(true);
// @ts-expect-error dates are not multiplied
due.times(2);
// @ts-expect-error no such member
current.eq('paid');
// @ts-expect-error no such member in the list
current.in(['promised', 'paid']);
// @ts-expect-error no such status
HELLO.status.eq('Opened');

// Assignments.
// @ts-expect-error a text for a number
set(visits.to('3'));
// @ts-expect-error no such member
set(current.to('paid'));
// @ts-expect-error a number for a condition
set(paid.to(1));
// @ts-expect-error results are read only
set(desk.results.outcome.to('promised'));
// @ts-expect-error at least one assignment
set();
set(current.to(none), visits.to(visits.plus(1)), current.to(desk.results.outcome));

// Declarations.
// @ts-expect-error the default is of another type
integer('none');
// @ts-expect-error the default is no member
oneOf(['a', 'b'], 'c');
// @ts-expect-error an enumeration has at least two members
enumeration('single', ['one']);
// @ts-expect-error not what may be said of a field
string({ requird: true });
// @ts-expect-error not what may be chosen
campaign('other', { onEdit: 'restart' });

// @ts-expect-error months do not roll
campaign('other', { atMost: { count: 3, per: '2 months' } });
campaign('other', { atMost: { count: 3, of: 'voice', per: '36 hours' } });
// @ts-expect-error no such time
channel('slow', 'email', { rate: '60 per month' });
// @ts-expect-error what JavaScript makes of an operator is no condition
when(!paid, [stop()]);
// @ts-expect-error a trigger with names is called
flow(reminder, 'a', { on: on.participantUpdated, do: [stop()] });

// Statements and flows.
// @ts-expect-error a member is missing
match(desk.results.outcome, { promised: [stop()] });
// @ts-expect-error no such member
match(desk.results.outcome, { promised: [stop()], refused: [stop()], paid: [stop()] });
match(desk.results.outcome, { promised: [stop()], else: [stop()] });
// @ts-expect-error a flow has a trigger
flow(reminder, 'a', { do: [stop()] });
// @ts-expect-error statements are called
flow(reminder, 'a', { on: on.participantCreated, do: [stop] });
// @ts-expect-error a campaign is asked for
flow(desk.results, 'a', { on: on.participantCreated, do: [stop()] });
// @ts-expect-error a flow is no communication
send(flow(reminder, 'a', { on: on.anotherFlow, do: [stop()] }));
// @ts-expect-error a field is asked for
on.participantUpdated(HELLO);
