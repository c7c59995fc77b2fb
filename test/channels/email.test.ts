import { afterEach, describe, expect, it } from 'vitest';
import { emailAdapter } from '../../runtime/channels/email/adapter.ts';
import { messageIdOf } from '../../runtime/channels/email/compose.ts';
import { type EmailSettings, readEmailSettings } from '../../runtime/channels/email/config.ts';
import { openPool } from '../../runtime/channels/email/pool.ts';
import type { ChannelAdapter, OutgoingEmail, SendOutcome } from '../../runtime/channels/port.ts';
import { type Act, type SmtpPeer, type SmtpPeerOptions, type Stage, startSmtpPeer } from '../peers/smtp-peer.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const mail = (n = 1, text = 'Hello.'): OutgoingEmail => ({
  kind: 'email',
  id: `welcome/42/greet:1/HELLO/${n}`,
  to: `ada${n}@people.example`,
  subject: 'Grüße',
  text,
});

async function peerWith(options: SmtpPeerOptions = {}): Promise<SmtpPeer> {
  const peer = await startSmtpPeer(options);
  open.push({ close: () => peer.stop() });
  return peer;
}

function settingsFor(port: number, extra: Partial<EmailSettings> = {}): EmailSettings {
  const read = readEmailSettings({ smtp: `smtp://127.0.0.1:${port}` }, 'billing', 'here', {});
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return { ...read.value, timeoutMs: 120_000, answerTimeoutMs: 120_000, ...extra };
}

function adapterFor(peer: SmtpPeer, extra: Partial<EmailSettings> = {}): ChannelAdapter {
  const adapter = emailAdapter(settingsFor(peer.port, extra));
  open.push(adapter);
  return adapter;
}

/** One stage misbehaves, everything else is usual. */
const at =
  (stage: Stage, act: Act): NonNullable<SmtpPeerOptions['at']> =>
  (reached) =>
    reached === stage ? act : { do: 'go on' };

const say = (line: string): Act => ({ do: 'say', line });

