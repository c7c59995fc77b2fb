import type { Reason } from '../../model/statuses.ts';
import type { SendOutcome } from '../port.ts';

/** What nodemailer's connection reports; every field may be missing. */
export interface SmtpError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** The server wants a login, or another one: RFC 4954. */
const loginCodes: ReadonlySet<number> = new Set([454, 530, 534, 535, 538]);

/** Could not get as far as MAIL: connecting, greeting, TLS, login. A second try may work; until then the channel is down. */
export function channelFailure(error: SmtpError): Extract<SendOutcome, { kind: 'temporary' }> {
  return { kind: 'temporary', detail: error.message, channelDown: true };
}

/** A refusal or a broken connection before the final dot was written: nothing left this machine. */
export function failureBeforeDot(error: SmtpError): SendOutcome {
  // The library itself would not send it: an address with a line break, a message larger than the server takes.
  if (error.response === undefined) {
    if (error.code === 'EENVELOPE') return { kind: 'failed', reason: 'not_found', detail: error.message };
    if (error.code === 'EMESSAGE') return { kind: 'failed', reason: 'refused', detail: error.message };
  }
  const refusal = refusalIn(error);
  if (refusal !== null && loginCodes.has(error.responseCode!)) return channelFailure(error);
  // `CONN`: the server spoke of the connection (421, 554 out of turn), not of this message.
  if (refusal !== 'permanent' || error.command === 'CONN')
    return { kind: 'temporary', detail: error.message, channelDown: false };
  return { kind: 'failed', reason: reasonOf(error), detail: error.message };
}

/** What came instead of a yes after the final dot. Only a clear no says that the server did not take the message. */
export function failureAfterDot(error: SmtpError): SendOutcome {
  switch (refusalIn(error)) {
    case 'temporary':
      return { kind: 'temporary', detail: error.message, channelDown: false };
    case 'permanent':
      return { kind: 'failed', reason: reasonOf(error), detail: error.message };
    default:
      return { kind: 'unknown', detail: error.message };
  }
}

/** Null when the server gave no answer, or one that SMTP does not know. */
export function refusalIn({ responseCode }: SmtpError): 'temporary' | 'permanent' | null {
  if (responseCode === undefined || responseCode < 400 || responseCode > 599) return null;
  return responseCode < 500 ? 'temporary' : 'permanent';
}

/** RFC 3463: 5.1.1 no mailbox, .2 no domain, .3 bad syntax, .6 moved away, .10 takes no mail. */
const unknownAddress = /^5\d\d[ -]5\.1\.(1|2|3|6|10)\b/;
const anyEnhancedCode = /^\d{3}[ -]\d\.\d{1,3}\.\d{1,3}\b/;
const policyWords = /relay|spam|blocked|blacklist|denied|policy|prohibited|reputation/i;

/** Without an enhanced code only 550, 551 and 553 at RCPT speak of the address, unless the words speak of a policy. */
function reasonOf(error: SmtpError): Reason {
  const response = error.response ?? '';
  if (unknownAddress.test(response)) return 'not_found';
  if (anyEnhancedCode.test(response) || error.command !== 'RCPT TO') return 'refused';
  return /^55[013]/.test(response) && !policyWords.test(response) ? 'not_found' : 'refused';
}
