import { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ChannelAdapter, HandOff, Outgoing, SendOutcome } from '../port.ts';
import { channelFailure, failureAfterDot, failureBeforeDot, refusalIn, type SmtpError } from './classify.ts';
import { type ComposedEmail, composeEmail } from './compose.ts';
import type { EmailSettings } from './config.ts';
import { type Lease, openPool, type SmtpPool } from './pool.ts';

/**
 * E-mail to any SMTP server. `handOff` is awaited when everything but the final dot has been written, so that only the
 * time between the dot and the server's answer can leave a message's fate open.
 *
 * A `temporary` outcome after `handOff` said yes means that nothing was delivered all the same (the connection broke
 * before the dot, or the server answered it with 4xx): the outbox row goes back from HANDED_OFF to RESERVED.
 * The signal counts up to the dot; after it the answer is waited for.
 */
export function emailAdapter(settings: EmailSettings): ChannelAdapter {
  const pool = openPool(settings);
  return {
    kind: 'email',
    send: (message, handOff, signal) => send(pool, settings, message, handOff, signal),
    check: () => check(pool, settings),
    async close() {
      pool.close();
    },
  };
}

async function send(
  pool: SmtpPool,
  settings: EmailSettings,
  message: Outgoing,
  handOff: HandOff,
  signal: AbortSignal | undefined,
): Promise<SendOutcome> {
  let composed: ComposedEmail;
  try {
    composed = await composeEmail(message, settings);
  } catch (error) {
    return { kind: 'failed', reason: 'content', detail: String(error) };
  }
  for (const how of ['any', 'fresh'] as const) {
    let lease: Lease;
    try {
      lease = await pool.acquire(how, signal);
    } catch (error) {
      if (signal?.aborted) return aborted;
      return channelFailure(error as SmtpError);
    }
    const result = await transact(lease, settings, composed, handOff, signal);
    // A server may have closed a connection while it was idle; that says nothing about the message.
    if (result === 'stale connection') continue;
    return result;
  }
  throw new Error('unreachable: a fresh connection is never stale');
}

const aborted: SendOutcome = { kind: 'temporary', detail: 'canceled before it was handed over', channelDown: false };

async function transact(
  lease: Lease,
  settings: EmailSettings,
  mail: ComposedEmail,
  handOff: HandOff,
  signal: AbortSignal | undefined,
): Promise<SendOutcome | 'stale connection'> {
  const { connection } = lease;
  /** Told apart by what was already done when the answer came. */
  let stage: 'before hand-off' | 'handing off' | 'dot written' = 'before hand-off';
  let handingOff: Promise<boolean> | null = null;

  return await new Promise((resolve) => {
    let settled = false;
    const finish = (outcome: SendOutcome | 'stale connection', after: 'keep' | 'reset' | 'destroy') => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      giveBack(lease, after);
      // Whoever reads the outcome must find the outbox row as the hand-off left it, not as it is about to.
      if (handingOff)
        handingOff.then(
          () => resolve(outcome),
          () => resolve(outcome),
        );
      else resolve(outcome);
    };
    const tooSlow = () => {
      const detail = `no answer within ${settings.timeoutMs / 1000} seconds`;
      finish({ kind: 'temporary', detail, channelDown: false }, 'destroy');
    };
    const unanswered = () => {
      const detail = `no answer to the message within ${settings.answerTimeoutMs / 1000} seconds`;
      finish({ kind: 'unknown', detail }, 'destroy');
    };
    const abort = () => {
      if (stage !== 'dot written') finish(aborted, 'destroy');
    };
    let timer = setTimeout(tooSlow, settings.timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) return abort();
    if (!takes(connection, mail)) return finish(foreignLetters, 'keep');

    const askThenEnd = async (end: () => void) => {
      await flushed(connection._socket);
      if (settled) return;
      stage = 'handing off';
      clearTimeout(timer);
      let granted: boolean;
      try {
        handingOff = handOff();
        granted = await handingOff;
      } catch (error) {
        const detail = `the hand-off could not be written down: ${error instanceof Error ? error.message : String(error)}`;
        return finish({ kind: 'temporary', detail, channelDown: false }, 'destroy');
      }
      if (!granted) return finish({ kind: 'withdrawn' }, 'destroy');
      if (settled) return;
      stage = 'dot written';
      timer = setTimeout(unanswered, settings.answerTimeoutMs);
      end();
    };

    connection.send({ ...mail.envelope, size: mail.raw.length }, heldOpen(mail.raw, askThenEnd), (error, info) => {
      if (stage === 'dot written') {
        if (!error) return finish({ kind: 'sent', providerId: info?.serverMessageId ?? mail.messageId }, 'keep');
        return finish(failureAfterDot(error), refusalIn(error) ? 'keep' : 'destroy');
      }
      if (!error) {
        const detail = 'the server answered the message before it was complete';
        return finish({ kind: 'temporary', detail, channelDown: false }, 'destroy');
      }
      const smtpError: SmtpError = error;
      if (stage === 'before hand-off' && lease.reused && broken(smtpError))
        return finish('stale connection', 'destroy');
      const inStep = smtpError.code === 'EENVELOPE' && (refusalIn(smtpError) || smtpError.response === undefined);
      finish(failureBeforeDot(smtpError), inStep ? 'reset' : 'destroy');
    });
  });
}