/** Sends one message and tells what the hand-off saw. */
async function sendOnce(peer: SmtpPeer, extra: Partial<EmailSettings> = {}, answer: boolean | Error = true) {
  let handOffs = 0;
  let wireAtHandOff: readonly string[] = [];
  const outcome = await adapterFor(peer, extra).send(mail(), async () => {
    handOffs++;
    await pause(30);
    wireAtHandOff = [...peer.wire];
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { outcome, handOffs, wireAtHandOff };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the hand-off', () => {
  it('is awaited when everything but the final dot is on the wire', async () => {
    const peer = await peerWith();
    const { outcome, handOffs, wireAtHandOff } = await sendOnce(peer);
    expect(outcome.kind).toBe('sent');
    expect(handOffs).toBe(1);
    expect(wireAtHandOff).toContain('C: DATA');
    expect(wireAtHandOff).toContain('body');
    expect(wireAtHandOff).not.toContain('final dot');
    expect(peer.wire).toContain('final dot');
  });

  it('delivers nothing when it says no', async () => {
    const peer = await peerWith();
    const { outcome } = await sendOnce(peer, {}, false);
    expect(outcome).toEqual({ kind: 'withdrawn' });
    await pause(50);
    expect(peer.wire).toContain('closed');
    expect(peer.wire).not.toContain('final dot');
    expect(peer.accepted).toEqual([]);
  });

  it('delivers nothing when it cannot be written down', async () => {
    const peer = await peerWith();
    const { outcome } = await sendOnce(peer, {}, new Error('database away'));
    expect(outcome).toMatchObject({ kind: 'temporary', channelDown: false });
    await pause(50);
    expect(peer.wire).not.toContain('final dot');
  });

  it('comes after the whole of a large message', async () => {
    const peer = await peerWith();
    const adapter = adapterFor(peer);
    const text = `${'x'.repeat(70)}\n`.repeat(30_000);
    let accepted = -1;
    const outcome = await adapter.send(mail(1, text), async () => {
      accepted = peer.accepted.length;
      return true;
    });
    expect(outcome.kind).toBe('sent');
    expect(accepted).toBe(0);
    expect(peer.accepted[0]?.data.length).toBeGreaterThan(text.length);
  });

  it('has ended before an outcome is told, also when the connection breaks meanwhile', async () => {
    const peer = await peerWith({ at: at('body', { do: 'reset' }) });
    let ended = false;
    let begun = false;
    const outcome = await adapterFor(peer).send(mail(), async () => {
      begun = true;
      await pause(150);
      ended = true;
      return true;
    });
    expect(outcome).toMatchObject({ kind: 'temporary', channelDown: false });
    expect(ended).toBe(begun);
    expect(peer.accepted).toEqual([]);
  });

  it('is not asked again after an abort, and nothing is delivered', async () => {
    const peer = await peerWith({ at: at('rcpt', { do: 'silent' }) });
    const abort = new AbortController();
    let asked = 0;
    const sending = adapterFor(peer).send(
      mail(),
      async () => {
        asked++;
        return true;
      },
      abort.signal,
    );
    await pause(100);
    abort.abort();
    expect(await sending).toMatchObject({ kind: 'temporary', channelDown: false });
    expect(asked).toBe(0);
  });
});

/** How long a silent server is waited for. */
const short = { timeoutMs: 5000, answerTimeoutMs: 5000 };

type Expected = Partial<SendOutcome> & { readonly kind: SendOutcome['kind'] };
const channelDown: Expected = { kind: 'temporary', channelDown: true };
const temporary: Expected = { kind: 'temporary', channelDown: false };
const unknown: Expected = { kind: 'unknown' };

describe('each way to fail is told apart', () => {
  const cases: readonly (readonly [Stage, Act, Expected, handOffs: 0 | 1])[] = [
    ['connect', { do: 'close' }, channelDown, 0],
    ['connect', { do: 'reset' }, channelDown, 0],
    ['connect', { do: 'silent' }, channelDown, 0],
    ['connect', say('554 no service here'), channelDown, 0],
    ['connect', say('421 too busy'), channelDown, 0],
    ['ehlo', { do: 'close' }, channelDown, 0],
    ['ehlo', { do: 'silent' }, channelDown, 0],
    ['connect', say('welcome!'), channelDown, 0],
    ['ehlo', { do: 'reset' }, channelDown, 0],
    ['ehlo', say('421 4.3.2 shutting down'), channelDown, 0],
    ['ehlo', say('what?'), channelDown, 0],
    ['mail', say('what?'), temporary, 0],
    ['mail', say('999 what?'), temporary, 0],
    ['mail', { do: 'close' }, temporary, 0],
    ['mail', { do: 'reset' }, temporary, 0],
    ['mail', { do: 'silent' }, temporary, 0],
    ['mail', say('451 4.3.0 later'), temporary, 0],
    ['mail', { do: 'say and close', line: '421 4.3.2 going away' }, temporary, 0],
    ['mail', say('550 5.7.1 sender not allowed'), { kind: 'failed', reason: 'refused' }, 0],
    ['mail', say('530 5.7.0 authentication required'), channelDown, 0],
    ['rcpt', { do: 'close' }, temporary, 0],
    ['rcpt', { do: 'silent' }, temporary, 0],
    ['rcpt', say('450 4.2.0 greylisted'), temporary, 0],
    ['rcpt', say('550 5.1.1 no such user'), { kind: 'failed', reason: 'not_found' }, 0],
    ['rcpt', say('550 no such user here'), { kind: 'failed', reason: 'not_found' }, 0],
    ['rcpt', say('550 relaying denied'), { kind: 'failed', reason: 'refused' }, 0],
    ['rcpt', say('550 5.7.1 blocked'), { kind: 'failed', reason: 'refused' }, 0],
    ['rcpt', say('552 5.2.2 mailbox full'), { kind: 'failed', reason: 'refused' }, 0],
    ['rcpt', say('what?'), temporary, 0],
    ['rcpt', say('345 what?'), temporary, 0],
    ['rcpt', say('452 4.5.3 too many recipients'), temporary, 0],
    ['data', say('what?'), temporary, 0],
    ['data', { do: 'close' }, temporary, 0],
    ['data', { do: 'silent' }, temporary, 0],
    ['data', say('451 4.3.0 later'), temporary, 0],
    ['data', say('554 5.5.1 no'), { kind: 'failed', reason: 'refused' }, 0],
    ['dot', say('what?'), unknown, 1],
    ['dot', say('354 go on'), unknown, 1],
    ['dot', say('999 what?'), unknown, 1],
    ['dot', { do: 'close' }, unknown, 1],
    ['dot', { do: 'reset' }, unknown, 1],
    ['dot', { do: 'silent' }, unknown, 1],
    ['dot', say('451 4.3.0 disk full'), temporary, 1],
    ['dot', { do: 'say and close', line: '421 4.3.2 going away' }, temporary, 1],
    ['dot', say('554 5.7.1 looks like spam'), { kind: 'failed', reason: 'refused' }, 1],
    ['dot', say('550 5.1.1 no such user after all'), { kind: 'failed', reason: 'not_found' }, 1],
    ['dot', { do: 'say and close', line: '250 taken' }, { kind: 'sent' }, 1],
  ];
  const offers = { 'one by one': [], pipelined: ['PIPELINING', 'SIZE 10000000', 'ENHANCEDSTATUSCODES', '8BITMIME'] };
  const all = Object.entries(offers).flatMap(([way, extensions]) => cases.map((row) => ({ way, extensions, row })));
  for (const { way, extensions, row } of all.filter(({ row: [, act] }) => act.do !== 'silent')) {
    const [stage, act, expected, expectedHandOffs] = row;
    const how = 'line' in act ? act.line : act.do;
    it(`${way}, ${stage}: ${how} → ${Object.values(expected).join(' ')}`, async () => {
      const peer = await peerWith({ at: at(stage, act), extensions });
      const { outcome, handOffs } = await sendOnce(peer);
      expect(outcome).toMatchObject(expected);
      expect(handOffs).toBe(expectedHandOffs);
      if (expectedHandOffs === 0) expect(peer.wire).not.toContain('final dot');
    });
  }

  // All at once, so that each may take long enough for a busy machine to say in time what is not silent.
  it('a server that falls silent, at each stage', async () => {
    const silent = all.filter(({ row: [, act] }) => act.do === 'silent');
    const told = silent.map(async ({ extensions, row: [stage, act, expected, expectedHandOffs] }) => {
      const peer = await peerWith({ at: at(stage, act), extensions });
      const { outcome, handOffs } = await sendOnce(peer, short);
      return [
        [stage, outcome, handOffs],
        [stage, expect.objectContaining(expected), expectedHandOffs],
      ] as const;
    });
    const pairs = await Promise.all(told);
    expect(pairs.map(([is]) => is)).toEqual(pairs.map(([, expected]) => expected));
  });

  const logins: readonly (readonly [Stage, Act])[] = [
    ['starttls', { do: 'close' }],
    ['starttls', { do: 'silent' }],
    ['starttls', say('454 4.7.0 no TLS now')],
    ['starttls', say('220 go ahead, in the clear')],
    ['auth', { do: 'close' }],
    ['auth', { do: 'reset' }],
    ['auth', { do: 'silent' }],
    ['auth', say('454 4.7.0 later')],
    ['auth', say('535 5.7.8 wrong')],
    ['auth', say('what?')],
    ['auth', { do: 'say and close', line: '421 4.3.2 going away' }],
  ];
  for (const [stage, act] of logins) {
    it(`${stage}: ${'line' in act ? act.line : act.do} → the channel is down`, async () => {
      const extensions = stage === 'auth' ? ['AUTH PLAIN'] : ['STARTTLS', 'AUTH PLAIN'];
      const peer = await peerWith({ at: at(stage, act), extensions });
      const auth = { user: 'acme', pass: 'secret' };
      const tls = stage === 'auth' ? 'none' : 'required';
      const { outcome, handOffs } = await sendOnce(peer, { ...(act.do === 'silent' ? short : {}), auth, tls });
      expect(outcome).toMatchObject(channelDown);
      expect(handOffs).toBe(0);
      expect(peer.wire.join('\n')).not.toContain('C: MAIL');
      expect(JSON.stringify(outcome)).not.toContain('secret');
    });
  }

  it('a login in the clear happens only where TLS is not required', async () => {
    const peer = await peerWith({ extensions: ['AUTH PLAIN'] });
    const auth = { user: 'acme', pass: 'secret' };
    expect((await sendOnce(peer, { auth, tls: 'required' })).outcome).toMatchObject(channelDown);
    expect(peer.wire.join('\n')).not.toContain('C: AUTH');
    expect((await sendOnce(peer, { auth, tls: 'offered' })).outcome.kind).toBe('sent');
    expect(peer.wire.join('\n')).toContain('C: AUTH PLAIN');
  });

  it('a message larger than the server takes is refused before a byte of it is sent', async () => {
    const peer = await peerWith({ extensions: ['SIZE 2000'] });
    const outcome = await adapterFor(peer).send(mail(1, 'x'.repeat(5000)), async () => true);
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
    expect(peer.wire).not.toContain('C: DATA');
  });

  it.each([
    [[], { kind: 'failed', reason: 'refused' }],
    [['SMTPUTF8', '8BITMIME'], { kind: 'sent' }],
  ] as const)('an address outside ASCII, when the server offers %j', async (extensions, expected) => {
    const peer = await peerWith({ extensions });
    const adapter = adapterFor(peer, { connections: 1 });
    expect(await adapter.send({ ...mail(), to: 'jörg@people.example' }, async () => true)).toMatchObject(expected);
    expect(await adapter.send(mail(2), async () => true)).toMatchObject({ kind: 'sent' });
    expect(peer.connections()).toBe(1);
  });

  it('a connection lost in the middle of the body is temporary', async () => {
    const peer = await peerWith({ at: at('body', { do: 'reset' }) });
    const { outcome } = await sendOnce(peer);
    expect(outcome).toMatchObject(temporary);
    expect(peer.accepted).toEqual([]);
  });

  it('a refusal in the middle of the body is final', async () => {
    const peer = await peerWith({ at: at('body', say('552 5.3.4 message too large')) });
    const { outcome } = await sendOnce(peer);
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'refused' });
    expect(peer.wire).not.toContain('final dot');
  });

  it('a yes in the middle of the body is not believed', async () => {
    const peer = await peerWith({ at: at('body', say('250 taken already')) });
    const { outcome } = await sendOnce(peer);
    expect(outcome).toMatchObject(temporary);
    expect(peer.wire).not.toContain('final dot');
  });

  it('nobody listens', async () => {
    const peer = await peerWith();
    await peer.stop();
    const { outcome, handOffs } = await sendOnce(peer);
    expect(outcome).toMatchObject(channelDown);
    expect(handOffs).toBe(0);
  });

  it('a name that does not exist', async () => {
    const adapter = emailAdapter(settingsFor(25, { host: 'no-such-host.invalid' }));
    open.push(adapter);
    expect(await adapter.send(mail(), async () => true)).toMatchObject(channelDown);
    expect(await adapter.check()).toMatchObject({ ok: false, why: expect.stringContaining('no-such-host.invalid') });
  });

  it('an address that would forge a command never reaches the wire', async () => {
    const peer = await peerWith();
    const outcome = await adapterFor(peer).send(
      { ...mail(), to: 'ada@people.example>\r\nRCPT TO:<eve@people.example' },
      async () => true,
    );
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'not_found' });
    expect(peer.wire.join('\n')).not.toContain('eve');
  });
});

