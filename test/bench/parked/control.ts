/** How fast the hand-written control starts people that then wait, on the same server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { minimalReadOutbox } from '../implementations/minimal-read-outbox.ts';
import { benchDatabase } from '../lib/database.ts';
import { people } from '../lib/people.ts';
import { startSink } from '../lib/sink.ts';

/** People per second, from the first start until the last one has read its fields and waits. */
export async function controlStartsPerSecond(address: string, n: number): Promise<number> {
  const sink = await startSink();
  const database = await benchDatabase();
  const runId = Date.now().toString(36);
  const driver = await minimalReadOutbox.setup({ address, namespace: 'default', runId, sink });
  const pool = new Pool({ connectionString: database.url, max: 1 });
  try {
    // A minute after the window has closed: they wait for the next morning.
    const all = people(n, 'c', 2000).map((person) => ({ ...person, t0: person.t0 + (9 * 60 + 2) * 60_000 }));
    const queue = all.values();
    const start = performance.now();
    const lane = async (): Promise<void> => {
      for (const person of queue) await driver.join(person);
    };
    await Promise.all(Array.from({ length: 50 }, lane));
    const waiting = async (): Promise<number> =>
      (await pool.query(`select count(*)::int as n from control_${runId}.run`)).rows[0].n;
    while ((await waiting()) < n) await sleep(50);
    return n / ((performance.now() - start) / 1000);
  } finally {
    await pool.end();
    await driver.stop();
    await database.stop();
    sink.stop();
  }
}