/** nodemailer would send an address outside ASCII to any server, which then fails in one of many ways. */
function takes(connection: SMTPConnection, { envelope }: ComposedEmail): boolean {
  const extensions = (connection as unknown as { _supportedExtensions: readonly string[] })._supportedExtensions;
  return /^\p{ASCII}*$/u.test(envelope.from + envelope.to) || extensions.includes('SMTPUTF8');
}

const foreignLetters: SendOutcome = {
  kind: 'failed',
  reason: 'refused',
  detail: 'the address holds letters outside ASCII before the @, and this SMTP server takes none (no SMTPUTF8)',
};

/**
 * The message as a stream that stays open after its last byte. `atEnd` is called once, when the socket asks for more,
 * and writes the final dot by calling its argument.
 */
function heldOpen(raw: Buffer, atEnd: (end: () => void) => void): Readable {
  const piece = 16 * 1024;
  let offset = 0;
  let asked = false;
  return new Readable({
    highWaterMark: 1,
    read() {
      if (offset < raw.length) {
        const next = raw.subarray(offset, offset + piece);
        offset += piece;
        this.push(next);
      } else if (!asked) {
        asked = true;
        atEnd(() => this.push(null));
      }
    },
  });
}

/** Waits until this process holds back nothing of the body: only then is the dot really all that is missing. */
async function flushed(socket: { readonly writableLength: number; readonly destroyed: boolean } | false | null) {
  if (!socket) return;
  for (let quiet = 0; quiet < 2 && !socket.destroyed; ) {
    quiet = socket.writableLength === 0 ? quiet + 1 : 0;
    await new Promise((resolve) => (quiet > 0 ? setImmediate(resolve) : setTimeout(resolve, 10)));
  }
}

function giveBack(lease: Lease, after: 'keep' | 'reset' | 'destroy'): void {
  const { connection } = lease;
  if (after === 'destroy' || connection.destroyed) {
    lease.discard();
  } else if (after === 'keep') {
    lease.release();
  } else {
    // A connection that breaks now never calls back.
    const timer = setTimeout(lease.discard, resetTimeoutMs);
    connection.once('end', lease.discard);
    connection.reset((error) => {
      clearTimeout(timer);
      connection.off('end', lease.discard);
      if (error) lease.discard();
      else lease.release();
    });
  }
}

const resetTimeoutMs = 5000;

/** The connection went away, or was told to (421), rather than the message being refused. */
function broken(error: SmtpError): boolean {
  return error.responseCode === 421 || (!refusalIn(error) && error.code !== 'EENVELOPE' && error.code !== 'EMESSAGE');
}

async function check(pool: SmtpPool, settings: EmailSettings): ReturnType<ChannelAdapter['check']> {
  try {
    const lease = await pool.acquire('fresh');
    lease.release();
    return { ok: true };
  } catch (error) {
    return { ok: false, why: checkSentence(error as SmtpError, settings) };
  }
}

function checkSentence(error: SmtpError, settings: EmailSettings): string {
  const server = `the SMTP server ${settings.host}:${settings.port}`;
  const words = error.message.replace(/\s+/g, ' ').replace(/\.$/, '');
  switch (error.code) {
    case 'EAUTH':
      return `${server} refused the login of ${JSON.stringify(settings.auth?.user ?? '')}: ${words}.`;
    case 'EDNS':
      return `The name ${settings.host} could not be looked up: ${words}.`;
    default:
      // Node reports a bad certificate as a plain socket error.
      if (/certificate/i.test(words)) {
        return `No encrypted connection to ${server}: ${words}; let NODE_EXTRA_CA_CERTS name the file of its authority, or, for a test server, add ?verify=false to the URL.`;
      }
      if (error.code === 'ETLS' || /\bTLS\b|\bSSL\b/i.test(words)) {
        return `No encrypted connection to ${server}: ${words}.`;
      }
      return `Cannot reach ${server}: ${words}.`;
  }
}
