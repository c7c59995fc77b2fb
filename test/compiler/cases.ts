/** Golden cases: one folder under `test/fixtures/` each, with the generated files of the model. */
import type { WorkspaceModel } from '../../compiler/model.ts';
import {
  anotherFlow,
  at,
  binary,
  campaign,
  cancel,
  communication,
  created,
  date,
  duration,
  field,
  fieldModel,
  flow,
  integer,
  isSet,
  match,
  member,
  not,
  now,
  numeric,
  oneOf,
  origin,
  plan,
  result,
  set,
  status,
  stop,
  string,
  to,
  today,
  wait,
  waitFor,
  waitForCommunication,
  waitUntil,
  when,
  workspace,
} from './models.ts';

const outcome = { kind: 'enum', members: ['promised', 'refused', 'unreachable'] } as const;
export const fields = {
  paid: fieldModel('paid', { kind: 'boolean' }, { default: false }),
  attempts: fieldModel('attempts', { kind: 'integer' }, { default: 0 }),
  amount: fieldModel('amount', { kind: 'numeric' }),
  due_date: fieldModel('due_date', { kind: 'date' }, { required: true }),
  called_at: fieldModel('called_at', { kind: 'datetime' }),
  outcome: fieldModel('outcome', outcome),
  tier: fieldModel('tier', { kind: 'enum', members: ['gold', 'basic'] }, { private: true }),
  note: fieldModel('note', { kind: 'string' }),
  segment: fieldModel('segment', { kind: 'string' }, { owner: 'profile' }),
};
const { paid, attempts, amount, due_date, called_at, tier, note, segment } = fields;
const participant = [paid, attempts, amount, due_date, called_at, fields.outcome, tier, note];
const dueDateAtTen = at(field(due_date), 600, 'due_date at 10:00');

/** The standard shape: plan, wait, test, write, hand on, with a script. */
function paymentReminder(): WorkspaceModel {
  const remind = flow('remind', [when(21, field(paid), [stop(21)]), plan(22, 'REMINDER')], {
    triggers: [
      created,
      {
        on: 'participant updated',
        fields: ['due_date'],
        text: 'on participant updated: due_date',
        origin: origin(3),
      },
    ],
  });
  const followUp = flow(
    'follow_up',
    [
      when(31, field(paid), [stop(31)]),
      match(
        32,
        result('outcome', outcome),
        [
          [
            ['promised'],
            [
              set(34, fields.outcome, member('promised', outcome)),
              when(35, isSet(result('pay_by', { kind: 'date' })), [
                waitFor(36, field(paid), binary(result('pay_by', { kind: 'date' }), '+', duration(1, 'day'))),
              ]),
              when(38, not(field(paid)), [to(38, 'escalate')]),
            ],
          ],
          [['refused'], [to(40, 'escalate')]],
        ],
        [
          when(42, binary(field(attempts), '>=', integer(3)), [
            set(43, fields.outcome, member('unreachable', outcome)),
            stop(44),
          ]),
          set(46, attempts, binary(field(attempts), '+', integer(1))),
          plan(47, 'SECOND'),
        ],
      ),
    ],
    {
      again: 'parallel',
      triggers: [
        {
          on: 'communication ended',
          names: ['REMINDER', 'SECOND'],
          text: 'on communication ended: REMINDER, SECOND',
          origin: origin(28),
        },
        { ...anotherFlow, origin: origin(29) },
      ],
    },
  );
  const escalate = flow(
    'escalate',
    [
      {
        kind: 'python',
        origin: origin(54),
        action: {
          name: 'SCORE',
          script: 'scripts/score.py',
          code: null,
          params: [
            { name: 'threshold', value: { kind: 'expression', expression: numeric('0.7') } },
            { name: 'amount', value: { kind: 'expression', expression: field(amount) } },
            {
              name: 'tags',
              value: { kind: 'list', items: [{ kind: 'expression', expression: string("it's late") }] },
            },
          ],
          writes: [segment],
          reads: [],
          timeoutMs: 10_000,
          retries: 3,
        },
      },
      when(60, binary(field(segment), '==', string('gold')), [stop(60)]),
      plan(61, 'FINAL_NOTICE'),
    ],
    { triggers: [anotherFlow] },
  );
  const model = campaign([remind, followUp, escalate], {
    participant,
    exitWhen: binary(field(paid), 'and', binary(field(attempts), '>', integer(0))),
    communications: [
      communication('REMINDER', {
        at: { ...binary(field(due_date), '-', duration(3, 'day')) },
      }),
      communication('SECOND', { at: binary(now, '+', duration(2, 'hour')), durationMs: 5_400_000 }),
      communication('FINAL_NOTICE', { at: today, template: 'templates/final_notice' }),
    ],
  });
  const base = workspace([model]);
  return { ...base, profile: [...base.profile, segment] };
}

