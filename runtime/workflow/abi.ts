/**
 * What a generated program sees. Everything else (timers, signals, sends) is the kernel's.
 * Changing a name or a meaning here changes `abiVersion`, and with it the hash of every flow.
 */
export const abiVersion = 2;

/** Decisions under the words of the source: truth values, enumeration members, instants (epoch ms). Never personal data. */
export type Facts = Readonly<Record<string, boolean | string | number | null>>;

/** How a segment ended. Made only by {@link Flow}. */
export type Next =
  | { readonly kind: 'stop' }
  | { readonly kind: 'to'; readonly flow: string }
  | { readonly kind: 'wait'; readonly wait: Wait };

/** A fact a parked run is evaluated with again: its key and the stretch that holds it. */
export interface FollowedFact {
  readonly stretch: string;
  readonly key: string;
}

/** Why a run is parked. `then` and `else` name segments; `line` is where the wait stands. */
export type Wait =
  | {
      readonly for: 'time';
      readonly until: number | null;
      readonly label: string;
      readonly then: string;
      readonly line: string;
      readonly follows?: FollowedFact;
    }
  | {
      readonly for: 'communication';
      readonly name: string;
      readonly upTo?: number | null;
      readonly then: string;
      readonly else?: string;
      readonly line: string;
    }
  | {
      readonly for: 'condition';
      readonly key: string;
      readonly stretch: string;
      readonly watches: readonly string[];
      readonly upTo?: number | null;
      readonly then: string;
      readonly else?: string;
      readonly line: string;
    };

/** Writes and effects return the facts of the stretch that follows them: a value read before a write is never tested after it. */
export interface Flow {
  /** Evaluates the named stretch beside the database. */
  facts(stretch: string): Promise<Facts>;
  /** Applies the named assignment, then evaluates the stretch that follows it. */
  set(step: string): Promise<Facts>;
  /** Runs the Python action NAME, then evaluates the stretch that follows it. */
  python(name: string): Promise<Facts>;
  /** Cancels the named communications (none named: all of this participant in this campaign). */
  cancel(step: string, ...names: string[]): Promise<Facts>;
  /** Plans the communication with what the last facts said of it. Does not wait. */
  plan(name: string): void;
  stop(): Next;
  to(flow: string): Next;
  /** Parks until the instant. `null` (a missing date) goes on at once. `follows`: evaluated again when the timezone changes. */
  waitUntil(
    until: Facts[string] | undefined,
    next: { label: string; then: string; line: string; follows?: FollowedFact },
  ): Next;
  /** Parks until the communication has ended; at once if it was never planned. */
  waitForCommunication(name: string, next: { upTo?: Facts[string]; then: string; else?: string; line: string }): Next;
  /** Parks until the fact `key` of `stretch` holds; looked at after each change of a watched name (`paid`, `profile.segment`, `REMINDER`). */
  waitFor(
    key: string,
    next: {
      stretch: string;
      watches: readonly string[];
      upTo?: Facts[string];
      then: string;
      else?: string;
      line: string;
    },
  ): Next;
}

export type Segment = (flow: Flow) => Promise<Next>;

/** One content-addressed version of a flow. */
export interface Program {
  readonly hash: string;
  readonly again: 'restart' | 'ignore' | 'parallel';
  readonly segments: Readonly<Record<string, Segment>> & { readonly start: Segment };
}

/** All versions of all flows of one campaign, as the bundle holds them. */
export type Programs = Readonly<Record<string, readonly Program[]>>;
