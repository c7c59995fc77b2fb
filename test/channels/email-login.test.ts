import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { openChannel } from '../../runtime/channels/registry.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

interface Session {
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly bytes: number;
}

/** A server that wants a login; its certificate is self-signed. */
async function serverWith(options: SMTPServerOptions) {
  const sessions: Session[] = [];
  const server = new SMTPServer({
    logger: false,
    onAuth: (auth, _session, done) =>
      auth.username === 'acme' && auth.password === 'p@ss:word'
        ? done(null, { user: auth.username })
        : done(new Error('Authentication credentials invalid')),
    onData(stream, session, done) {
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      stream.on('end', () => {
        sessions.push({ secure: session.secure, user: session.user, bytes });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  const address = server.server.address();
  return { sessions, port: typeof address === 'object' && address ? address.port : 0 };
}

function channel(url: string) {
  const opened = openChannel(
    { kind: 'email', name: 'billing', settings: { smtp: url, timeout: 120 }, place: 'flowc.json: channels.billing' },
    {},
  );
  if (!opened.ok) throw new Error(opened.errors.join('\n'));
  open.push(opened.value);
  return opened.value;
}

const mail = { kind: 'email', id: 'a/b/c/D/1', to: 'ada@people.example', subject: 'Hi', text: 'Hello' } as const;
const yes = async () => true;

describe('TLS and login', () => {
  it('STARTTLS, then a login, then the message', async () => {
    const { port, sessions } = await serverWith({});
    const adapter = channel(`smtp://acme:p%40ss%3Aword@127.0.0.1:${port}?tls=required&verify=false`);
    expect(await adapter.check()).toEqual({ ok: true });
    expect(await adapter.send(mail, yes)).toMatchObject({ kind: 'sent' });
    expect(sessions).toMatchObject([{ secure: true, user: 'acme' }]);
  });

  it('the hand-off is the last thing before the dot under TLS too', async () => {
    const { port, sessions } = await serverWith({ secure: true });
    const adapter = channel(`smtps://acme:p%40ss%3Aword@127.0.0.1:${port}?verify=false`);
    expect(await adapter.send(mail, async () => false)).toEqual({ kind: 'withdrawn' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sessions).toEqual([]);
    expect(await adapter.send(mail, yes)).toMatchObject({ kind: 'sent' });
    expect(sessions).toMatchObject([{ secure: true, user: 'acme' }]);
  });

  it('a wrong password is the fault of the channel and repeats no password', async () => {
    const { port } = await serverWith({});
    const adapter = channel(`smtp://acme:wrong-secret@127.0.0.1:${port}?verify=false`);
    expect(await adapter.send(mail, yes)).toMatchObject({ kind: 'temporary', channelDown: true });
    const checked = await adapter.check();
    expect(checked).toMatchObject({ ok: false, why: expect.stringContaining('refused the login of "acme"') });
    expect(JSON.stringify(checked)).not.toContain('wrong-secret');
  });

  it('a login that the server wants and nobody configured is the fault of the channel', async () => {
    const { port } = await serverWith({});
    const adapter = channel(`smtp://127.0.0.1:${port}?verify=false`);
    expect(await adapter.send(mail, yes)).toMatchObject({ kind: 'temporary', channelDown: true });
  });

  it('a certificate that cannot be trusted, and a server without STARTTLS, are refused', async () => {
    const strict = await serverWith({});
    const untrusted = await channel(`smtp://acme:x@127.0.0.1:${strict.port}?tls=required&verify=true`).check();
    expect(untrusted).toMatchObject({
      ok: false,
      why: expect.stringMatching(/^No encrypted connection to .*certificate/),
    });
    const plain = await serverWith({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const none = await channel(`smtp://acme:x@127.0.0.1:${plain.port}?tls=required&verify=false`).check();
    expect(none).toMatchObject({ ok: false, why: expect.stringContaining('encrypted') });
  });
});
