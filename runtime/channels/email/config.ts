import { z } from 'zod';

/** Where and how e-mail leaves: validated, with every default filled in. Times in milliseconds. */
export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `required`: STARTTLS or nothing; `offered`: STARTTLS when the server has it. */
  readonly tls: 'implicit' | 'required' | 'offered' | 'none';
  readonly verifyCertificate: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
  /** Name given with EHLO; the machine's own when null. */
  readonly ehloName: string | null;
  /** `Acme <hello@acme.example>` as it stands in the From header. */
  readonly from: string;
  /** `hello@acme.example` */
  readonly fromAddress: string;
  /** Bounces go to `<local>+<message hash>@<domain>` of this address. */
  readonly bounceAddress: string | null;
  /** URL with `{id}` where the message's hash goes. */
  readonly unsubscribeUrl: string | null;
  readonly connections: number;
  /** For connecting, and for everything up to the final dot. */
  readonly timeoutMs: number;
  /** For the answer to the final dot. Long: after it an unanswered message counts as lost (RFC 5321 asks for ten minutes). */
  readonly answerTimeoutMs: number;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

const secondsText = 'a number of seconds from 1 to 3600';
const seconds = z.number({ error: secondsText }).min(1, { error: secondsText }).max(3600, { error: secondsText });
const poolText = 'a whole number of connections from 1 to 100';
const mailbox = z.string({ error: 'an address like "Acme <hello@acme.example>"' });

const schema = z.strictObject({
  smtp: z.string({ error: 'a URL like "smtp://mail.acme.example:587"' }).optional(),
  smtp_env: z
    .string({ error: 'the name of an environment variable' })
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'the name of an environment variable, like "SMTP_URL"' })
    .optional(),
  from: mailbox.optional(),
  bounce: mailbox.optional(),
  unsubscribe: z.string({ error: 'a URL like "https://acme.example/u/{id}"' }).optional(),
  pool: z.int({ error: poolText }).min(1, { error: poolText }).max(100, { error: poolText }).optional(),
  timeout: seconds.optional(),
  answer_timeout: seconds.optional(),
});
const allowedKeys = Object.keys(schema.shape);

/**
 * Reads the settings of one e-mail channel of one environment.
 * `place` names them in messages: `flowc.json: environments.dev.channels.billing`. Never throws.
 */
export function readEmailSettings(
  raw: unknown,
  channel: string,
  place: string,
  environment: Environment,
): Checked<EmailSettings> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) return { ok: false, errors: parsed.error.issues.map((issue) => issueText(issue, raw, place)) };
  const errors: string[] = [];
  const source = urlText(parsed.data.smtp, parsed.data.smtp_env, place, environment);
  if (typeof source === 'string') return { ok: false, errors: [source] };
  const server = readUrl(source.url, source.where, errors);
  if (server && source.inFile && server.auth && !isLoopback(server.host)) {
    errors.push(
      `${source.where} holds a password. Put the whole URL into an environment variable and name it: "smtp_env": "SMTP_URL".`,
    );
  }
  const from = parsed.data.from ?? (server && isLoopback(server.host) ? `${channel}@localhost` : undefined);
  if (from === undefined) {
    if (server) errors.push(`${place} has no "from": add the sender, for example "from": "Acme <hello@acme.example>".`);
  }
  const fromAddress = from === undefined ? null : addressIn(from, `${place}.from`, errors);
  const bounceAddress =
    parsed.data.bounce === undefined ? null : addressIn(parsed.data.bounce, `${place}.bounce`, errors);
  checkUnsubscribe(parsed.data.unsubscribe, `${place}.unsubscribe`, errors);
  if (errors.length > 0 || !server || from === undefined || fromAddress === null) return { ok: false, errors };
  return {
    ok: true,
    value: {
      ...server,
      from,
      fromAddress,
      bounceAddress,
      unsubscribeUrl: parsed.data.unsubscribe ?? null,
      connections: parsed.data.pool ?? 5,
      timeoutMs: (parsed.data.timeout ?? 60) * 1000,
      answerTimeoutMs: (parsed.data.answer_timeout ?? 600) * 1000,
    },
  };
}

