/** One thing the compiler can say. `{name}` in a sentence is a parameter; `{name:type}` one of `slots.ts`. */
export type Severity = 'error' | 'warning';

/** A help that is also an edit: `write` takes the place of what the diagnostic points at. */
export interface Fix {
  readonly say: string;
  readonly write: string;
}

export type Help = string | Fix;

export interface Row {
  readonly severity: Severity;
  readonly title: string;
  /** What is wrong: one sentence, or several by name of which the caller picks one. */
  readonly message: string | Readonly<Record<string, string>>;
  /** How to fix it, likewise. An empty sentence is not shown. */
  readonly help: Help | Readonly<Record<string, Help>>;
  /** A syntax error nearby, or a wrong declaration of `name`, may be the true cause: then it is not reported. */
  readonly cascades?: true;
  /** Said again elsewhere, it is one message with two places. */
  readonly once?: true;
  /** The parameter that holds the name which is not known because of this. */
  readonly loses?: 'field' | 'channel';
}

export type Rows = Readonly<Record<`FLOW${number}`, Row>>;

/** What `suggest` picks from: the nearest name, or all there are. */
export const suggestions = {
  'did you mean': { say: 'Did you mean `{meant}`?', write: '{meant}' },
  available: 'Available: {candidates:and}.',
  'available and more': 'Available: {candidates:comma} and {more} more.',
} as const;