describe('the pool', () => {
  it('sends many messages over few connections', async () => {
    const peer = await peerWith();
    const adapter = adapterFor(peer, { connections: 2 });
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => adapter.send(mail(n), async () => true)));
    expect(new Set(outcomes.map((o) => o.kind))).toEqual(new Set(['sent']));
    expect(peer.connections()).toBe(2);
    expect(new Set(peer.accepted.map((m) => m.messageId)).size).toBe(40);
  });

  it('never takes more places than it has, also when one becomes free just as somebody new comes', async () => {
    const peer = await peerWith();
    const pool = openPool(settingsFor(peer.port, { connections: 1 }));
    const first = await pool.acquire('any');
    const waiting = pool.acquire('any');
    first.release();
    let early = false;
    const late = pool.acquire('any').then((lease) => {
      early = true;
      return lease;
    });
    const second = await waiting;
    await pause(100);
    expect(early).toBe(false);
    second.release();
    (await late).release();
    expect(peer.connections()).toBe(1);
    pool.close();
  });

  it('keeps a connection after a refused recipient', async () => {
    const peer = await peerWith({
      at: (stage, to) => (stage === 'rcpt' && to.startsWith('ada1@') ? say('550 5.1.1 no') : { do: 'go on' }),
    });
    const adapter = adapterFor(peer);
    expect(await adapter.send(mail(1), async () => true)).toMatchObject({ kind: 'failed' });
    await pause(50);
    expect(await adapter.send(mail(2), async () => true)).toMatchObject({ kind: 'sent' });
    expect(peer.connections()).toBe(1);
    expect(peer.accepted.map((m) => m.to)).toEqual([['ada2@people.example']]);
  });

  it('does not blame the message for a connection the server closed while it was idle', async () => {
    let mails = 0;
    const peer = await peerWith({
      at: (stage) => (stage === 'mail' && ++mails === 2 ? { do: 'close' } : { do: 'go on' }),
    });
    const adapter = adapterFor(peer);
    expect((await adapter.send(mail(1), async () => true)).kind).toBe('sent');
    let handOffs = 0;
    const second = await adapter.send(mail(2), async () => {
      handOffs++;
      return true;
    });
    expect(second.kind).toBe('sent');
    expect(handOffs).toBe(1);
    expect(peer.connections()).toBe(2);
  });

  it('carries 200 messages at once over its few connections, each at most once, through every kind of trouble', async () => {
    const acts: readonly Act[] = [
      { do: 'close' },
      { do: 'reset' },
      say('451 4.3.0 later'),
      say('550 5.1.1 no'),
      { do: 'say and close', line: '421 4.3.2 going away' },
    ];
    const troubled = ['mail', 'rcpt', 'data', 'dot'] as const;
    let reached = 0;
    const peer = await peerWith({
      extensions: ['PIPELINING'],
      at: (stage) => {
        const trouble = troubled.includes(stage as never) && ++reached % 7 === 0;
        return trouble ? acts[(reached / 7) % acts.length]! : { do: 'go on' };
      },
    });
    const adapter = adapterFor(peer);
    let open = 0;
    let most = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        adapter.send(mail(n), async () => {
          most = Math.max(most, ++open);
          await pause(1);
          open--;
          return true;
        }),
      ),
    );
    const took = new Set(peer.accepted.map(({ messageId }) => messageId));
    expect(peer.accepted).toHaveLength(took.size);
    expect(most).toBeLessThanOrEqual(5);
    outcomes.forEach(({ kind }, n) => {
      const taken = took.has(messageIdOf(mail(n).id, 'billing@localhost'));
      // Whoever took it said so, or nobody knows; what is tried again was taken by nobody.
      expect([n, kind, taken]).toEqual([n, kind, kind === 'sent' || (kind === 'unknown' && taken)]);
    });
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['sent', 'temporary', 'failed', 'unknown']));
  });

  it('an abort while it waits for a connection leaves the place to the next', async () => {
    const peer = await peerWith({ dotDelayMs: 150 });
    const adapter = adapterFor(peer, { connections: 1 });
    const abort = new AbortController();
    const first = adapter.send(mail(1), async () => true);
    const second = adapter.send(mail(2), async () => true, abort.signal);
    const third = adapter.send(mail(3), async () => true);
    abort.abort();
    expect(await second).toMatchObject({ kind: 'temporary', channelDown: false });
    expect([(await first).kind, (await third).kind]).toEqual(['sent', 'sent']);
    expect(peer.accepted).toHaveLength(2);
  });

  it('gives a place free after each kind of failure', async () => {
    let turn = 0;
    const acts: Act[] = [{ do: 'close' }, say('451 later'), { do: 'reset' }, say('550 no')];
    const peer = await peerWith({
      at: (stage) => (stage === 'rcpt' ? (acts[turn++] ?? { do: 'go on' }) : { do: 'go on' }),
    });
    const adapter = adapterFor(peer, { connections: 1 });
    const kinds: string[] = [];
    for (let n = 0; n < 5; n++) kinds.push((await adapter.send(mail(n), async () => true)).kind);
    // The reset hits a connection that was used before, so that message goes on to the next answer on a fresh one.
    expect(kinds).toEqual(['temporary', 'temporary', 'failed', 'sent', 'sent']);
  });
});

