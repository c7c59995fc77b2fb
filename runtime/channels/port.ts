import type { Reason } from '../model/statuses.ts';

/** A rendered message for one person. Only the e-mail shape exists so far; others add their own member. */
export interface OutgoingEmail {
  readonly kind: 'email';
  /** Outbox key, `<campaign>/<participant>/<run>/<NAME>/<n>`. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}
export type Outgoing = OutgoingEmail;

/**
 * RESERVED → HANDED_OFF, a compare-and-set taken only inside an allowed stretch. An adapter calls it exactly once, right
 * before the point after which the peer may act on the message; `false`: withdraw, nothing may leave.
 */
export type HandOff = () => Promise<boolean>;

export type SendOutcome =
  | { readonly kind: 'sent'; readonly providerId?: string }
  /** Permanent: the peer said no. `detail` is the peer's words, for the store alone. */
  | { readonly kind: 'failed'; readonly reason: Reason; readonly detail: string }
  /**
   * Nothing was delivered: try again. After a `handOff` that said yes (the connection broke just before the point of no
   * return, or the peer answered "not now") the outbox row goes back from HANDED_OFF to RESERVED.
   * `channelDown`: the channel itself is at fault (cannot connect, bad login).
   */
  | {
      readonly kind: 'temporary';
      readonly detail: string;
      readonly channelDown: boolean;
      readonly retryAfterMs?: number;
    }
  /** Handed over, no answer. Never sent again. */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** `handOff` said no. */
  | { readonly kind: 'withdrawn' };

export interface ChannelAdapter {
  readonly kind: string;
  send(message: Outgoing, handOff: HandOff, signal?: AbortSignal): Promise<SendOutcome>;
  /** Can the channel be used now? One sentence if not. */
  check(): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }>;
  close(): Promise<void>;
}