export const cases: Readonly<Record<string, () => WorkspaceModel>> = {
  'payment-reminder-model': paymentReminder,

  /** A value tested after a write comes from after the write. */
  'set-then-test': () =>
    workspace([
      campaign(
        [
          flow('count', [
            set(3, attempts, binary(field(attempts), '+', integer(1))),
            when(4, binary(field(attempts), '>=', integer(3)), [stop(4)]),
            set(5, attempts, binary(field(attempts), '+', integer(1))),
            when(6, field(paid), [set(7, note, string('paid'))]),
            when(9, binary(field(note), '==', string('paid')), [stop(9)]),
            plan(10, 'REMINDER'),
          ]),
        ],
        { participant },
      ),
    ]),

  /** What stands after a branch that waits is written once and reached by both ways. */
  'wait-in-branch-then-rest': () =>
    workspace([
      campaign(
        [
          flow('wait_or_not', [
            when(3, isSet(field(due_date)), [waitUntil(4, dueDateAtTen)], [set(6, note, string('no date'))]),
            when(8, field(paid), [stop(8)]),
            wait(9, 3, 'day'),
            plan(10, 'REMINDER'),
          ]),
        ],
        { participant },
      ),
    ]),

  /** Waits with bounds and what happens when they are hit; a plan that is asked about at once. */
  waits: () =>
    workspace([
      campaign(
        [
          flow('waits', [
            plan(3, 'REMINDER'),
            when(4, binary(status('REMINDER'), '==', string('Skipped')), [to(4, 'escalate')]),
            waitForCommunication(5, 'REMINDER', duration(48, 'hour'), [cancel(6, 'REMINDER'), to(7, 'escalate')]),
            when(9, oneOf(status('REMINDER'), [string('NoResponse'), string('Failed')]), [
              waitFor(10, binary(field(paid), 'or', binary(field(attempts), '>', integer(5))), null),
            ]),
            cancel(12),
            wait(13, 2, 'week'),
          ]),
          flow('escalate', [stop(21)], { triggers: [anotherFlow] }),
        ],
        { participant },
      ),
    ]),

  /** Each kind of value and operator. */
  expressions: () =>
    workspace([
      campaign(
        [
          flow('expressions', [
            when(3, binary(binary(field(amount), '*', numeric('1.5')), '>', integer(100)), [
              set(4, amount, binary(field(amount), '/', integer(3))),
            ]),
            when(5, binary(field(called_at), '<', now), [set(5, called_at, now)]),
            when(6, binary(field(due_date), '==', today), [set(6, due_date, date('2026-03-07'))]),
            when(7, binary(field(due_date), '<', field(called_at)), [set(7, amount, field(attempts))]),
            when(8, not(binary(field(paid), 'or', binary(field(note), 'contains', string('x\'"\\y')))), [
              set(8, note, literalNone),
            ]),
            when(9, binary(binary(field(paid), 'or', isSet(field(note))), 'and', not(field(paid))), [stop(9)]),
            match(
              10,
              field(tier),
              [
                [['gold'], [set(11, paid, field(paid))]],
                [['basic'], [stop(12)]],
              ],
              null,
            ),
            {
              kind: 'split',
              name: 'GREETING',
              arms: [
                { percent: 30, body: [plan(15, 'REMINDER')] },
                { percent: 20, body: [stop(16)] },
              ],
              else: [to(17, 'expressions')],
              origin: origin(14),
            },
            when(18, binary(days(binary(field(due_date), '-', today)), '<=', integer(2)), [stop(18)]),
            waitUntil(19, binary(dueDateAtTen, '+', duration(1, 'month'))),
          ]),
        ],
        {
          participant,
          communications: [
            communication('REMINDER', {
              at: { kind: 'python', expression: 'due_date - timedelta(days=3)', text: 'python "…"' },
            }),
          ],
        },
      ),
    ]),

  /** Names the generated modules need themselves, and names that JavaScript's objects have. */
  'awkward-names': () => {
    const proto = fieldModel('__proto__', { kind: 'boolean' });
    const builder = fieldModel('constructor', { kind: 'enum', members: ['valueOf', 'toString'] });
    return workspace([
      campaign(
        ['start', 'date', 'class', 'campaign', 'delete', 'constructor', '__proto__'].map((name) =>
          flow(name, [
            when(3, binary(field(called_at), '>', now), [stop(3)]),
            when(4, field(proto), [stop(4)]),
            match(
              5,
              field(builder),
              [
                [['valueOf'], [stop(6)]],
                [['toString'], [to(7, '__proto__')]],
              ],
              null,
            ),
            set(9, builder, field(builder)),
          ]),
        ),
        { name: 'delete', folder: 'delete', participant: [called_at, proto, builder], communications: [] },
      ),
      campaign([flow('nurture', [])], { name: 'nurture', folder: 'nurture', communications: [] }),
    ]);
  },
};

const literalNone = { ...string(''), kind: 'literal', value: null, type: { kind: 'none' }, text: 'none' } as const;
function days<T extends object>(expression: T) {
  return { ...expression, type: { kind: 'integer' } as const };
}
