import { describe, expect, it } from 'vitest';
import { readEmailSettings } from '../../runtime/channels/email/config.ts';
import { openChannel } from '../../runtime/channels/registry.ts';

const place = 'flowc.json: environments.production.channels.billing';
const read = (raw: unknown, env: Record<string, string> = {}) => readEmailSettings(raw, 'billing', place, env);
const from = 'Acme <hello@acme.example>';

describe('settings of an e-mail channel', () => {
  it('a server on this machine needs nothing else', () => {
    expect(read({ smtp: 'smtp://127.0.0.1:2525' })).toMatchObject({
      ok: true,
      value: { host: '127.0.0.1', port: 2525, tls: 'offered', auth: null, fromAddress: 'billing@localhost' },
    });
  });

  it('a login comes from the environment and is sent only under TLS', () => {
    const env = { SMTP_URL: 'smtp://acme:p%40ss@mail.acme.example' };
    expect(read({ smtp_env: 'SMTP_URL', from }, env)).toMatchObject({
      ok: true,
      value: { port: 587, tls: 'required', auth: { user: 'acme', pass: 'p@ss' }, fromAddress: 'hello@acme.example' },
    });
    expect(read({ smtp_env: 'SMTP_URL', from }, { SMTP_URL: 'smtps://a:b@mail.acme.example' })).toMatchObject({
      ok: true,
      value: { port: 465, tls: 'implicit' },
    });
  });

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['nothing at all', {}, /does not say which server.*add "smtp"/],
    ['no object', 'smtp://a', /an e-mail channel is an object like/],
    ['both', { smtp: 'smtp://127.0.0.1', smtp_env: 'X' }, /has both "smtp" and "smtp_env": keep one/],
    [
      'no URL',
      { smtp: 'mail.acme.example:25', from },
      /\.smtp: "mail.acme.example:25" is not an SMTP URL\. Write smtp:/,
    ],
    ['another scheme', { smtp: 'https://acme.example', from }, /not an SMTP URL/],
    ['an option that does not exist', { smtp: 'smtp://127.0.0.1?ssl=1' }, /"ssl" is not an option.*tls, verify, name/],
    ['a value that does not exist', { smtp: 'smtp://127.0.0.1?tls=yes' }, /"tls=yes".*required or offered or none/],
    ['a password in the file', { smtp: 'smtp://u:secret@mail.acme.example', from }, /holds a password.*"smtp_env"/],
    ['an unset variable', { smtp_env: 'SMTP_URL', from }, /SMTP_URL, which is not set: export SMTP_URL=/],
    ['no sender', { smtp: 'smtp://mail.acme.example' }, /has no "from": add the sender/],
    [
      'a sender that is no address',
      { smtp: 'smtp://127.0.0.1', from: 'Acme' },
      /\.from: "Acme" is not an e-mail address/,
    ],
    ['a forged header', { smtp: 'smtp://127.0.0.1', from: 'A\r\nBcc: x <a@b.c>' }, /is not an e-mail address/],
    ['a typo', { smtp: 'smtp://127.0.0.1', pol: 3 }, /"pol" is not a setting.*allowed are smtp, smtp_env, from/],
    [
      'a pool of none',
      { smtp: 'smtp://127.0.0.1', pool: 0 },
      /\.pool: 0 is not allowed here; it must be a whole number/,
    ],
    ['a timeout in words', { smtp: 'smtp://127.0.0.1', timeout: 'long' }, /\.timeout: "long".*number of seconds/],
    ['an unsubscribe URL without id', { smtp: 'smtp://127.0.0.1', unsubscribe: 'https://a.example' }, /\{id\}/],
  ];
  for (const [name, raw, message] of wrong) {
    it(`says what is wrong: ${name}`, () => {
      const result = read(raw);
      expect(result.ok).toBe(false);
      if (result.ok) return;
      expect(result.errors.join('\n')).toMatch(message);
      expect(result.errors[0]).toContain(place);
      expect(result.errors.join('\n')).not.toContain('secret');
    });
  }

  it('a kind that cannot send yet is named', () => {
    const opened = openChannel({ kind: 'voice', name: 'line', settings: {}, place }, {});
    expect(opened).toEqual({ ok: false, errors: [expect.stringContaining('kind voice cannot send yet')] });
  });
});