describe('the message', () => {
  it('has an id of its own that tells nothing of the person, the same at each try', async () => {
    const peer = await peerWith();
    const adapter = adapterFor(peer, { from: 'Acme <hello@acme.example>', fromAddress: 'hello@acme.example' });
    await adapter.send(mail(), async () => true);
    await adapter.send(mail(), async () => true);
    const ids = peer.accepted.map((m) => m.messageId);
    expect(ids).toEqual([messageIdOf(mail().id, 'hello@acme.example'), messageIdOf(mail().id, 'hello@acme.example')]);
    expect(ids[0]).toMatch(/^<[0-9a-f]{32}@acme\.example>$/);
    expect(peer.accepted[0]?.data).not.toContain('welcome/42');
    expect(peer.accepted[0]?.data).toContain('Auto-Submitted: auto-generated');
    expect(peer.accepted[0]?.data).not.toContain('List-Unsubscribe');
    expect(peer.accepted[0]?.from).toBe('hello@acme.example');
  });

  it('returns to an address of its own and can be unsubscribed from, when these are configured', async () => {
    const peer = await peerWith();
    const adapter = adapterFor(peer, {
      bounceAddress: 'bounces@acme.example',
      unsubscribeUrl: 'https://acme.example/u/{id}',
    });
    await adapter.send(mail(), async () => true);
    const [got] = peer.accepted;
    expect(got?.from).toMatch(/^bounces\+[0-9a-f]{32}@acme\.example$/);
    const unfolded = got?.data.replace(/\r\n[ \t]+/g, ' ');
    expect(unfolded).toMatch(/^List-Unsubscribe: <https:\/\/acme\.example\/u\/[0-9a-f]{32}>$/m);
    expect(unfolded).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
  });

  it('names domains of any script in ASCII, on the wire and in every header', async () => {
    const peer = await peerWith();
    const extra = { from: 'Büro <hallo@bücher.example>', fromAddress: 'hallo@bücher.example' };
    const message = { ...mail(), to: 'ada@straße.example' };
    const outcome = await adapterFor(peer, extra).send(message, async () => true);
    expect(outcome.kind).toBe('sent');
    const { from, to, data, messageId } = peer.accepted[0]!;
    expect([from, to]).toEqual(['hallo@xn--bcher-kva.example', ['ada@xn--strae-oqa.example']]);
    expect(messageId).toMatch(/@xn--bcher-kva\.example>?$/);
    expect(data.split('\r\n\r\n')[0]).toMatch(/^\p{ASCII}*$/u);
  });

  it.each([
    ['a subject without a space', { subject: 'x'.repeat(2000) }],
    ['a subject of control characters', { subject: 'a\0b\u001bc\u007f\ud800' }],
    ['a line of text', { text: 'x'.repeat(3000) }],
    ['line ends of all kinds', { text: 'a\rb\nc\r\nd\r.\r\n.\n' }],
    ['NUL and letters of any script', { text: 'a\0b Grüße 你好 \ud800' }],
    ['a line of HTML', { html: `<p>${'x'.repeat(3000)}</p>` }],
  ])('has only lines that every server takes: %s', async (_what, odd) => {
    const peer = await peerWith();
    expect(await adapterFor(peer).send({ ...mail(), ...odd }, async () => true)).toMatchObject({ kind: 'sent' });
    const { data } = peer.accepted[0]!;
    expect(Math.max(...data.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(data.replaceAll('\r\n', '')).toMatch(/^[\t\x20-\x7e]*$/);
  });

  it('a long word of the subject arrives whole', async () => {
    const peer = await peerWith();
    const subject = `Order ${'x'.repeat(1500)}`;
    await adapterFor(peer).send({ ...mail(), subject }, async () => true);
    const words = peer.accepted[0]!.data.match(/(?<==\?UTF-8\?B\?)[^?]*/g) ?? [];
    expect(words.map((word) => Buffer.from(word, 'base64').toString()).join('')).toBe(subject);
  });

  it('keeps lines of a single dot', async () => {
    const peer = await peerWith();
    await adapterFor(peer).send(mail(1, 'one\n.\ntwo'), async () => true);
    expect(peer.accepted[0]?.data).toContain('one\r\n.\r\ntwo');
  });
});

it('a check of a channel says in one sentence what is wrong', async () => {
  const peer = await peerWith();
  expect(await adapterFor(peer).check()).toEqual({ ok: true });
  await peer.stop();
  const down = await adapterFor(peer).check();
  expect(down).toEqual({ ok: false, why: expect.stringContaining(`127.0.0.1:${peer.port}`) });
});
