import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server as NetServer } from 'node:net';
import type { Readable } from 'node:stream';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { inboxPage, inboxPolicy } from './inbox-page.ts';

/** One caught message. */
export interface CaughtMessage {
  /** Counts from 1 in order of arrival. */
  readonly id: number;
  /** ISO instant of arrival, real time. */
  readonly at: string;
  /** Envelope addresses. */
  readonly from: string;
  readonly to: readonly string[];
  /** The From header, as its reader sees it. */
  readonly sender: string;
  readonly subject: string;
  readonly messageId: string;
  readonly text: string;
  readonly html: string | null;
  /** Of the message as it came, in bytes. */
  readonly size: number;
}

export interface Catcher {
  /** `smtp://127.0.0.1:2525`, to be used as a channel's `smtp`. */
  readonly smtpUrl: string;
  /** The page for people; `/api/messages` below it is the list as JSON. */
  readonly inboxUrl: string;
  /** Oldest first; the last 10,000. */
  messages(): readonly CaughtMessage[];
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const messagesKept = 10_000;
const bytesKept = 200 * 1024 * 1024;
const largestMessage = 10 * 1024 * 1024;

/**
 * An SMTP server on this machine that delivers nothing and shows everything. A port that is not given is a free one.
 * Rejects with one sentence if a port is taken.
 */
export async function startCatcher(
  ports: { readonly smtpPort?: number; readonly httpPort?: number } = {},
): Promise<Catcher> {
  const kept: CaughtMessage[] = [];
  let bytes = 0;
  let count = 0;
  const smtp = new SMTPServer({
    logger: false,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestMessage,
    onData(stream, session, done) {
      receive(stream, session)
        .then((message) => {
          count++;
          kept.push({ id: count, ...message });
          bytes += message.size;
          while (kept.length > messagesKept || bytes > bytesKept) bytes -= kept.shift()!.size;
          done();
        })
        .catch((error: unknown) => done(error instanceof Error ? error : new Error(String(error))));
    },
  });
  // A client that goes away in the middle is no concern of ours.
  smtp.on('error', () => {});
  const http = createServer((request, response) => send(response, replyTo(request, kept)));
  const smtpPort = await listen(smtp.server, ports.smtpPort ?? 0, 'SMTP port');
  let httpPort: number;
  try {
    httpPort = await listen(http, ports.httpPort ?? 0, 'port of the inbox page');
  } catch (error) {
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
    throw error;
  }
  return {
    smtpUrl: `smtp://${host}:${smtpPort}`,
    inboxUrl: `http://${host}:${httpPort}/`,
    messages: () => [...kept],
    async stop() {
      const closed = [
        new Promise<void>((resolve) => smtp.close(() => resolve())),
        new Promise<void>((resolve) => http.close(() => resolve())),
      ];
      http.closeAllConnections();
      await Promise.all(closed);
    },
  };
}

async function receive(stream: Readable, session: SMTPServerSession): Promise<Omit<CaughtMessage, 'id'>> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= largestMessage) pieces.push(piece);
  }
  if (size > largestMessage) {
    throw Object.assign(new Error(`the catcher takes messages up to ${largestMessage} bytes`), { responseCode: 552 });
  }
  const parsed = await simpleParser(Buffer.concat(pieces), { skipTextToHtml: true, skipImageLinks: true });
  const { mailFrom, rcptTo } = session.envelope;
  return {
    at: new Date().toISOString(),
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map((recipient) => recipient.address),
    sender: parsed.from?.text ?? '',
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    text: parsed.text ?? '',
    html: parsed.html || null,
    size,
  };
}

interface Reply {
  readonly status: number;
  readonly type: 'text/plain' | 'text/html' | 'application/json';
  readonly body: string;
  readonly policy?: string;
}

function replyTo(request: IncomingMessage, kept: readonly CaughtMessage[]): Reply {
  // A page elsewhere must not read the mails by a name of its own that resolves to this machine.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
    return plain(403, 'Open this page as http://127.0.0.1.');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'The inbox can only be read: use GET.');
  }
  const path = (request.url ?? '/').replace(/\?.*$/s, '');
  if (path === '/') return { status: 200, type: 'text/html', body: inboxPage, policy: inboxPolicy };
  if (path === '/api/messages') return json(kept.map(withoutBody));
  const wanted = /^\/(api\/messages|messages)\/(\d{1,15})(\/html)?$/.exec(path);
  const message = wanted ? kept.find((each) => each.id === Number(wanted[2])) : undefined;
  if (message && wanted?.[1] === 'api/messages' && !wanted[3]) return json(message);
  if (message && wanted?.[1] === 'messages' && wanted[3]) {
    return { status: 200, type: 'text/html', body: message.html ?? '', policy: previewPolicy };
  }
  return plain(404, 'Page not found. The inbox is at /, its list at /api/messages.');
}

/** The mail's own HTML runs nothing, loads nothing and belongs to no origin. */
const previewPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

function withoutBody({ text: _text, html: _html, ...rest }: CaughtMessage): Omit<CaughtMessage, 'text' | 'html'> {
  return rest;
}

const plain = (status: number, body: string): Reply => ({ status, type: 'text/plain', body });
const json = (value: unknown): Reply => ({ status: 200, type: 'application/json', body: JSON.stringify(value) });

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': `${reply.type}; charset=utf-8`,
    'content-security-policy': reply.policy ?? "default-src 'none'",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(reply.body);
}

function listen(server: NetServer, port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `The ${name} ${port} of the mail catcher is taken: end the program that uses it, or choose another port.`,
            )
          : error,
      );
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
