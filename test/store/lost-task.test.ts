import { expect, it } from 'vitest';
import { resume } from '../../runtime/activities/begin.ts';
import type { StepInput, StepResult } from '../../runtime/activities/port.ts';
import { applyChange } from '../../runtime/store/changes.ts';
import { writeStep } from '../../runtime/store/runs.ts';
import { campaign, complete, useStore } from './fixture.ts';
import { monday, remind, run, who } from './flow-fixture.ts';

const database = useStore();

const went = (now: number): StepResult => ({
  kind: 'went',
  now,
  walked: [{ segment: 'start', answers: [], reached: 'stop' }],
});

function asks(step: number): StepInput {
  return { who, run: run(), step, segment: 'start', given: [], planned: 0, taken: 1 };
}

it('a workflow task that is lost after two steps of a run gets both decisions back when it is repeated', async () => {
  const store = await database.store();
  const data = campaign();
  const given = {
    campaign: data,
    externalId: 'ada',
    fields: { ...complete },
    cause: { kind: 'import' },
    at: monday,
  } as const;
  const outcome = await store.db.transaction().execute((tx) => applyChange(tx, given, () => data));
  if (outcome.kind === 'refused') throw new Error('refused');
  const { participantId } = outcome;
  const decide = (step: number, place: Parameters<typeof writeStep>[1]['place']) =>
    store.db.transaction().execute((tx) =>
      writeStep(tx, {
        participantId,
        run: run(),
        step,
        decided: went(monday + step),
        place,
        now: monday,
        taken: 1,
        plans: [],
      }),
    );
  await decide(1, { kind: 'running', segment: 'start' });
  await decide(2, { kind: 'ended', as: 'stopped' });

  const again = (step: number) => store.db.transaction().execute((tx) => resume(tx, remind, asks(step), monday + 1000));
  expect(await again(1)).toEqual(went(monday + 1));
  expect(await again(2)).toEqual(went(monday + 2));
  expect(await again(3)).toEqual({ kind: 'already' });
});
