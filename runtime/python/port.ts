import type { FieldDefinition, Fields } from '../model/values.ts';

/** One call of a script's `run(participant, communication, params, log)` (language.md §7). */
export interface PythonCall {
  /** Absolute path of the script, or its text. */
  readonly script: { readonly file: string } | { readonly code: string; readonly name: string };
  /** Fields by name as stored (`Value`); the harness turns dates into `datetime` objects and numerics into `Decimal`. */
  readonly participant: Fields;
  /** Of every field the script may read: one without a value arrives as None. */
  readonly types: Readonly<Record<string, FieldDefinition['type']>>;
  readonly communication: {
    readonly name: string;
    readonly channel: string;
    readonly status: string;
    readonly reason: string | null;
    readonly started: string | null;
    readonly ended: string | null;
    readonly results: Fields;
    /** Types of the results, so that dates and numerics among them arrive as such. */
    readonly types?: Readonly<Record<string, FieldDefinition['type']>>;
  } | null;
  /** JSON; `{"$numeric": "1.50"}`, `{"$date": "2026-03-07"}` and `{"$datetime": …}` arrive as Decimal, date and datetime. */
  readonly params: Readonly<Record<string, unknown>>;
  /** IANA name of the scheduling timezone. */
  readonly zone: string;
  readonly timeoutMs: number;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  readonly text: string;
}

export type PythonOutcome =
  | { readonly kind: 'returned'; readonly fields: Readonly<Record<string, unknown>>; readonly log: readonly LogLine[] }
  /** `line` is the script's own line; `message` holds the script's words and goes to the store alone. */
  | {
      readonly kind: 'failed';
      readonly fault: 'raised' | 'timeout' | 'nonsense' | 'missing' | 'killed';
      readonly message: string;
      readonly line: number | null;
      readonly log: readonly LogLine[];
    };

export interface PythonRunner {
  call(call: PythonCall, signal?: AbortSignal): Promise<PythonOutcome>;
  /** One Python expression with the fields, `datetime`, `date`, `timedelta` in scope, for `at: python "…"`. Gives the field `value`: a date, a datetime or null. */
  evaluate(
    expression: string,
    call: Omit<PythonCall, 'script' | 'communication' | 'params'>,
    signal?: AbortSignal,
  ): Promise<PythonOutcome>;
  close(): Promise<void>;
}