function urlText(smtp: string | undefined, smtpEnv: string | undefined, place: string, environment: Environment) {
  if (smtp !== undefined && smtpEnv !== undefined) {
    return `${place} has both "smtp" and "smtp_env": keep one of them.`;
  }
  if (smtp !== undefined) return { url: smtp, where: `${place}.smtp`, inFile: true };
  if (smtpEnv === undefined) {
    return `${place} does not say which server sends: add "smtp": "smtp://mail.acme.example:587", or "smtp_env": "SMTP_URL" to read it from the environment.`;
  }
  const url = environment[smtpEnv];
  if (url === undefined || url === '') {
    return `${place}.smtp_env names the environment variable ${smtpEnv}, which is not set: export ${smtpEnv}=smtp://user:password@host:587.`;
  }
  return { url, where: `the environment variable ${smtpEnv} (${place}.smtp_env)`, inFile: false };
}

type Server = Pick<EmailSettings, 'host' | 'port' | 'tls' | 'verifyCertificate' | 'auth' | 'ehloName'>;

const queryKeys = {
  tls: ['required', 'offered', 'none'],
  verify: ['true', 'false'],
  name: null,
} as const satisfies Record<string, readonly string[] | null>;

/** The URL's password is never repeated in a message. */
function readUrl(text: string, where: string, errors: string[]): Server | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    const shown = text.includes('@') ? 'its value' : JSON.stringify(text);
    errors.push(
      `${where}: ${shown} is not an SMTP URL. Write smtp://host:587 (STARTTLS) or smtps://host:465 (TLS), with user:password@ before the host if the server wants a login.`,
    );
    return null;
  }
  const before = errors.length;
  for (const [key, value] of url.searchParams) {
    const allowed = Object.hasOwn(queryKeys, key) ? queryKeys[key as keyof typeof queryKeys] : undefined;
    if (allowed === undefined) {
      errors.push(
        `${where}: "${key}" is not an option of an SMTP URL; allowed are ${Object.keys(queryKeys).join(', ')}.`,
      );
    } else if (allowed && !(allowed as readonly string[]).includes(value)) {
      errors.push(`${where}: "${key}=${value}" is not known; ${key} is ${allowed.join(' or ')}.`);
    }
  }
  const auth = readAuth(url, where, errors);
  if (errors.length > before) return null;
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // A password crosses a real network only under TLS, unless someone wrote tls=none or tls=offered.
  const byDefault = auth && !isLoopback(host) ? 'required' : 'offered';
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    tls: secure ? 'implicit' : ((url.searchParams.get('tls') as Server['tls'] | null) ?? byDefault),
    // Nobody stands between this machine and itself, and servers for tests have certificates of their own making.
    verifyCertificate: (url.searchParams.get('verify') ?? (isLoopback(host) ? 'false' : 'true')) === 'true',
    auth,
    ehloName: url.searchParams.get('name'),
  };
}

function readAuth(url: URL, where: string, errors: string[]): EmailSettings['auth'] {
  if (url.username === '') return null;
  try {
    return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  } catch {
    errors.push(
      `${where}: the user or the password is not percent-encoded. Write %25 for %, %40 for @, %3A for a colon.`,
    );
    return null;
  }
}

function addressIn(text: string, where: string, errors: string[]): string | null {
  const bare = /^[^<>]*<([^<>]*)>$/.exec(text.trim())?.[1] ?? text.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break here would forge headers
  if (/^[^\s@<>]+@[^\s@<>]+$/.test(bare) && !/[\x00-\x1f]/.test(text)) return bare;
  errors.push(
    `${where}: ${JSON.stringify(text)} is not an e-mail address. Write "hello@acme.example" or "Acme <hello@acme.example>".`,
  );
  return null;
}

function checkUnsubscribe(text: string | undefined, where: string, errors: string[]): void {
  if (text === undefined) return;
  const plain = text.replaceAll('{id}', 'id');
  if (text.includes('{id}') && URL.canParse(plain) && new URL(plain).protocol === 'https:') return;
  errors.push(
    `${where}: ${JSON.stringify(text)} must be an https URL with {id} where the message's id goes, for example "https://acme.example/u/{id}".`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function issueText(issue: z.core.$ZodIssue, raw: unknown, place: string): string {
  const where = [place, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${where}: ${issue.keys.map((key) => `"${key}"`).join(', ')} is not a setting of an e-mail channel; allowed are ${allowedKeys.join(', ')}.`;
  }
  if (issue.path.length === 0)
    return `${where}: an e-mail channel is an object like { "smtp": "smtp://127.0.0.1:2525" }.`;
  const value = issue.path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    raw,
  );
  return `${where}: ${JSON.stringify(value)} is not allowed here; it must be ${issue.message}.`;
}
