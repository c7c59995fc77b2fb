import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Catcher, startCatcher } from '../../runtime/channels/email/catcher.ts';
import type { ChannelAdapter } from '../../runtime/channels/port.ts';
import { openChannel } from '../../runtime/channels/registry.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function started(): Promise<{ catcher: Catcher; adapter: ChannelAdapter }> {
  const catcher = await startCatcher();
  open.push(() => catcher.stop());
  const opened = openChannel(
    { kind: 'email', name: 'billing', settings: { smtp: catcher.smtpUrl }, place: 'here' },
    {},
  );
  if (!opened.ok) throw new Error(opened.errors.join('\n'));
  open.push(() => opened.value.close());
  return { catcher, adapter: opened.value };
}

const mail = (n: number, html?: string) =>
  ({
    kind: 'email',
    id: `a/b/c/D/${n}`,
    to: `ada${n}@people.example`,
    subject: `Grüße <b>${n}</b>`,
    text: 'Hello Ada',
    ...(html === undefined ? {} : { html }),
  }) as const;

/** With a Host header of our own, which fetch would not send. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('the mail catcher', () => {
  it('keeps what is sent to it, in order', async () => {
    const { catcher, adapter } = await started();
    for (const n of [1, 2]) expect((await adapter.send(mail(n), async () => true)).kind).toBe('sent');
    expect(catcher.messages()).toMatchObject([
      {
        id: 1,
        from: 'billing@localhost',
        sender: 'billing@localhost',
        to: ['ada1@people.example'],
        subject: 'Grüße <b>1</b>',
        html: null,
      },
      { id: 2, to: ['ada2@people.example'], text: expect.stringContaining('Hello Ada') },
    ]);
    const list = (await (await fetch(`${catcher.inboxUrl}api/messages`)).json()) as { subject: string }[];
    expect(list.map((m) => m.subject)).toEqual(['Grüße <b>1</b>', 'Grüße <b>2</b>']);
    expect(list[0]).not.toHaveProperty('text');
  });

  it('keeps nothing that was withdrawn', async () => {
    const { catcher, adapter } = await started();
    expect(await adapter.send(mail(1), async () => false)).toEqual({ kind: 'withdrawn' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(catcher.messages()).toEqual([]);
  });

  it('shows a page without foreign assets, which holds no mail itself', async () => {
    const { catcher, adapter } = await started();
    await adapter.send(mail(1, '<p>Hi</p>'), async () => true);
    const response = await fetch(catcher.inboxUrl);
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).not.toMatch(/(src|href)="?https?:/);
    expect(page).not.toContain('people.example');
    expect(page).not.toContain('innerHTML');
  });

  it("shows a mail's HTML where it can run and load nothing", async () => {
    const { catcher, adapter } = await started();
    const html = '<p>Hi</p><script>alert(1)</script>';
    await adapter.send(mail(1, html), async () => true);
    const response = await fetch(`${catcher.inboxUrl}messages/1/html`);
    expect(await response.text()).toContain('<p>Hi</p>');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^sandbox; default-src 'none'/);
    expect(policy).not.toContain('script-src');
  });

  it('answers only reading, only from this machine, only what exists', async () => {
    const { catcher } = await started();
    expect((await fetch(`${catcher.inboxUrl}api/messages/7`)).status).toBe(404);
    expect((await fetch(`${catcher.inboxUrl}elsewhere`)).status).toBe(404);
    expect((await fetch(catcher.inboxUrl, { method: 'POST' })).status).toBe(405);
    expect(await statusFor(catcher.inboxUrl, 'evil.example')).toBe(403);
    expect(await statusFor(catcher.inboxUrl, 'localhost:1')).toBe(200);
  });

  it('says in one sentence that a port is taken', async () => {
    const { catcher } = await started();
    const port = Number(new URL(catcher.smtpUrl).port);
    await expect(startCatcher({ smtpPort: port })).rejects.toThrow(
      `The SMTP port ${port} of the mail catcher is taken`,
    );
    const httpPort = Number(new URL(catcher.inboxUrl).port);
    await expect(startCatcher({ httpPort })).rejects.toThrow(/inbox page \d+ of the mail catcher is taken/);
  });
});
