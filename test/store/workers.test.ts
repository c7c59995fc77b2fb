import { expect, it } from 'vitest';
import { liveWorkers, registerWorker, removeWorker } from '../../runtime/store/releases.ts';
import { useStore } from './fixture.ts';

const database = useStore();

it('workers that live tell the store what they compute time with', async () => {
  const { db } = await database.store();
  const versions = { node: '24.21.0', timezones: '2026c', python: { version: '3.11.7', timezones: null } };
  await registerWorker(db, 'one', [], versions);
  await registerWorker(db, 'other', ['a/b@c'], { node: '22.18.0', timezones: '2025b', python: null });
  await registerWorker(db, 'silent', [], versions);
  await registerWorker(db, 'gone', [], versions);
  await removeWorker(db, 'gone');
  const longAgo = new Date(Date.now() - 61_000);
  await db.updateTable('worker').set({ seen_at: longAgo }).where('id', '=', 'silent').execute();
  expect(await liveWorkers(db)).toEqual([
    { id: 'one', versions },
    { id: 'other', versions: { node: '22.18.0', timezones: '2025b', python: null } },
  ]);
  await registerWorker(db, 'other', [], versions);
  expect((await liveWorkers(db)).map((worker) => worker.versions)).toEqual([versions, versions]);
});
