import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type { OutgoingEmail } from '../port.ts';
import type { EmailSettings } from './config.ts';

/** A message as bytes, and the addresses it travels under. */
export interface ComposedEmail {
  readonly envelope: { readonly from: string; readonly to: string };
  readonly raw: Buffer;
  readonly messageId: string;
}

type Sender = Pick<EmailSettings, 'from' | 'fromAddress' | 'bounceAddress' | 'unsubscribeUrl'>;

/** 32 hexadecimal digits that stand for the outbox key wherever the key itself would give a person away. */
function messageHash(outboxKey: string): string {
  return createHash('sha256').update(outboxKey, 'utf8').digest('hex').slice(0, 32);
}

/** The same for the same outbox key, always: what a recipient's server and our tests recognise a repetition by. */
export function messageIdOf(outboxKey: string, fromAddress: string): string {
  return `<${messageHash(outboxKey)}@${domainOf(inAscii(fromAddress))}>`;
}

/** Throws only if the message cannot be encoded at all. */
export async function composeEmail(message: OutgoingEmail, sender: Sender): Promise<ComposedEmail> {
  const hash = messageHash(message.id);
  const messageId = messageIdOf(message.id, sender.fromAddress);
  const mail = new MailComposer({
    from: sender.from,
    to: { name: '', address: message.to },
    subject: inShortWords(message.subject),
    text: message.text,
    ...(message.html === undefined ? {} : { html: message.html }),
    messageId,
    headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(sender.unsubscribeUrl, hash) },
    // The body is data: it must never make this machine read a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    envelope: { from: inAscii(envelopeSender(sender, hash)), to: inAscii(message.to) },
    raw: await mail.compile().build(),
    messageId,
  };
}

/** A line may hold 998 characters, and only at white space is it folded: a longer word travels in encoded pieces. */
function inShortWords(text: string): string {
  return /\S{500}/.test(text) ? encodeWord(text, 'B', 52) : text;
}

function unsubscribeHeaders(url: string | null, hash: string): Record<string, string> {
  if (url === null) return {};
  return {
    'List-Unsubscribe': `<${url.replaceAll('{id}', hash)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** With a bounce address every message has a return path of its own, so that a bounce names its communication. */
function envelopeSender(sender: Sender, hash: string): string {
  if (sender.bounceAddress === null) return sender.fromAddress;
  const at = sender.bounceAddress.lastIndexOf('@');
  return `${sender.bounceAddress.slice(0, at)}+${hash}${sender.bounceAddress.slice(at)}`;
}

/** Servers that know no SMTPUTF8 take `bücher.example` only as `xn--bcher-kva.example`. */
function inAscii(address: string): string {
  const domain = domainOf(address);
  return `${address.slice(0, address.length - domain.length)}${domainToASCII(domain) || domain}`;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
