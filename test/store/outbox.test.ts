import { expect, it } from 'vitest';
import type { Store } from '../../runtime/store/database.ts';
import { cancelSend, outboxState, release, reserve, settle } from '../../runtime/store/outbox.ts';
import type { OutboxState } from '../../runtime/store/schema.ts';
import { useStore } from './fixture.ts';

const database = useStore();
const states: readonly OutboxState[] = ['RESERVED', 'HANDED_OFF', 'SENT', 'FAILED', 'UNKNOWN', 'CANCELED'];

/** What becomes of a row in each state by a step. */
async function after(step: (store: Store, id: string) => Promise<unknown>) {
  const store = await database.store();
  const become: Partial<Record<OutboxState, OutboxState>> = {};
  for (const state of states) {
    await store.db.insertInto('outbox').values({ id: state, state, attempts: 1 }).execute();
    await step(store, state);
    become[state] = (await outboxState(store.db, state))!;
  }
  return become;
}

const settled = { SENT: 'SENT', FAILED: 'FAILED', UNKNOWN: 'UNKNOWN', CANCELED: 'CANCELED' };

it('gives back only what is under way: nothing settled or canceled is sent again', async () => {
  expect(await after(({ db }, id) => release(db, id, 1, '421'))).toEqual({
    ...settled,
    RESERVED: 'RESERVED',
    HANDED_OFF: 'RESERVED',
  });
});

it('settles once, and never what was canceled', async () => {
  const answers: boolean[] = [];
  const fail = ({ db }: Store, id: string) =>
    db.transaction().execute(async (tx) => answers.push(await settle(tx, id, { state: 'FAILED' }, { attempt: 1 })));
  expect(await after(fail)).toEqual({ ...settled, RESERVED: 'FAILED', HANDED_OFF: 'FAILED' });
  expect(answers).toEqual([true, true, false, false, false, false]);
});

it('cancels only what was not handed over', async () => {
  const cancel = ({ db }: Store, id: string) => db.transaction().execute((tx) => cancelSend(tx, id));
  expect(await after(cancel)).toEqual({ ...settled, RESERVED: 'CANCELED', HANDED_OFF: 'HANDED_OFF' });
});

it('counts attempts while there is something to attempt', async () => {
  const store = await database.store();
  const attempts: number[] = [];
  for (const state of states) {
    await store.db.insertInto('outbox').values({ id: state, state, attempts: 1 }).execute();
    attempts.push((await reserve(store.db, state)).attempts);
  }
  expect(attempts).toEqual([2, 1, 1, 1, 1, 1]);
});
