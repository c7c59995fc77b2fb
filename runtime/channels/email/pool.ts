import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { createPlaces } from '../../places.ts';
import type { SmtpError } from './classify.ts';
import type { EmailSettings } from './config.ts';

/** A logged-in connection for one message. Exactly one of `release` and `discard` ends the lease. */
export interface Lease {
  readonly connection: SMTPConnection;
  /** It carried a message before: the server may have closed it while it was idle. */
  readonly reused: boolean;
  release(): void;
  /** Destroys the socket: whatever was not sent yet is never sent. */
  discard(): void;
}

export interface SmtpPool {
  /** Rejects with an `SmtpError` (connect, greeting, TLS, login), or with the signal's reason. */
  acquire(how: 'any' | 'fresh', signal?: AbortSignal): Promise<Lease>;
  close(): void;
}

const idleMs = 10_000;
/** Servers limit what one connection may carry; a hundred is below every default known. */
const messagesPerConnection = 100;

/** At most `connections` sockets at a time; who comes later waits in order of arrival. */
export function openPool(settings: EmailSettings): SmtpPool {
  const idle: { connection: SMTPConnection; used: number; timer: NodeJS.Timeout }[] = [];
  const places = createPlaces(settings.connections);
  const open = new Set<SMTPConnection>();
  let closed = false;

  const takeIdle = () => {
    while (idle.length > 0) {
      const entry = idle.pop()!;
      clearTimeout(entry.timer);
      if (!entry.connection.destroyed) return entry;
    }
    return null;
  };
  const keep = (connection: SMTPConnection, used: number) => {
    if (closed || connection.destroyed || used >= messagesPerConnection) {
      sayGoodbye(connection);
      return;
    }
    const timer = setTimeout(() => {
      const at = idle.findIndex((entry) => entry.connection === connection);
      if (at >= 0) idle.splice(at, 1);
      sayGoodbye(connection);
    }, idleMs);
    timer.unref();
    idle.push({ connection, used, timer });
  };
  const lease = (connection: SMTPConnection, used: number): Lease => {
    let over = false;
    const once = (end: () => void) => () => {
      if (over) return;
      over = true;
      end();
      places.free();
    };
    return {
      connection,
      reused: used > 0,
      release: once(() => keep(connection, used + 1)),
      discard: once(() => connection.close()),
    };
  };

  return {
    async acquire(how, signal) {
      if (closed) throw new Error('the e-mail channel is closed');
      await places.take(signal);
      try {
        signal?.throwIfAborted();
        if (closed) throw new Error('the e-mail channel is closed');
        const ready = how === 'any' ? takeIdle() : null;
        if (ready) return lease(ready.connection, ready.used);
        return lease(await connect(settings, open, signal), 0);
      } catch (error) {
        places.free();
        throw error;
      }
    },
    close() {
      closed = true;
      for (const entry of idle.splice(0)) clearTimeout(entry.timer);
      for (const connection of open) connection.close();
      places.open();
    },
  };
}

/** QUIT, and not for long: a server that does not answer it must not keep the socket. */
function sayGoodbye(connection: SMTPConnection): void {
  if (connection.destroyed) return;
  const timer = setTimeout(() => connection.close(), 2000);
  timer.unref();
  connection.once('end', () => clearTimeout(timer));
  connection.quit();
}

/** Connects, says EHLO, upgrades and logs in. */
function connect(settings: EmailSettings, open: Set<SMTPConnection>, signal?: AbortSignal): Promise<SMTPConnection> {
  const connection = new SMTPConnection({
    host: settings.host,
    port: settings.port,
    secure: settings.tls === 'implicit',
    requireTLS: settings.tls === 'required',
    ignoreTLS: settings.tls === 'none',
    ...(settings.ehloName === null ? {} : { name: settings.ehloName }),
    tls: { rejectUnauthorized: settings.verifyCertificate },
    connectionTimeout: settings.timeoutMs,
    greetingTimeout: settings.timeoutMs,
    dnsTimeout: settings.timeoutMs,
    // The adapter keeps the time of a transaction itself: it must know on which side of the dot it ran out.
    socketTimeout: settings.timeoutMs + settings.answerTimeoutMs,
    // Closing means destroying, at once: a half-closed socket could still carry the end of a message.
    socketCloseTimeout: 0,
  });
  open.add(connection);
  connection.once('end', () => open.delete(connection));
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      connection.close();
      open.delete(connection);
      reject(error);
    };
    const abort = () => fail(signal?.reason);
    const timer = setTimeout(() => {
      const error: SmtpError = new Error(`no login within ${settings.timeoutMs / 1000} seconds`);
      fail(error);
    }, settings.timeoutMs);
    const ready = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      resolve(connection);
    };
    signal?.addEventListener('abort', abort, { once: true });
    // Errors of a later message come by its callback as well; without a listener they would end the process.
    connection.on('error', fail);
    connection.connect((error) => {
      if (error) return fail(error);
      if (!settings.auth || !connection.allowsAuth) return ready();
      connection.login({ credentials: { ...settings.auth } }, (refused) => (refused ? fail(refused) : ready()));
    });
  });
}
