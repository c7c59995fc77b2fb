/** Waits until everything that can happen has happened. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type SoakWorld, scale } from './world.ts';

/** Longer than any wait of somebody who does not sleep: no window is closed, no deadline is further, no retry comes later. */
const patienceMs = 120_000;

interface Mark {
  /** Runs, communications and participants whose events are still kept. A sleeper has one run. */
  readonly open: number;
  /** Changes with everything that happens. */
  readonly at: string;
}

/** Resolves when only those who sleep are open, or when nothing has happened for longer than anybody waits. */
export async function comeToRest(world: SoakWorld, sleepers: number, log: (line: string) => void): Promise<void> {
  let last = '';
  let since = Date.now();
  let told = Date.now();
  for (;;) {
    const { open, at } = await mark(world);
    if (open <= sleepers) return;
    if (at !== last) since = Date.now();
    last = at;
    if (Date.now() - since > patienceMs) {
      log(`nothing has happened for ${patienceMs / 1000} s: ${open} open, ${sleepers} of them asleep`);
      return;
    }
    if (Date.now() - told > 15_000) {
      log(`${open} open, ${sleepers} of them asleep`);
      told = Date.now();
    }
    await sleep(1000);
  }
}

async function mark(world: SoakWorld): Promise<Mark> {
  const { rows } = await sql<Mark>`
    select
      ((select count(*) from run where state <> 'ended')
        + (select count(*) from communication
          where status not in ('Completed', 'NoResponse', 'Failed', 'Canceled', 'Skipped'))
        + (select count(*) from participant where last_pending > relayed))::int as open,
      concat((select sum(last_event) from participant), ' ', (select count(*) from outbox where settled_at is not null), ' ',
        (select count(*) from run where state = 'ended'), ' ', (select count(*) from communication)) as at
  `.execute(world.workspace.store.db);
  return rows[0]!;
}

/** How many things were due so many real seconds ago and are not done. */
export async function overdue(world: SoakWorld, seconds: number): Promise<number> {
  const due = world.workspace.now() - seconds * 1000 * scale;
  const { rows } = await sql<{ readonly n: number }>`
    select (
      (select count(*) from run where state <> 'ended' and until < ${due})
      + (select count(*) from communication where status = 'Planned' and opens < ${due})
      + (select count(*) from participant p where p.last_pending > p.relayed
        and p.pending_since < now() - make_interval(secs => ${seconds}))
      + (select count(*) from participant p where p.campaign <> 'orders' and not p.exited
        and p.created_at < now() - make_interval(secs => ${seconds})
        and not exists (select from run where participant_id = p.id)))::int as n
  `.execute(world.workspace.store.db);
  return rows[0]!.n;
}
