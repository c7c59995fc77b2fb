import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { openStore } from '../../runtime/store/database.ts';
import { useStore } from '../store/fixture.ts';
import { startProxy } from './proxy.ts';

const database = useStore();

it('holds back transactions alone or everything, loses nothing, and lets nobody in while it is away', async () => {
  const url = new URL(database.url());
  const proxy = await startProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  const store = await openStore({ url: url.href, workspace: 'acme', schema: 'proxied', connections: 2 });
  const look = () => sql`select 1`.execute(store.db);
  const done: string[] = [];
  const says = (word: string) => () => void done.push(word);
  try {
    await look();
    proxy.stallBegins(1, () => 0);
    const held = store.db.transaction().execute((tx) => sql`select 1`.execute(tx));
    const both = [held.then(says('transaction')), look().then(says('look'))];
    await both[1];
    expect(done).toEqual(['look']);
    proxy.release();
    await both[0];

    proxy.stall(1, () => 0);
    const stuck = look().then(says('stuck'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(done).toEqual(['look', 'transaction']);
    proxy.release();
    await stuck;

    proxy.away();
    await expect(look()).rejects.toThrow();
    proxy.back();
    // Connections that died meanwhile are found out by using them.
    await vi.waitFor(look, 5_000);
  } finally {
    await store.close();
    await proxy.stop();
  }
});
