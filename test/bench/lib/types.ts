/** One person of the bench. `answers` is for the driver alone: it reports the end of message 1 for these. */
export interface Person {
  readonly id: string;
  readonly answers: boolean;
  /** Virtual now when the person joins: one second before the window opens in the person's zone. Epoch milliseconds. */
  readonly t0: number;
  /** How long an answer to message 1 is waited for. */
  readonly timeoutMs: number;
  readonly fields: {
    readonly paid: boolean;
    readonly timezone: string;
    readonly email: string;
    readonly name: string;
    readonly plan: string;
  };
}

/** A message as the sink gets it. `key` is the sender's own name for it. */
export interface SentMessage {
  readonly participant: string;
  readonly n: number;
  readonly template: string;
  readonly key?: string;
}

export interface Sink {
  readonly url: string;
  /** What arrived since the last `reset`. */
  readonly seen: { readonly tracks: number; readonly reads: number; readonly duplicates: number };
  message(participant: string, n: number): SentMessage | undefined;
  onMessage(hear: (message: SentMessage) => void): void;
  reset(people: readonly Person[]): void;
  stop(): void;
}

export interface Context {
  readonly address: string;
  readonly namespace: string;
  /** Of this measurement: part of every workflow id. */
  readonly runId: string;
  readonly sink: Sink;
}

/** Means per participant, by name of the count. */
export type Counts = Readonly<Record<string, number>>;

/** Process ids that are charged. */
export interface Charged {
  readonly worker: readonly number[];
  /** Default: whoever listens at the Temporal address. */
  readonly server?: readonly number[];
  /** Postmaster of the implementation's own database. */
  readonly store?: readonly number[];
  /** Workers whose child processes run scripts: these are charged apart. */
  readonly scripts?: readonly number[];
}

export interface Driver {
  readonly charged: Charged;
  readonly info: Readonly<Record<string, number>>;
  join(person: Person): Promise<unknown>;
  /** Message 1 of this person has ended: answered. */
  answer(person: Person): Promise<unknown>;
  /** Waits until nothing of these people is open any more. */
  allClosed(): Promise<void>;
  counts?(people: readonly Person[]): Promise<Counts>;
  stop(): Promise<void>;
}

export interface Implementation {
  readonly name: string;
  readonly title: string;
  setup(context: Context): Promise<Driver>;
}
