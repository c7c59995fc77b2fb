import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../cli/flowc.ts';
import { csv, eventually, mailWorkspace, says, startWorld, type World } from './world.ts';

const people = 200;

const files = (port: number) => ({
  ...mailWorkspace(port, { channel: { pool: 8 } }),
  'blast/flows.flow': `campaign blast

flow hello {
  on participant created

  email HELLO {
    agent: concierge
    at: now
    window: any time
    duration: 24 hours
    template: "hello"
  }
}
`,
  'blast/templates/hello.txt': 'subject: Hello\n---\nHello.\n',
});

describe('workers are killed while 200 e-mails are handed over', () => {
  let world: World;
  const closing: (() => void)[] = [];
  const log = join(mkdtempSync(join(tmpdir(), 'flowc-kill-')), 'accepted.log');

  beforeAll(async () => {
    const peer = spawn(
      process.execPath,
      [join(repository, 'test/peers/smtp-peer.ts'), '--log', log, '--dot-delay', '250'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    closing.push(() => peer.kill('SIGKILL'));
    const port = Number(/"port":(\d+)/.exec(await says(peer, '"port":'))?.[1]);
    world = await startWorld(files(port));
  });
  afterAll(async () => {
    await world?.close();
    for (const end of closing) end();
  });

  const accepted = (): string[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  const outbox = (state: string) =>
    world.workspace.store.db
      .selectFrom('outbox')
      .select('id')
      .where('state', '=', state as never)
      .execute()
      .then((rows) => rows.map((row) => row.id));

  it('nothing is sent twice; only what stood between HANDED_OFF and the answer at a kill ends as unknown', async () => {
    world.write(
      'people.csv',
      csv(
        ['external_id', 'email'],
        Array.from({ length: people }, (_, i) => [`p${i}`, `p${i}@example.test`]),
      ),
    );
    expect((await world.flowc('start', 'blast')).code).toBe(0);
    expect((await world.flowc('import', 'blast', 'people.csv')).code).toBe(0);

    const betweenAtKill = new Set<string>();
    for (const target of [15, 45, 75, 105, 135]) {
      const worker = await world.worker();
      await eventually(`${target} messages accepted`, 120, async () => accepted().length >= target);
      await worker.kill();
      for (const id of await outbox('HANDED_OFF')) betweenAtKill.add(id);
    }
    // One that is told to end has the answers to all it handed over before it goes.
    const told = await world.worker();
    const before = accepted().length;
    await eventually('messages are under way', 60, async () => accepted().length >= before + 5);
    expect(await told.stop()).toBe(0);
    expect((await outbox('HANDED_OFF')).filter((id) => !betweenAtKill.has(id))).toEqual([]);
    const last = await world.worker();
    const rows = await eventually('every communication started or ended', 180, async () => {
      const found = await world.workspace.store.db
        .selectFrom('communication')
        .select(['id', 'status', 'reason'])
        .execute();
      return found.length === people && found.every((row) => row.status !== 'Planned') ? found : null;
    });
    expect(await last.stop()).toBe(0);

    const messages = accepted();
    expect(new Set(messages).size).toBe(messages.length);
    const unknown = rows.filter((row) => row.status === 'Failed' && row.reason === 'unknown').map((row) => row.id);
    expect(rows.filter((row) => row.status === 'Started')).toHaveLength(people - unknown.length);
    expect(unknown.filter((id) => !betweenAtKill.has(id))).toEqual([]);
    expect(betweenAtKill.size).toBeGreaterThan(0);
    expect(messages.length).toBeGreaterThanOrEqual(people - unknown.length);
    expect(messages.length).toBeLessThanOrEqual(people);
    console.log(
      `${messages.length} delivered once, ${unknown.length} unknown of ${betweenAtKill.size} that stood between hand-over and answer at 5 kills`,
    );
  });
});
