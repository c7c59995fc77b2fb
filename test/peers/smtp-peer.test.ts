import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { messageIdOf } from '../../runtime/channels/email/compose.ts';
import { openChannel } from '../../runtime/channels/registry.ts';
import { hangMs } from '../patience.ts';

const script = fileURLToPath(new URL('./smtp-peer.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'flowc-peer-'));
const log = join(folder, 'accepted');
const children: ChildProcessByStdio<null, Readable, null>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(log, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function peer(...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [script, '--port', '0', '--log', log, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  return (JSON.parse(String(first)) as { port: number }).port;
}

function channel(port: number) {
  const settings = { smtp: `smtp://127.0.0.1:${port}`, timeout: 120 };
  const opened = openChannel({ kind: 'email', name: 'billing', settings, place: 'here' }, {});
  if (!opened.ok) throw new Error(opened.errors.join('\n'));
  return opened.value;
}

const mail = (name: string) =>
  ({ kind: 'email', id: `a/${name}`, to: `${name}@people.example`, subject: 'Hi', text: 'Hello' }) as const;
const logged = () => readFileSync(log, 'utf8').trim().split('\n');
const yes = async () => true;

describe('the SMTP peer as a process', () => {
  it('has written down what it accepted before it is killed in the middle of its answer', async () => {
    const adapter = channel(await peer('--dot-delay', '60000'));
    const sending = adapter.send(mail('ada'), yes);
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: hangMs }).not.toBe('');
    children[0]?.kill('SIGKILL');
    expect(await sending).toMatchObject({ kind: 'unknown' });
    expect(logged()).toEqual([messageIdOf('a/ada', 'billing@localhost')]);
    await adapter.close();
  });

  it('fails, defers and drops by recipient', async () => {
    const adapter = channel(await peer('--fail', '^gone=550', '--fail', '^grey=451'));
    const kinds: string[] = [];
    for (const name of ['gone', 'grey', 'grey', 'ada']) kinds.push((await adapter.send(mail(name), yes)).kind);
    expect(kinds).toEqual(['failed', 'temporary', 'sent', 'sent']);
    expect(logged()).toHaveLength(2);
    await adapter.close();
    const dropping = channel(await peer('--drop-after-dot', '100'));
    expect(await dropping.send(mail('eve'), yes)).toMatchObject({ kind: 'unknown' });
    expect(logged()).toHaveLength(3);
    await dropping.close();
    const refusing = channel(await peer('--refuse'));
    expect(await refusing.send(mail('eve'), yes)).toMatchObject({ kind: 'temporary', channelDown: true });
    await refusing.close();
  });
});
