import { expect, it } from 'vitest';
import { parked, set, useBench } from './flow-fixture.ts';

const { start } = useBench();

it('a workflow task that is lost after two steps of a run gets both decisions back when it is repeated', async () => {
  const bench = await start();
  const later = { segment: 'later', step: 2 };
  const lost = [await bench.step(parked(set)), await bench.step(set, later)];
  expect([await bench.step(parked(set)), await bench.step(set, later)]).toEqual(lost);
  const { fields } = await bench.store.db.selectFrom('participant').select('fields').executeTakeFirstOrThrow();
  expect(fields.attempts).toBe(2);
});
