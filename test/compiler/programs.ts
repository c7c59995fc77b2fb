/** Random flows over a small record, for properties. */
import fc from 'fast-check';
import type { FieldModel, Statement } from '../../compiler/model.ts';
import {
  binary,
  cancel,
  communication,
  duration,
  field,
  fieldModel,
  integer,
  match,
  not,
  plan,
  set,
  stop,
  to,
  wait,
  waitForCommunication,
  when,
} from './models.ts';

const color = { kind: 'enum', members: ['red', 'green', 'blue'] } as const;
export const flags: readonly FieldModel[] = ['a', 'b', 'c'].map((name) => fieldModel(name, { kind: 'boolean' }));
export const count = fieldModel('count', { kind: 'integer' });
const colors = [fieldModel('color', color), fieldModel('hidden', color, { private: true })];
export const participant = [...flags, count, ...colors];
export const communications = ['A', 'B'].map((name) => communication(name));

const flag = fc.constantFrom(...flags);
const condition = fc.oneof(
  flag.map(field),
  flag.map((each) => not(field(each))),
  fc.constantFrom(1, 2, 3).map((n) => binary(field(count), '>=', integer(n))),
);

/** The statements of one flow. */
export const { body } = fc.letrec<{ body: readonly Statement[]; statement: Statement }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(plan(1, 'A'), plan(1, 'B'), cancel(1), stop(1), to(1, 'other'), wait(1, 3, 'day')),
    fc.constantFrom('A', 'B').map((name) => plan(1, name)),
    fc.constant(set(1, count, binary(field(count), '+', integer(1)))),
    fc.tuple(flag, flag).map(([target, from]) => set(1, target, not(field(from)))),
    fc.tuple(condition, tie('body'), tie('body')).map(([test, then, otherwise]) => when(1, test, then, otherwise)),
    fc
      .tuple(fc.constantFrom(...colors), tie('body'), tie('body'), fc.option(tie('body')))
      .map(([subject, red, rest, otherwise]) =>
        match(
          1,
          field(subject),
          [
            [['red'], red],
            [['green', 'blue'], rest],
          ],
          otherwise,
        ),
      ),
    tie('body').map((otherwise) => waitForCommunication(1, 'A', duration(2, 'day'), otherwise)),
  ),
  body: fc.array(tie('statement'), { maxLength: 6 }),
}));

/** What the flow meets; `null` is missing. */
export const record = fc.record({
  a: fc.option(fc.boolean()),
  b: fc.option(fc.boolean()),
  c: fc.option(fc.boolean()),
  count: fc.option(fc.integer({ min: 0, max: 3 })),
  color: fc.option(fc.constantFrom(...color.members)),
  hidden: fc.option(fc.constantFrom(...color.members)),
});
